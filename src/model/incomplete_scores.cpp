#include "exahca/model/incomplete_scores.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/model/column_range.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace exahca {
namespace {

constexpr double rounding = 1e-12; ///< of the largest score
constexpr double least_share_at_bound = 0.01;
constexpr double least_ratio_at_bound = 2; ///< to the scores that share one of the values next to it
constexpr std::size_t neighbours_of_bound = 3;
constexpr std::size_t most_censored = 2;
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_censored(ScoreKind kind) { return kind == ScoreKind::at_floor || kind == ScoreKind::at_ceiling; }

// Missing scores equal each other.
bool same_row(Matrix const& scores, Index a, Index b)
{
    for (Index j = 0; j < scores.cols(); ++j) {
        double const x = scores(a, j), y = scores(b, j);
        if (x != y && !(std::isnan(x) && std::isnan(y))) return false;
    }
    return true;
}

// Equal rows have equal hashes; others hardly ever. Zeros of both signs are equal, as are all NaN.
std::uint64_t row_hash(Matrix const& scores, Index row)
{
    std::uint64_t hash = 0;
    for (Index j = 0; j < scores.cols(); ++j) {
        double const score = scores(row, j);
        // Adding 0 makes +0 of -0. 1 is the bit pattern of no score that occurs.
        auto const bits = std::isnan(score) ? 1 : std::bit_cast<std::uint64_t>(score + 0.0);
        hash = (hash ^ bits) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
    }
    return hash;
}

// One of each set of equal rows among those given.
std::vector<Index> distinct_rows(Matrix const& scores, std::vector<Index> const& rows)
{
    // Sorted by hash: equal rows end up side by side, and only rows of one hash are compared.
    std::vector<std::pair<std::uint64_t, Index>> hashed;
    hashed.reserve(rows.size());
    for (Index const row : rows) hashed.emplace_back(row_hash(scores, row), row);
    std::sort(hashed.begin(), hashed.end());
    std::vector<Index> distinct;
    for (std::size_t begin = 0, end = 0; begin < hashed.size(); begin = end) {
        auto const first = distinct.size();
        for (; end < hashed.size() && hashed[end].first == hashed[begin].first; ++end) {
            auto const row = hashed[end].second;
            auto const is_same = [&](Index known) { return same_row(scores, known, row); };
            if (std::none_of(distinct.begin() + static_cast<std::ptrdiff_t>(first), distinct.end(), is_same))
                distinct.push_back(row);
        }
    }
    return distinct;
}

// How many different rows know a benchmark. The number is only asked for where it matters: it takes a look at every
// row.
class DistinctRows
{
public:
    explicit DistinctRows(Matrix const& scores) : scores_(scores) {}

    /// Whether there are more than so many. Where most rows differ, the first of them tell, and for all benchmarks that
    /// miss no score they tell the same.
    bool are_more_than(Index column, bool is_complete, double limit)
    {
        auto const count = static_cast<double>(scores_.rows());
        if (limit >= count) return false;
        // A lower bound found for one complete column holds for all of them.
        if (is_complete && limit < at_least_) return true;
        // A cheap look at the first 2 limit + 1 rows that know the column: mostly they hold more than `limit`
        // different ones already.
        if (rows_.empty() && few_times * limit < count) {
            std::vector<Index> first;
            for (Index i = 0; i < scores_.rows() && static_cast<double>(first.size()) <= 2 * limit; ++i)
                if (!std::isnan(scores_(i, column))) first.push_back(i);
            auto const found = static_cast<double>(distinct_rows(scores_, first).size());
            if (is_complete) at_least_ = std::max(at_least_, found);
            if (found > limit) return true;
        }
        return static_cast<double>(that_know(column)) > limit;
    }

