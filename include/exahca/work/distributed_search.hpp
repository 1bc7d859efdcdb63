#pragma once

#include "exahca/core/timekeeper.hpp"
#include "exahca/search/subtree_search.hpp"
#include "exahca/work/workload.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace exahca {

/// A search on one rank that gives up where sharing out would pay: after `options.pilot`.
struct PilotSearch
{
    SearchResult result;
    bool worth_distributing = false; ///< false: `result` is the answer to `options`
};
[[nodiscard]] PilotSearch run_pilot(OrderProblem const& problem, SearchOptions const& options);

/// Master's side of a search that is shared out.
///
/// The answer, joined with the pilot's by after_pilot(), is that of search_orders, bit for bit, for any number of
/// ranks: with a limit in tuples whether or not it ends the search (SearchRounds), without one where the optimum is
/// proven. Only the tuples visited without a limit differ. Limits hold for all ranks together, from construction on.
class SearchSource : public WorkSource
{
public:
    /// \param known  orders of a pilot search
    SearchSource(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known);

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override;
    /// How near the search is to its limit; without one, subtrees done of those known. Below 1 until it is finished.
    [[nodiscard]] std::pair<double, double> progress() const override;

    /// Hands out nothing more; finished as soon as what is under way has come back.
    void give_up(SearchOutcome why);
    /// The answer so far, with the bound that is proven.
    [[nodiscard]] SearchResult result() const { return rounds_ ? rounds_->result() : plan_->result(outcome_); }

private:
    [[nodiscard]] SubtreePlan const& plan() const { return rounds_ ? rounds_->plan() : *plan_; }
    [[nodiscard]] double seconds_since_start() const;
    [[nodiscard]] std::optional<SubtreeChunk> next_by_duration(ChunkRequest const& request);

    int domains_;
    int levels_;
    SearchOptions options_;
    std::optional<SearchRounds> rounds_; ///< with a limit in tuples
    std::optional<SubtreePlan> plan_;    ///< without
    Timekeeper::TimePoint start_;
    SearchOutcome outcome_ = SearchOutcome::optimum_proven; ///< anything else: given up
    double seconds_ = 0;                                    ///< computing time of all replies
    double searched_ = 0;                                   ///< subtrees in chunks that have come back
    std::uint64_t chunks_ = 0;
    std::map<std::uint64_t, std::size_t> away_; ///< subtrees in each chunk under way
};

/// Worker's side.
class SearchRunner : public WorkRunner
{
public:
    SearchRunner(OrderProblem const& problem, SearchOptions const& options);
    [[nodiscard]] Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override;

private:
    int domains_;
    int levels_;
    SubtreeSearcher searcher_;
};

} // namespace exahca
