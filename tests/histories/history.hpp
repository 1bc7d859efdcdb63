#pragma once

#include "exahca/results/data_tree.hpp"
#include "exahca/run/search_request.hpp"
#include "histories/launch.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace exahca::histories {

/// How trees become files.
enum class Files { quick, hdf5 };

/// A small search, and what it finds when nothing goes wrong.
struct Problem
{
    SearchRequest request;
    std::int64_t tasks = 0;
    std::string fingerprint;             ///< of its scores
    std::array<DataGroup, 2> references; ///< by Files
};

/// The problems that histories work on, in a folder that goes with them.
class Problems
{
public:
    Problems();
    Problems(Problems const&) = delete;
    Problems& operator=(Problems const&) = delete;
    ~Problems();
    [[nodiscard]] Problem const& of(std::uint64_t seed) const { return problems_[seed % problems_.size()]; }
    /// Of the results; emptied by each history.
    [[nodiscard]] std::string const& results_folder() const { return results_folder_; }

private:
    std::string folder_;
    std::string results_folder_;
    std::vector<Problem> problems_;
};

struct HistoryOptions
{
    std::uint64_t seed = 1;
    Files files = Files::quick;
    bool print_notes = false; ///< puts every message and call into the account
    PlantedBug bug{};
};

/// What became of one history.
struct History
{
    std::vector<std::string> broken; ///< which promises, with the launch
    std::string account;             ///< circumstances and ends of all launches, and what was printed in them
    std::uint64_t trace = 0;         ///< digest of all that happened, in order
    int launches = 0;
    double seconds = 0; ///< simulated
};

/// A search that is launched, disturbed, and launched again until it is through: everything follows from the seed.
///
/// What must hold: a launch ends by itself, with a status that what befell it explains and a message that says so. What
/// the disk had promised to keep is there for the next launch. Results that pass for complete, and those of the last
/// launch, which nothing disturbs, are those of a run that nothing has ever disturbed, to the last bit.
[[nodiscard]] History run_history(Problems const& problems, HistoryOptions const& options);

} // namespace exahca::histories
