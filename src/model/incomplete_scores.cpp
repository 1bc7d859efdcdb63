#include "exahca/model/incomplete_scores.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <numeric>

namespace exahca {
namespace {

constexpr double rounding = 1e-12; ///< of the largest score
constexpr double least_share_at_bound = 0.01;
constexpr double least_ratio_at_bound = 2; ///< to the scores that share one of the values next to it
constexpr std::size_t neighbours_of_bound = 3;
constexpr std::size_t most_censored = 2;
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_censored(ScoreKind kind) { return kind == ScoreKind::at_floor || kind == ScoreKind::at_ceiling; }

// One row of each set of equal ones. Missing scores are equal to each other and come first.
std::vector<Index> distinct_rows(Matrix const& scores)
{
    auto const compare = [&](Index a, Index b) {
        for (Index j = 0; j < scores.cols(); ++j) {
            double const x = std::isnan(scores(a, j)) ? -infinity : scores(a, j);
            double const y = std::isnan(scores(b, j)) ? -infinity : scores(b, j);
            if (x != y) return x < y ? -1 : 1;
        }
        return 0;
    };
    std::vector<Index> rows(static_cast<std::size_t>(scores.rows()));
    std::iota(rows.begin(), rows.end(), Index{0});
    std::sort(rows.begin(), rows.end(), [&](Index a, Index b) { return compare(a, b) < 0; });
    rows.erase(std::unique(rows.begin(), rows.end(), [&](Index a, Index b) { return compare(a, b) == 0; }), rows.end());
    return rows;
}

// Whether the first of the values stands out as the end of a scale does. Scores in steps (rounded, or shares of few
// items) share their lowest value with a few others as they share any; what was cut off comes on top of that.
bool piles_up(std::span<double const> sorted)
{
    std::vector<std::ptrdiff_t> counts; // of the first value and its neighbours
    for (auto at = sorted.begin(); at != sorted.end() && counts.size() <= neighbours_of_bound;) {
        auto const next = std::find_if(at, sorted.end(), [&](double value) { return value != *at; });
        counts.push_back(next - at);
        at = next;
    }
    if (counts.size() < 2) return false; // a constant has no range, and its end tells nothing
    auto const count = static_cast<double>(counts[0]);
    return counts[0] >= fewest_at_bound && count >= least_share_at_bound * static_cast<double>(sorted.size()) &&
           count >= least_ratio_at_bound * static_cast<double>(*std::max_element(counts.begin() + 1, counts.end()));
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
    auto const rows = distinct_rows(scores);
    for (Index j = 0; j < d; ++j) {
        std::vector<double> column;
        for (Index const row : rows)
            if (!std::isnan(scores(row, j))) column.push_back(scores(row, j));
        std::sort(column.begin(), column.end());
        if (piles_up(column)) bounds.floor[j] = column.front();
        std::reverse(column.begin(), column.end());
        if (piles_up(column)) bounds.ceiling[j] = column.front();
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
        if (is_constant(result.scores.col(j))) result.kinds.col(j).setConstant(ScoreKind::missing);
    }
    return result;
}

std::vector<Index> columns_by_censoring(std::span<IncompleteScores const> domains)
{
    EXAHCA_EXPECT(!domains.empty());
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
        auto const [place, is_new] = places.emplace(kinds, grouped.patterns.size());
        if (is_new) grouped.patterns.push_back(pattern_of(kinds));
        grouped.patterns[place->second].rows.push_back(i);
    }
    return grouped;
}

} // namespace exahca
