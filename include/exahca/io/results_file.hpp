#pragma once

#include "exahca/core/error.hpp"
#include "exahca/results/data_tree.hpp"

#include <string>

namespace exahca {

/// What `action` returns; its errors about the content of a file name that file.
template <class Action>
auto naming(std::string const& path, Action const& action)
{
    try {
        return action();
    } catch (InvalidInput const& error) {
        std::string const what = error.what();
        if (what.find(path) != std::string::npos) throw;
        throw InvalidInput(path + ": " + what);
    }
}

/// Every dimension of a group has one length: readers of one table count on the others. \throws InvalidInput
void check_lengths(DataGroup const& group);

/// The tree of a results file, every table of which has columns of one length.
/// \throws InvalidInput  when it is no results file, of a newer version, or damaged
[[nodiscard]] DataGroup read_results_file(std::string const& path);

} // namespace exahca