    // Looks for equal rows once, for all columns.
    Index that_know(Index column)
    {
        if (rows_.empty()) {
            std::vector<Index> all(static_cast<std::size_t>(scores_.rows()));
            std::iota(all.begin(), all.end(), Index{0});
            rows_ = distinct_rows(scores_, all);
        }
        return std::count_if(rows_.begin(), rows_.end(), [&](Index row) { return !std::isnan(scores_(row, column)); });
    }

private:
    static constexpr double few_times = 16; // a look at 2 in 16 rows is cheap beside one at all of them
    Matrix const& scores_;
    std::vector<Index> rows_; // one of each set of equal rows; empty: not looked for yet
    double at_least_ = 0;     // so many different rows there are in any case
};

// How many different rows stand at this score.
Index count_rows_at(Matrix const& scores, Index column, double value)
{
    std::vector<Index> rows;
    for (Index i = 0; i < scores.rows(); ++i)
        if (scores(i, column) == value) rows.push_back(i);
    return std::ssize(distinct_rows(scores, rows));
}

// The scores next to an end of the range, inwards; fewer where there are not so many.
std::vector<double> neighbours(Matrix const& scores, Index column, double end, double direction)
{
    std::vector<double> found;
    for (double last = end; found.size() < neighbours_of_bound; last = found.back()) {
        double next = infinity;
        for (double const score : scores.col(column)) // comparisons with NaN are false
            if (direction * score > direction * last && direction * score < next) next = direction * score;
        if (next == infinity) break;
        found.push_back(direction * next);
    }
    return found;
}

// Whether the end of a column's range stands out as the end of a scale does. Scores in steps (rounded, or shares of few
// items) share their lowest value with a few others as they share any; what was cut off comes on top of that.
// \param direction  1 at the low end, -1 at the high one
bool piles_up(Matrix const& scores, Index column, ColumnRange const& range, double direction, DistinctRows& distinct)
{
    double const end = direction > 0 ? range.least : range.most;
    // Different rows are no more than rows: most columns have few at their end.
    auto const rows = direction > 0 ? range.at_least : range.at_most;
    // The cheap test first: an end where too few rows stand, copies included, is none.
    constexpr double clearly = 1 + 1e-9; // what is on the edge is decided below
    if (rows < fewest_at_bound ||
        distinct.are_more_than(column, range.missing == 0, clearly * static_cast<double>(rows) / least_share_at_bound))
        return false;
    // Now with copies counted once, exactly.
    auto const count = count_rows_at(scores, column, end);
    if (count < fewest_at_bound ||
        static_cast<double>(count) < least_share_at_bound * static_cast<double>(distinct.that_know(column)))
        return false;
    auto const close = neighbours(scores, column, end, direction);
    return std::all_of(close.begin(), close.end(), [&](double value) {
        return static_cast<double>(count) >=
               least_ratio_at_bound * static_cast<double>(count_rows_at(scores, column, value));
    });
}

// The kinds of a row, with at most two scores that are cut off.
std::vector<ScoreKind> kept_kinds(ScoreKinds const& kinds, Index row, std::span<Index const> columns)
{
    std::vector<ScoreKind> kept(static_cast<std::size_t>(kinds.cols()));
    std::size_t censored = 0;
    for (Index const j : columns) {
        ScoreKind kind = kinds(row, j);
        if (is_censored(kind) && ++censored > most_censored) kind = ScoreKind::missing;
        kept[static_cast<std::size_t>(j)] = kind;
    }
    return kept;
}

// Columns come ascending; signs turn every bound into an upper one.
RowPattern pattern_of(std::vector<ScoreKind> const& kinds)
{
    RowPattern pattern;
    for (std::size_t j = 0; j < kinds.size(); ++j) {
        if (kinds[j] == ScoreKind::observed) pattern.observed.push_back(static_cast<Index>(j));
        if (!is_censored(kinds[j])) continue;
        pattern.censored.push_back(static_cast<Index>(j));
        pattern.signs.push_back(kinds[j] == ScoreKind::at_floor ? 1.0 : -1.0);
    }
    return pattern;
}

} // namespace

bool is_constant(Vector const& scores)
{
    double least = infinity, most = -infinity;
    for (double const score : scores) { // comparisons with NaN are false
        if (score < least) least = score;
        if (score > most) most = score;
    }
    return is_constant(least, most);
}

bool is_constant(double least, double most)
{
    return !(most - least > rounding * std::max(std::abs(least), std::abs(most)));
}

ScoreBounds no_bounds(Index benchmarks)
{
    return {Vector::Constant(benchmarks, -infinity), Vector::Constant(benchmarks, infinity)};
}

