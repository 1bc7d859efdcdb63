#pragma once

#include "exahca/io/results_file.hpp"
#include "exahca/read/capability.hpp"

#include <boost/program_options.hpp>
#include <string>
#include <vector>

namespace exahca {

/// Well-known names and those of --label. \throws UsageError  when one is malformed
[[nodiscard]] inline CapabilityNames capability_names(boost::program_options::variables_map const& values)
{
    CapabilityNames capabilities;
    if (values.count("label") > 0)
        for (auto const& label : values["label"].as<std::vector<std::string>>()) capabilities.add(label);
    return capabilities;
}

} // namespace exahca
