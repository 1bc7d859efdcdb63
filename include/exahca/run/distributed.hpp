#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/core/timekeeper.hpp"
#include "exahca/parallel/progress.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/search/order_search.hpp"

#include <functional>
#include <span>
#include <string>

namespace exahca {

/// How a distributed computation is run and watched.
struct Watch
{
    StopFlag& stop;
    double chunk_seconds;
    RankZeroComputes rank_zero_computes;
    bool quiet;
    /// Called on rank 0 beside progress, with the best so far and what is proven: time limits, snapshots.
    std::function<void(SearchResult const&)> poll = [](SearchResult const&) {};
    std::function<bool()> poll_takes_long{}; ///< RunOptions::poll_takes_long
    /// Called on rank 0 instead of returning where some ranks have gone silent, with what was found without them: see
    /// RunOptions::lost.
    std::function<void(SearchResult const&, RunStatistics const&)> lost{};
    std::function<void()> failed{}; ///< RunOptions::failed
};

/// Progress of one stage on standard error, with its own clock.
class StageProgress
{
public:
    StageProgress(std::string what, int ranks, bool quiet);
    void update(double done, double total, std::string const& detail);
    void finish(double done, double total, std::string const& detail);

private:
    [[nodiscard]] double seconds() const;
    [[nodiscard]] std::string text(std::string const& detail) const;

    std::string what_;
    int ranks_;
    ProgressPrinter printer_;
    Timekeeper::TimePoint start_ = Timekeeper::current().now();
};

/// Collective: the search for orders, on rank 0 alone while that is quicker, else shared out over all ranks. The answer
/// is the same, bit for bit.
///
/// \returns the result, on every rank
/// \throws InvalidInput  on every rank, for matrices that cannot be searched
[[nodiscard]] SearchResult search_together(Communicator& world, std::span<Matrix const> unmixing, SearchOptions options,
                                           Watch const& watch, RunStatistics& statistics);

} // namespace exahca
