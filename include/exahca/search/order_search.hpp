#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/model/order_problem.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace exahca {

/// Values closer than this are a tie, broken by rank (method.md, section 4).
inline constexpr double tie_distance = 1e-12;

/// Which algorithm runs. All give the same orders and values.
enum class SearchMethod {
    automatic, ///< the fast one (docs/search.md)
    plain,     ///< depth first with sorted children and no further bounds: the baseline
    brute,     ///< every order, sharing prefixes: the reference for tests
};

/// Whether vector kernels may be used. They confirm nothing, so this changes speed only.
enum class SearchKernels { automatic, portable };

/// Whether a quick search for a good order may come first.
enum class SearchStart { automatic, none };

/// Effort, in tuples, after which a search with a limit goes on in rounds that any number of ranks may share: about a
/// quarter of a second of one core.
inline constexpr std::int64_t pilot_tuples = 2'000'000;

/// What ends a search before its proof.
struct SearchLimits
{
    std::int64_t tuples = 0;        ///< see SearchOptions::tuple_limit; 0: none
    double seconds = 0;             ///< 0: none
    StopFlag const* stop = nullptr; ///< may be null
};

/// What to search for, and when to give up.
///
/// A limit in tuples ends a search at the same place on every machine, however busy: equal options give equal bits,
/// with any number of ranks. A limit in seconds and the stop flag do not.
struct SearchOptions
{
    Objective objective = Objective::mic;
    std::vector<double> sizes = {};    ///< n_k; K values for Objective::n_weighted
    std::int64_t best_n = 10;          ///< number of orders wanted, 1 or more
    std::int64_t tuple_limit = 0;      ///< most SearchResult::effort of the proof; 0: none
    double time_limit_seconds = 0;     ///< 0: none
    std::int64_t pilot = pilot_tuples; ///< effort before rounds begin, above 0; a limit up to that needs no rounds
    /// Memory for partial orders that wait, above 0: where more would wait, the search goes down first.
    std::int64_t frontier_bytes = std::int64_t{64} << 20;
    std::optional<double> incumbent = {};   ///< look only for orders of at most this value
    std::optional<double> count_below = {}; ///< also count all orders of value below this
    SearchMethod method = SearchMethod::automatic;
    SearchKernels kernels = SearchKernels::automatic;
    SearchStart start = SearchStart::automatic;
    StopFlag const* stop = nullptr; ///< ends the search soon after a request; may be null

    void set_limits(SearchLimits const& limits)
    {
        tuple_limit = limits.tuples;
        time_limit_seconds = limits.seconds;
        stop = limits.stop;
    }
};

/// An order and its value.
struct RankedOrder
{
    CandidateOrder order;
    double value = 0;                ///< the objective
    std::vector<double> inexactness; ///< IC_k, K values
};

/// How a search ended.
enum class SearchOutcome {
    optimum_proven, ///< `best` holds the best_n best orders of all, or all orders when there are fewer
    tuple_limit,
    time_limit,
    stopped,      ///< the stop flag was raised
    unresolved,   ///< of flags: cells too small to divide remain
    not_attempted ///< of flags: of so many factors none is proven
};

struct SearchResult
{
    /// Ascending value. A chain of neighbours closer than tie_distance is sorted by rank, and kept whole while the
    /// first best_n of it are chosen.
    /// Unless the optimum is proven, there is at least one order, whatever the limit; with an incumbent there may be
    /// none.
    std::vector<RankedOrder> best;
    SearchOutcome outcome = SearchOutcome::optimum_proven;
    /// No order has a value below this: the best order's value when the optimum is proven, and `incumbent` when there
    /// is no order of at most that.
    double lower_bound = 0;
    std::int64_t tuples_visited = 0; ///< K-tuples of rows whose direction was computed, in the proof
    std::int64_t start_tuples = 0;   ///< the same in the quick search before
    /// Tuples visited and, expressed in tuples, the rest of the proof's work: what tuple_limit limits (docs/search.md).
    std::int64_t effort = 0;
    std::int64_t peak_frontier_bytes = 0; ///< most memory of partial orders that waited
    /// So many orders tied at the best_n-th place that only those of lowest rank were kept.
    bool ties_cut = false;
    std::optional<std::int64_t> count; ///< orders below count_below; exact only when the outcome is optimum_proven
};

/// Finds the candidate orders of lowest value and proves that they are.
///
/// \param unmixing  one m x d matrix per domain; see OrderProblem for shapes and errors
/// \throws InvalidInput  from OrderProblem, and for options out of range
/// Never communicates. Source: method.md, section 4; docs/search.md.
[[nodiscard]] SearchResult search_orders(std::span<Matrix const> unmixing, SearchOptions const& options);

/// The same for a problem that is set up already; `options.objective` and `options.sizes` are ignored.
[[nodiscard]] SearchResult search_orders(OrderProblem const& problem, SearchOptions const& options);

} // namespace exahca
