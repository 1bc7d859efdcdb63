#pragma once

#include <string>

namespace exahca {

/// When interim results are due. All times in seconds since the start of the run, so that it knows no clock.
class SnapshotSchedule
{
public:
    /// \param interval  asked for, seconds
    /// \param largest_share  of the run's time that may go into writing, in (0, 1]: where writing takes long, the
    ///     interval grows
    SnapshotSchedule(double interval, double largest_share) : interval_(interval), largest_share_(largest_share) {}

    /// To be called after each snapshot.
    void written(double begin, double end);

    [[nodiscard]] bool due(double now) const { return now - last_ >= interval(); }
    /// From the end of one snapshot to the begin of the next.
    [[nodiscard]] double interval() const;
    /// What a kill would cost, where that is more than was asked for: "saved 02:10 ago, every 05:00 as saving takes
    /// 00:06"; else nothing.
    [[nodiscard]] std::string text(double now) const;

private:
    double interval_;
    double largest_share_;
    double last_ = 0; // end of the last snapshot
    double cost_ = 0; // of the last snapshot
};

} // namespace exahca
