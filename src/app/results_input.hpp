#pragma once

#include "exahca/core/error.hpp"
#include "exahca/experiment/results.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/report/capability.hpp"

#include <boost/program_options.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

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

/// Every dimension of a group has one length: readers of one table count on the others.
inline void check_lengths(DataGroup const& group)
{
    std::map<std::string, std::int64_t> lengths;
    for (auto const& variable : group.variables)
        for (std::size_t i = 0; i < variable.dims.size(); ++i)
            if (auto const [known, added] = lengths.emplace(variable.dims[i], variable.shape[i]);
                !added && known->second != variable.shape[i])
                throw InvalidInput("dataset \"" + variable.name + "\" has the wrong shape",
                                   "others say another length of dimension \"" + variable.dims[i] + "\"",
                                   "make the file again");
    for (auto const& [name, subgroup] : group.groups) check_lengths(subgroup);
}

/// The tree of a results file. \throws InvalidInput  when it is no results file or of a newer version
[[nodiscard]] inline DataGroup read_results_file(std::string const& path)
{
    auto results = read_tree(path);
    check_file_kind(results, path, "exahca-results", results_format, oldest_results_major);
    naming(path, [&] { check_lengths(results); });
    return results;
}

/// Well-known names and those of --label. \throws UsageError  when one is malformed
[[nodiscard]] inline CapabilityNames capability_names(boost::program_options::variables_map const& values)
{
    CapabilityNames capabilities;
    if (values.count("label") > 0)
        for (auto const& label : values["label"].as<std::vector<std::string>>()) capabilities.add(label);
    return capabilities;
}

} // namespace exahca
