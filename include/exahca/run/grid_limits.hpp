#pragma once

#include <cstdint>

#include "exahca/experiment/experiment.hpp"

namespace exahca {

/// How large a run may become before it asks back: a list or range more on the command line multiplies everything.
struct GridLimits
{
    std::int64_t most_tasks = 1'000'000;     ///< --most-tasks, at least 1
    std::int64_t most_bytes = 8'000'000'000; ///< --most-bytes: records of all tasks, which rank 0 keeps in memory
};

/// Refuses more tasks than allowed. Needs no expanded grid, so that a grid too large to write down is refused too.
/// \param settings  upper bound of their number
/// \throws UsageError  naming tasks, limit and remedy
void check_setting_count(double settings, ReplicateCounts const& counts, GridLimits const& limits);

/// The same with the settings at hand, landscapes included. \throws UsageError
void check_task_count(std::vector<Setting> const& settings, ReplicateCounts const& counts, GridLimits const& limits);

/// Bytes of all records: one number of 8 bytes per value.
/// \param kept_details  see RecordStore
[[nodiscard]] double record_bytes(Experiment const& experiment, std::int64_t kept_details);

/// Refuses more of them than allowed. \throws UsageError  naming bytes, limit and remedy
void check_record_bytes(Experiment const& experiment, std::int64_t kept_details, GridLimits const& limits);

} // namespace exahca
