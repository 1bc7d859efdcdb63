#pragma once

#include "exahca/experiment/results.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/report/capability.hpp"

#include <boost/program_options.hpp>
#include <string>
#include <vector>

namespace exahca {

/// The tree of a results file. \throws InvalidInput  when it is no results file or of a newer version
[[nodiscard]] inline DataGroup read_results_file(std::string const& path)
{
    auto results = read_tree(path);
    check_file_kind(results, path, "exahca-results", {results_format_major, results_format_minor});
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
