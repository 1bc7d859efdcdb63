#include "run/snapshot_schedule.hpp"

#include "exahca/parallel/progress.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

void SnapshotSchedule::written(double begin, double end)
{
    last_ = end;
    cost_ = end - begin;
}

double SnapshotSchedule::interval() const
{
    // Of interval + cost seconds, cost go into writing.
    return std::max(interval_, cost_ * (1 / largest_share_ - 1));
}

std::string SnapshotSchedule::text(double now) const
{
    if (interval() <= interval_) return {};
    return fmt::format("saved {} ago, every {} as saving takes {}", format_duration(now - last_),
                       format_duration(interval()), format_duration(cost_));
}

} // namespace exahca
