#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/order_problem.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace exahca {

/// What a search for flags looks for, and when it gives up. A limit in cells gives the same bits on every machine.
struct FlagSearchOptions
{
    /// Of the proof, in units of the objective, 1e-6 to 1; see usual_flag_tolerance. The flags themselves are refined
    /// to 1e-9 either way.
    double tolerance = 1e-4;
    int best_n = 10; ///< flags wanted, 1 to 1,000
    /// Most cells that are bounded; 0: none. The default takes about a minute of one core with fifty domains.
    std::int64_t cell_limit = 50'000'000;
    std::int64_t frontier_bytes = std::int64_t{16} << 20; ///< for cells that wait, above 0
    std::int64_t table_bytes = std::int64_t{32} << 20;    ///< for bounds that may be used again, above 0
    StopFlag const* stop = nullptr;                       ///< ends the search soon after a request; may be null
};

/// What a proof takes about a second for: 1e-4, and 2e-3 for a mean, which is smooth at its minimum and takes about
/// tolerance^-3/2 cells.
[[nodiscard]] double usual_flag_tolerance(Objective objective);

/// A flag, its value, and what it makes of the domains.
struct RankedFlag
{
    Matrix flag;                     ///< m x d, orthonormal rows, level 1 first, largest entry of each positive
    double value = 0;                ///< the objective
    std::vector<double> inexactness; ///< K values: least mean loss over levels of any permutation of a domain's rows
    CandidateOrder order;            ///< the permutations that reach it
};

/// How a search for flags ended.
enum class FlagOutcome {
    proven,           ///< no flag is better than the first by more than the tolerance
    cell_limit,       ///< the limit came first
    resolution_limit, ///< cells too small to divide remain: rows nearly dependent
    stopped,          ///< the stop flag was raised
    not_attempted     ///< four factors or more: local minima alone
};

/// Names as they are stored: "proven", "cell-limit", "resolution-limit", "stopped", "not-attempted".
[[nodiscard]] std::string_view to_string(FlagOutcome value);

struct FlagSearchResult
{
    /// Local minima, ascending, no two of them one answer (same_flag_degrees); at least one. Only the first one's place
    /// is proven: of the others, one may have been missed.
    std::vector<RankedFlag> best;
    FlagOutcome outcome = FlagOutcome::not_attempted;
    double lower_bound = 0;               ///< no flag has a lower value
    std::int64_t cells = 0;               ///< bounded
    std::int64_t starts = 0;              ///< descents
    std::int64_t peak_frontier_bytes = 0; ///< most memory of cells that waited
};

/// Finds the flag of least value, whatever the order, and bounds all flags from below.
///
/// The value of a flag is the objective of the K coefficients IC_k, each domain taking the permutation that suits the
/// flag best: the largest, the plain mean or the n-weighted mean. A candidate order
/// fixes permutations first and then one flag, by least squares; so no order has a lower value than the best flag, and
/// with every order the best flag costs the same to find: time grows with K, not with (m!)^K.
///
/// \param problem  K >= 1 domains, m <= 8 factors in as many dimensions (project_on_shared_span makes them so)
/// \throws InvalidInput  for options out of range, more than 8 factors, or rows that span more than m dimensions
/// The same bits on every processor of one type. Never communicates. Source: docs/search.md, "Flags".
[[nodiscard]] FlagSearchResult search_flags(OrderProblem const& problem, FlagSearchOptions const& options = {});

/// Matrices in coordinates of one m-dimensional subspace.
struct SharedSpan
{
    Matrix basis;                 ///< m x d, orthonormal rows
    std::vector<Matrix> unmixing; ///< M_k basis', m x m
};

/// Projects rows on the subspace nearest to the domains' row spaces: that of least sum of squared sines of the
/// principal angles, the span of the m leading eigenvectors of the sum of their projectors. Neither the lengths of rows
/// nor their angles within a domain matter. With m = d nothing changes.
///
/// \param unmixing  K >= 1 matrices m x d; see OrderProblem for shapes and errors
/// \throws InvalidInput  when rows of a domain become dependent by the projection
[[nodiscard]] SharedSpan project_on_shared_span(std::span<Matrix const> unmixing);

} // namespace exahca
