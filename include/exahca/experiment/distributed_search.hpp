#pragma once

#include "exahca/experiment/workload.hpp"
#include "exahca/search/subtree_search.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// A search as every rank needs it.
struct SearchTask
{
    std::vector<Matrix> unmixing; ///< K matrices m x d
    SearchOptions options;        ///< without the stop flag, which each rank has its own of
};

[[nodiscard]] Bytes to_bytes(SearchTask const& task);
/// \throws InvalidInput  when the message is no search task
[[nodiscard]] SearchTask read_search_task(std::span<std::byte const> message);

/// Tuples after which a search is long enough to be shared out: about a quarter of a second of one core.
inline constexpr std::int64_t pilot_tuples = 2'000'000;

/// A search on one rank that gives up where sharing out would pay.
struct PilotSearch
{
    SearchResult result;
    bool worth_distributing = false; ///< false: `result` is the answer to `options`
};
[[nodiscard]] PilotSearch run_pilot(OrderProblem const& problem, SearchOptions const& options,
                                    std::int64_t tuples = pilot_tuples);

/// Master's side of a search that is shared out.
///
/// The answer is that of search_orders, bit for bit, for any number of ranks; only tuples visited differ. The node and
/// time limits of the options hold for all ranks together, from construction on.
class SearchSource : public WorkSource
{
public:
    /// \param known  orders of a pilot search
    SearchSource(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known);

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::pair<double, double> progress() const override;

    /// Hands out nothing more; finished as soon as what is under way has come back.
    void give_up(SearchOutcome why) { outcome_ = why; }
    /// The answer so far, with the bound that is proven.
    [[nodiscard]] SearchResult result() const { return plan_.result(outcome_); }

private:
    void check_limits();

    int domains_;
    int levels_;
    SearchOptions options_;
    SubtreePlan plan_;
    std::chrono::steady_clock::time_point start_;
    SearchOutcome outcome_ = SearchOutcome::optimum_proven; ///< anything else: given up
    double seconds_ = 0;                                    ///< computing time of all replies
    double searched_ = 0;                                   ///< subtrees in them
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