bool operator==(ScoreBounds const& a, ScoreBounds const& b)
{
    auto const same = [](Vector const& x, Vector const& y) {
        return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin());
    };
    return same(a.floor, b.floor) && same(a.ceiling, b.ceiling);
}

ScoreBounds detect_bounds(Matrix const& scores)
{
    Index const d = scores.cols();
    auto bounds = no_bounds(d);
    DistinctRows distinct(scores);
    for (Index j = 0; j < d; ++j) {
        auto const range = range_of(scores, j);
        if (!(range.least < range.most)) continue; // a constant column has no range, and no bound tells anything
        if (piles_up(scores, j, range, 1, distinct)) bounds.floor[j] = range.least;
        if (piles_up(scores, j, range, -1, distinct)) bounds.ceiling[j] = range.most;
    }
    return bounds;
}

IncompleteScores classify_scores(Matrix const& scores, ScoreBounds const& bounds)
{
    EXAHCA_EXPECT(bounds.floor.size() == scores.cols() && bounds.ceiling.size() == scores.cols());
    EXAHCA_EXPECT((bounds.floor.array() < bounds.ceiling.array()).all());
    IncompleteScores result{scores, ScoreKinds(scores.rows(), scores.cols())};
    for (Index j = 0; j < scores.cols(); ++j) {
        for (Index i = 0; i < scores.rows(); ++i) {
            double const x = scores(i, j);
            ScoreKind& kind = result.kinds(i, j);
            kind = std::isnan(x) ? ScoreKind::missing : ScoreKind::observed;
            if (x <= bounds.floor[j]) kind = ScoreKind::at_floor;
            if (x >= bounds.ceiling[j]) kind = ScoreKind::at_ceiling;
            // What lies beyond the bound says no more than the bound.
            if (is_censored(kind)) result.scores(i, j) = std::clamp(x, bounds.floor[j], bounds.ceiling[j]);
        }
        // After clipping to the bounds: a domain all of whose scores lie beyond one is constant, too.
        if (is_constant(result.scores.col(j))) result.kinds.col(j).setConstant(ScoreKind::missing);
    }
    return result;
}

std::vector<Index> columns_by_censoring(std::span<IncompleteScores const> domains)
{
    EXAHCA_EXPECT(!domains.empty());
    // Over all domains, so that the same two scores are kept everywhere; the sort is stable, so ties go by column.
    std::vector<Index> counts(static_cast<std::size_t>(domains[0].kinds.cols()));
    for (auto const& domain : domains)
        for (Index j = 0; j < domain.kinds.cols(); ++j)
            for (Index i = 0; i < domain.kinds.rows(); ++i)
                if (is_censored(domain.kinds(i, j))) ++counts[static_cast<std::size_t>(j)];
    std::vector<Index> columns(counts.size());
    std::iota(columns.begin(), columns.end(), Index{0});
    std::stable_sort(columns.begin(), columns.end(), [&](Index a, Index b) {
        return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
    });
    return columns;
}

PatternedScores group_rows(IncompleteScores const& domain, std::span<Index const> columns)
{
    EXAHCA_EXPECT(domain.scores.rows() == domain.kinds.rows() && domain.scores.cols() == domain.kinds.cols());
    EXAHCA_EXPECT(static_cast<Index>(columns.size()) == domain.scores.cols());
    PatternedScores grouped{domain.scores, {}};
    std::map<std::vector<ScoreKind>, std::size_t> places;
    for (Index i = 0; i < domain.scores.rows(); ++i) {
        for (Index j = 0; j < domain.scores.cols(); ++j)
            if (domain.kinds(i, j) != ScoreKind::missing && !std::isfinite(domain.scores(i, j)))
                throw NumericalFailure(fmt::format("score {} of model {} is known but not finite", j + 1, i + 1));
        auto const kinds = kept_kinds(domain.kinds, i, columns);
        // Patterns come in the order of their first rows, which does not depend on how kinds compare.
        auto const [place, is_new] = places.emplace(kinds, grouped.patterns.size());
        if (is_new) grouped.patterns.push_back(pattern_of(kinds));
        grouped.patterns[place->second].rows.push_back(i);
    }
    return grouped;
}

} // namespace exahca
