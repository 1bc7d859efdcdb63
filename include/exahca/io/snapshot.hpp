#pragma once

#include "exahca/results/data_tree.hpp"

#include <optional>
#include <string>

namespace exahca {

/// The newest valid generation of a results file.
struct Snapshot
{
    DataGroup tree;
    std::string path;    ///< the file that was read: PATH or PATH.prev
    std::string warning; ///< why it is not PATH itself; empty when it is
};

/// Writes a generation; the one before it, where it is sound, stays as PATH.prev. \throws OutputError  see
/// write_file_atomically
void write_snapshot(std::string const& path, DataGroup const& tree);

/// Writes the final results and removes PATH.prev once they are safe. \throws OutputError  see write_file_atomically
void write_final(std::string const& path, DataGroup const& tree);

/// Reads PATH, or PATH.prev where PATH is damaged or missing. Nothing when neither exists.
///
/// \throws InvalidInput  when what exists is damaged, naming both
[[nodiscard]] std::optional<Snapshot> read_newest(std::string const& path);

} // namespace exahca
