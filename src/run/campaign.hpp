#pragma once

#include "exahca/core/error.hpp"
#include "exahca/core/timekeeper.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/stage.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/model/score_matrix.hpp"
#include "exahca/parallel/kernel_check.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/results/results.hpp"
#include "exahca/run/search_request.hpp"
#include "exahca/work/task_source.hpp"
#include "run/snapshot_schedule.hpp"

#include <optional>
#include <set>
#include <string>

namespace exahca {

/// What rank 0 keeps of one run: the scores, the experiment, its records, and the file that they go into.
class Campaign
{
public:
    /// Reads and checks everything before any work: scores, options, lock, output, earlier results.
    /// \throws Error  for everything a user can mend
    Campaign(SearchRequest const& request, std::string command_line);

    /// Takes the fingerprints of all ranks' numeric kernels, to be called once before any work: notes say where they
    /// differ among each other, or from those of the results that are gone on with. \throws UsageError, InvalidInput
    /// instead, with --require-identical
    void set_kernels(std::vector<RankKernels> kernels);

    [[nodiscard]] Experiment const& experiment() const { return *experiment_; }
    [[nodiscard]] ScoreMatrix const& scores() const { return scores_; }
    [[nodiscard]] RecordStore& records() { return *records_; }
    /// The tasks of one stage that are this run's: all, but for replicates of other parts.
    [[nodiscard]] std::vector<TaskId> tasks(Stage stage) const;
    /// The candidate orders of highest likelihood of every setting whose landscape was computed, by rank.
    [[nodiscard]] std::vector<std::vector<std::int64_t>> best_of_landscapes() const;
    /// Sentences for the user, gathered while preparing.
    [[nodiscard]] std::vector<std::string> const& notes() const { return notes_; }

    /// Experiment, rows, number of models and facts on the columns, for the other ranks.
    [[nodiscard]] Bytes describe() const;

    /// Writes interim results.
    void snapshot();
    /// To be called now and then while ranks compute: asks for a stop when --max-time is over, writes interim results
    /// when they are due, and once for every request to stop.
    /// Writes only what about_to_write() has announced just before: other ranks know then that it may take long. What
    /// has become due in between waits for the next time.
    void watch(StopFlag& stop);
    /// Whether the next watch() writes, which may take long.
    [[nodiscard]] bool about_to_write(StopFlag const& stop);
    /// Machines of these ranks, for a message. \pre set_kernels() has been called
    [[nodiscard]] std::string hosts_of(std::span<int const> ranks) const;
    /// Whether --max-time is over.
    [[nodiscard]] bool out_of_time() const;
    [[nodiscard]] double seconds() const;
    /// Settings whose profiles of models do not hold any more and are not in the results last written.
    [[nodiscard]] std::vector<std::string> const& changed_profiles() const { return changed_profiles_; }
    /// What to say of interim results beside progress: nothing, unless they are written more rarely than asked for.
    [[nodiscard]] std::string snapshot_text() const { return schedule_.text(seconds()); }
    /// Interim results written so far.
    [[nodiscard]] std::int64_t snapshots() const { return snapshots_; }

    /// Writes what there is, complete or not, and says how the run ends.
    [[nodiscard]] ExitStatus finish(RunStatistics const& statistics, std::vector<RankFacts> const& ranks,
                                    std::string const& library);

    /// Gives up the lock, where the process is about to end without destructors.
    void release() { lock_.reset(); }

private:
    using TimePoint = Timekeeper::TimePoint;

    /// \pre the lock is held
    void check_output() const;
    [[nodiscard]] bool is_own(Task const& task) const;
    /// Whether all tasks of this run are done or failed.
    [[nodiscard]] bool finished() const;
    void take_earlier_results();
    /// What there is so far, with the profiles of models that still hold.
    [[nodiscard]] DataGroup results();
    /// Adds how the run went: what differs between runs of equal results.
    /// \param ranks  empty where the others are gone
    void put_provenance(DataGroup& tree, RunStatistics const& statistics, std::vector<RankFacts> const& ranks,
                        std::string const& library) const;

    SearchRequest const& request_;
    std::string command_line_;
    std::optional<RunLock> lock_;
    ScoreMatrix scores_;
    InputDescription input_;
    std::optional<Experiment> experiment_;
    std::optional<RecordStore> records_;
    std::vector<std::string> notes_;
    std::vector<RankKernels> kernels_;
    std::set<std::string> earlier_kernels_; ///< of runs whose results are kept
    std::int64_t restored_ = 0;
    DataGroup earlier_profiles_;                ///< group /models of the earlier results
    std::vector<std::string> changed_profiles_; ///< settings whose profiles the last results() left out
    bool nothing_to_do_ = false;
    TimePoint start_ = Timekeeper::current().now();
    SnapshotSchedule schedule_{request_.snapshot_seconds, request_.largest_snapshot_share};
    std::int64_t snapshots_ = 0;
    int stops_seen_ = 0;
    bool announced_ = false; // that the next watch() writes
    std::string started_at_;
};

} // namespace exahca
