#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// What is known of one score.
enum class ScoreKind : std::uint8_t {
    observed,   ///< the score itself, with measurement noise
    missing,    ///< nothing
    at_floor,   ///< it is at or below the bound that stands in its place
    at_ceiling, ///< it is at or above the bound that stands in its place
};

/// One kind for each score, models x benchmarks.
using ScoreKinds = Eigen::Matrix<ScoreKind, Eigen::Dynamic, Eigen::Dynamic>;

/// Where the scale of each benchmark ends; minus and plus infinity where it has no known end. Both have d entries.
struct ScoreBounds
{
    Vector floor;   ///< scores at or below count as cut off there
    Vector ceiling; ///< scores at or above count as cut off there
};
/// Bounds of benchmarks whose scales have no known end.
[[nodiscard]] ScoreBounds no_bounds(Index benchmarks);
[[nodiscard]] bool operator==(ScoreBounds const& a, ScoreBounds const& b);

/// How many items each benchmark's score is the mean of, where that is known: its noise is binomial then
/// (item_noise.hpp). Count and share are empty when nothing is known of any benchmark, else have d entries; the other
/// two have d entries or none.
struct BenchmarkItems
{
    std::vector<double> count; ///< independent items, at least 1; 0: unknown
    std::vector<double> share; ///< of the binomial variance that counts as noise, 0 to 1: items differ in difficulty
    /// Share of the items that guessing solves, which the score calls 0; 0 to below 1. Empty: 0
    std::vector<double> chance = {};
    /// Score of a model that solves all items (see with_full_scores). Empty: 100
    std::vector<double> full = {};

    [[nodiscard]] bool operator==(BenchmarkItems const&) const = default;
};
/// Where nobody says otherwise.
inline constexpr double usual_item_share = 0.5;

/// A domain's scores with what is known of each. Values of missing scores are ignored; those of scores that are cut off
/// are the bound.
struct IncompleteScores
{
    Matrix scores; ///< models x benchmarks
    ScoreKinds kinds;
};

/// Fewer scores at one value are no evidence of an end of the scale.
inline constexpr Index fewest_at_bound = 5;

/// Whether the known ones of some scores are equal but for rounding (1e-12 of the largest); true where none is known.
///
/// \param scores  NaN where missing
[[nodiscard]] bool is_constant(Vector const& scores);
/// Of the least and the most of them.
[[nodiscard]] bool is_constant(double least, double most);

/// Bounds that a whole table of scores shows: an end of a column's range is one when at least 5 different rows and 1 %
/// of the different rows that have the column stand there, and at least twice as many as at any of the next three
/// values: scores in steps have ties everywhere. Rows that are equal in all columns count once: copies of one model are
/// no evidence.
///
/// Decide this once on the table of all models, never on a subset or a resample: the model would change with it.
/// Usually by way of bounds_of(ScoreMatrix), which knows base models.
///
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] ScoreBounds detect_bounds(Matrix const& scores);

/// A benchmark that is constant within these models counts as missing: what does not vary says nothing of what moves
/// what, be it that the scale ends there for all of them, that it was not measured, or that it was filled in. The limit
/// of a likelihood in which all of a domain's scores are cut off is the same, with a mean that runs away.
///
/// \param scores  of one domain, models x benchmarks, NaN where missing
/// \pre as many bounds as benchmarks, each floor below its ceiling
[[nodiscard]] IncompleteScores classify_scores(Matrix const& scores, ScoreBounds const& bounds);

/// The benchmarks, those first whose scores are cut off most often over all domains; ties by column.
[[nodiscard]] std::vector<Index> columns_by_censoring(std::span<IncompleteScores const> domains);

/// Rows of one domain that know and lack the same scores.
struct RowPattern
{
    std::vector<Index> observed; ///< benchmarks, ascending
    std::vector<Index> censored; ///< benchmarks at a floor or ceiling, ascending; at most two
    std::vector<double> signs;   ///< for each of these 1 (score at most the bound) or -1 (at least)
    std::vector<Index> rows;     ///< of the domain, ascending, not empty
};

/// A domain ready for the likelihood: patterns of rows in the order of their first rows. Each row is in one of them.
struct PatternedScores
{
    Matrix scores; ///< models x benchmarks; bounds where cut off, anything where missing
    std::vector<RowPattern> patterns;

    [[nodiscard]] Index models() const { return scores.rows(); }
    [[nodiscard]] Index benchmarks() const { return scores.cols(); }
};

/// Groups the rows of a domain.
///
/// The probability that two scores lie beyond their bounds is exact and cheap, that of three and more is not. Of a row
/// with more the two that stand first in `columns` stay, the others count as missing: less is then known of the row
/// than could be, but nothing false.
///
/// \param columns  all benchmarks in the order in which they are kept; columns_by_censoring of the whole table
/// \throws NumericalFailure  when a score that is observed, or a bound in a score's place, is not finite
[[nodiscard]] PatternedScores group_rows(IncompleteScores const& domain, std::span<Index const> columns);

} // namespace exahca
