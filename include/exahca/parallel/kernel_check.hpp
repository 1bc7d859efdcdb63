#pragma once

#include "exahca/parallel/communicator.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace exahca {

/// What the numeric kernels of one rank give: kernel_fingerprint() there.
struct RankKernels
{
    std::string host;
    std::uint64_t fingerprint = 0;
    std::string program{}; ///< program_text() there
};

/// "0.1.0 (1f2e3d4c5b6a)": version and revision of this program.
[[nodiscard]] std::string program_text();

/// Sixteen hexadecimal digits: a number of 64 bits would not survive every reader of HDF5.
[[nodiscard]] std::string fingerprint_text(std::uint64_t fingerprint);

/// Collective: those of all ranks on rank 0, nothing elsewhere.
[[nodiscard]] std::vector<RankKernels> gather_kernels(Communicator& communicator, std::uint64_t own,
                                                      std::string const& program = program_text());

/// Names the ranks that run another program than rank 0, and their hosts; empty when all run the same. Such ranks may
/// take each other's messages for something else.
[[nodiscard]] std::string differing_programs(std::vector<RankKernels> const& kernels);

/// Names the ranks whose results are not bitwise identical to those of rank 0, and their hosts; empty when all agree.
[[nodiscard]] std::string differing_ranks(std::vector<RankKernels> const& kernels);

/// Names the fingerprints of earlier runs that rank 0 does not have; empty when there are none.
[[nodiscard]] std::string differing_runs(std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier);

/// Stores the fingerprints of all ranks, and those of earlier runs whose results are kept, in /provenance.
void put_kernels(DataGroup& provenance, std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier);

/// All fingerprints that a results file names; none for files that have none.
[[nodiscard]] std::set<std::string> stored_kernels(DataGroup const& results);

} // namespace exahca
