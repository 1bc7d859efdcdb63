#pragma once

#include "command.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"

#include <boost/program_options.hpp>
#include <cstdint>
#include <fmt/format.h>

namespace exahca {

/// Adds --keep-details.
inline void add_keep_details_option(boost::program_options::options_description& options)
{
    options.add_options()(
        "keep-details",
        boost::program_options::value<std::int64_t>()->default_value(default_kept_details)->value_name("N"),
        "in runs without replicates: with more settings than this, keep all details of this many of the best, and only "
        "the best order of the others");
}

/// \throws UsageError  below 1
[[nodiscard]] inline std::int64_t read_keep_details(Command::Values const& values)
{
    auto const kept = values["keep-details"].as<std::int64_t>();
    if (kept < 1)
        throw UsageError(fmt::format("--keep-details {} keeps the details of no setting", kept), {}, "give 1 or more");
    return kept;
}

} // namespace exahca
