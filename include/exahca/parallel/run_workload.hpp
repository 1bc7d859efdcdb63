#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/master.hpp"
#include "exahca/work/workload.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace exahca {

/// Whether rank 0 computes beside handing out work, in a second thread.
enum class RankZeroComputes {
    automatic, ///< when the run has fewer than 8 ranks
    yes,
    no, ///< ignored when it is alone
};

/// How many of so many ranks compute.
[[nodiscard]] int computing_rank_count(RankZeroComputes mode, int ranks);

/// "ranks 3, 4 have not been heard of any more".
[[nodiscard]] std::string lost_text(std::span<int const> ranks);

/// What a distributed computation took. Complete on rank 0; other ranks know the outcome, wall and their own share.
struct RunStatistics
{
    WorkloadOutcome outcome = WorkloadOutcome::finished;
    double wall_seconds = 0;
    double master_seconds = 0;        ///< processor time of rank 0's main thread, without the poll hook
    std::vector<double> busy_seconds; ///< per rank, in the runner; 0 for ranks that do not compute
    int computing_ranks = 0;
    std::int64_t chunks = 0;
    std::int64_t dropped_chunks = 0;
    std::int64_t messages = 0; ///< sent and received by the master, those to itself included
    /// Ranks that were not heard of any more when the computation ended without them, on rank 0.
    std::vector<int> lost_ranks;

    /// Share of the wall time that the ranks spent computing: of all ranks, and of those that compute.
    [[nodiscard]] double efficiency_of_all_ranks() const;
    [[nodiscard]] double efficiency_of_computing_ranks() const;
    /// Adds a further computation of the same ranks; the outcome is the worse of both.
    void add(RunStatistics const& other);
};

/// When a rank counts as silent. Every rank says now and then that it is there, whatever it computes.
struct Silence
{
    double alive_seconds = 2;     ///< how often ranks say so; of more than 1,000 ranks each speaks less often
    double lost_seconds = 10;     ///< after so long others get what a rank holds, until it speaks again
    double patience_seconds = 14; ///< after so long without a word of rank 0 the others end
    /// The same while rank 0 writes results (RunOptions::poll_takes_long), and before it has said anything.
    double long_poll_seconds = 1'800;
};

struct RunOptions
{
    ChunkPolicy chunks{};
    RankZeroComputes rank_zero_computes = RankZeroComputes::automatic;
    /// Looked at on every rank: a stop that any rank is asked for stops all. May be null.
    StopFlag const* stop = nullptr;
    /// Called on rank 0's main thread about every `poll_seconds`, and at once when a stop is asked for: progress,
    /// snapshots, time limits. May call request() of the stop flag. While it runs no chunk is handed out.
    std::function<void()> poll{};
    double poll_seconds = 0.05;
    /// Whether the call of `poll` that follows at once may take long. Other ranks, which hear nothing meanwhile, are
    /// told first. Called once before each `poll`.
    std::function<bool()> poll_takes_long{};
    Silence silence{};
    double grace_seconds = 0.2; ///< from the second stop request until outstanding chunks are dropped
    /// Called on rank 0 when outstanding chunks are dropped. Other ranks may be computing them, and this one, too,
    /// whose runner is waited for afterwards: what cannot wait is to be saved here, and the process to be ended.
    std::function<void(RunStatistics const&)> dropped{};
    /// Called on rank 0 at the end of a computation that had to do without some ranks: RunStatistics::lost_ranks.
    /// Nothing collective can be done any more. What there is is to be saved here, and the process to be ended. Where
    /// it is missing or returns, all ranks are aborted.
    std::function<void(RunStatistics const&)> lost{};
    /// Called on a rank on which something was thrown, before it aborts all ranks: the process ends without
    /// destructors, and what must not stay behind, as a run lock, is to be given up here. Throws nothing.
    std::function<void()> failed{};
};

/// An exception in a WorkRunner, with its text.
class RunnerFailure : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Collective: has the work of `source` done by the computing ranks' runners. May be called again and again.
///
/// The main threads exchange messages; on every computing rank a second thread computes. Waiting never spins.
/// When a stop is asked for, no more chunks are handed out and the runners are told; after the first request all
/// outstanding replies are awaited, after the second for `grace_seconds`. The function then returns on all ranks.
///
/// \param source  on rank 0; ignored elsewhere, where it may be null
/// \throws RunnerFailure, or what source or poll threw, when this rank is alone. Otherwise the rank on which something
///         is thrown prints one line with its rank and host and aborts all: with status 1 for a runner, with the status
///         of the Error for source and poll
RunStatistics run_workload(Communicator& communicator, WorkSource* source, WorkRunner& runner,
                           RunOptions const& options);

} // namespace exahca
