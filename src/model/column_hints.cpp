#include "exahca/model/column_hints.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/column_range.hpp"
#include "model/name_hints.hpp"
#include "model/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

namespace exahca {
namespace {

constexpr Index most_looked_at = 20'000;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double same_but_for_noise = 0.98; ///< correlation of twins that say so themselves

/// Evenly spaced scores of a column, without those missing.
std::vector<double> sample(Matrix const& scores, Index column)
{
    // Quantiles are what is asked for, and these need no more.
    Index const step = std::max<Index>(1, scores.rows() / most_looked_at);
    std::vector<double> values;
    for (Index i = 0; i < scores.rows(); i += step)
        if (!std::isnan(scores(i, column))) values.push_back(scores(i, column));
    return values;
}

/// What a column's unit is told by.
struct Spread
{
    ColumnRange range;
    double low = 0, high = 0; ///< 5 % and 95 % points
    bool is_known = false;
};

// The range is that of all scores, the quantiles those of a sample.
Spread spread_of(Matrix const& scores, Index column)
{
    Spread spread{range_of(scores, column)};
    auto values = sample(scores, column);
    if (values.empty()) return spread;
    spread.low = detail::quantile(values, 0.05);
    spread.high = detail::quantile(values, 0.95);
    spread.is_known = true;
    return spread;
}

ScaleKind scale_of(Spread const& spread)
{
    auto const& [range, low, high, is_known] = spread;
    if (!is_known) return ScaleKind::percent;
    // A few scores may lie beyond: noise, or normalised scores of less than chance. Low per cents reach further.
    if (low >= 0 && high <= 1 && range.most <= 1.5) return ScaleKind::unit;
    if (low < 0 && high > 0 && std::max(-low, high) <= 5 && -low > high / 4 && high > -low / 4)
        return ScaleKind::standardised;
    return high > 110 || low < -100 ? ScaleKind::other : ScaleKind::percent;
}

/// Columns within 0 to 10 that vary three times less than the median one of those that go further are probably points
/// out of ten. Benchmarks on which all score low are few, and hardly vary so little.
void find_points(std::vector<Spread> const& spreads, std::vector<ScaleKind>& kinds)
{
    constexpr double most = 10.5, times = 3; // a few scores may lie beyond 10
    std::vector<std::size_t> within;
    std::vector<double> wider;
    for (std::size_t j = 0; j < spreads.size(); ++j) {
        if (kinds[j] != ScaleKind::percent) continue;
        auto const& [range, low, high, is_known] = spreads[j];
        if (range.least >= 0 && range.most <= most)
            within.push_back(j);
        else
            wider.push_back(high - low);
    }
    // Where no column goes further there is nothing to compare with.
    if (wider.empty()) return;
    double const middle = detail::quantile(wider, 0.5);
    for (auto const j : within)
        if (times * (spreads[j].high - spreads[j].low) < middle) kinds[j] = ScaleKind::points;
}

/// The column ranks or numbers the models.
bool find_numbering(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint)
{
    constexpr std::size_t fewest = 10;
    constexpr double share_of_different = 0.8; // ranks may be shared
    std::vector<double> values;
    bool in_order = true;
    for (double const score : matrix.scores.col(column)) {
        if (std::isnan(score)) continue;
        if (score != std::floor(score) || score < 0) return false;
        in_order = in_order && (values.empty() || score == values.back() + 1);
        values.push_back(score);
    }
    if (values.size() < fewest) return false;
    if (in_order) {
        hint = {NoBenchmarkKind::row_number, column};
        return true;
    }
    auto const [least, most] = std::minmax_element(values.begin(), values.end());
    if (*least > 1 || *most > static_cast<double>(values.size())) return false;
    auto const count = static_cast<double>(values.size());
    bool const from_one = *least == 1;
    // A rank begins at 1, ends at most at the number of models, and is hardly shared.
    std::sort(values.begin(), values.end());
    auto const different = static_cast<double>(std::unique(values.begin(), values.end()) - values.begin());
    if (!from_one || different < share_of_different * count) return false;
    hint = {NoBenchmarkKind::rank, column};
    return true;
}

// Values are compared exactly: a mark is written the same way everywhere.
bool find_two_values(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint)
{
    constexpr std::int64_t fewest = 10;
    double least = infinity, most = -infinity;
    std::int64_t known = 0;
    for (double const score : matrix.scores.col(column)) {
        if (std::isnan(score)) continue;
        ++known;
        if (score == least || score == most) continue;
        if (least < most) return false; // a third value
        least = std::min(least, score);
        most = std::max(most, score);
    }
    if (known < fewest || !(least < most)) return false;
    hint = {NoBenchmarkKind::two_values, column, -1, {}, 0, least, most};
    return true;
}

} // namespace

std::vector<ScaleGroup> group_by_scale(Matrix const& scores)
{
    std::vector<Spread> spreads;
    for (Index j = 0; j < scores.cols(); ++j) spreads.push_back(spread_of(scores, j));
    std::vector<ScaleKind> kinds;
    // Each column by itself first; points out of ten show beside other columns only.
    for (auto const& spread : spreads) kinds.push_back(scale_of(spread));
    find_points(spreads, kinds);
    std::vector<ScaleGroup> groups;
    for (Index j = 0; j < scores.cols(); ++j) {
        auto const& range = spreads[static_cast<std::size_t>(j)].range;
        if (!(range.least < range.most)) continue; // what does not vary has no unit to be told by
        auto const kind = kinds[static_cast<std::size_t>(j)];
        auto group = std::find_if(groups.begin(), groups.end(), [&](auto const& one) { return one.kind == kind; });
        if (group == groups.end()) group = groups.insert(group, {kind, {}, infinity, -infinity});
        group->columns.push_back(j);
        group->least = std::min(group->least, range.least);
        group->most = std::max(group->most, range.most);
    }
    return groups;
}

std::string describe(std::span<ScaleGroup const> groups, std::span<std::string const> benchmarks)
{
    std::vector<std::string> parts;
    for (auto const& group : groups) {
        std::vector<std::string> names;
        for (auto const column : group.columns)
            names.push_back(listed_name(benchmarks[static_cast<std::size_t>(column)]));
        parts.push_back(
            fmt::format("{} from {:.4g} to {:.4g}{}", listed(names), group.least, group.most,
                        group.kind == ScaleKind::points ? ", points out of ten or low scores throughout" : ""));
    }
    return fmt::format("benchmarks are not on one scale ({})", fmt::join(parts, " / "));
}

std::string what_units_decide(bool as_they_are)
{
    return fmt::format("{}angles between directions, and with them support, depend on the units",
                       as_they_are ? "the order found and " : "");
}

std::vector<NoBenchmarkHint> find_no_benchmarks(ScoreMatrix const& matrix)
{
    // Comparing every pair of very many columns would take longer than all else.
    constexpr Index most_compared = 200;
    std::vector<NoBenchmarkHint> hints;
    std::vector<bool> is_known(static_cast<std::size_t>(matrix.scores.cols()), false); // to be no benchmark
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        NoBenchmarkHint hint;
        if (!find_numbering(matrix, j, hint) && !detail::find_in_name(matrix, j, hint) &&
            !find_two_values(matrix, j, hint) && !(j < most_compared && detail::find_twin(matrix, j, is_known, hint)))
            continue;
        is_known[static_cast<std::size_t>(hint.column)] = true;
        hints.push_back(hint);
    }
    // Of twins it may be the earlier column.
    std::stable_sort(hints.begin(), hints.end(), [](auto const& a, auto const& b) { return a.column < b.column; });
    return hints;
}

std::string describe(NoBenchmarkHint const& hint, std::vector<std::string> const& benchmarks)
{
    auto const name = listed_name(benchmarks[static_cast<std::size_t>(hint.column)]);
    switch (hint.kind) {
    case NoBenchmarkKind::rank:
        return fmt::format("{} ranks the models: whole numbers from 1 on, hardly one twice", name);
    case NoBenchmarkKind::row_number:
        return fmt::format("{} numbers the rows of the table: each is one more than the one before", name);
    case NoBenchmarkKind::name:
        return fmt::format("{} is {}, judging by its name", name, hint.meaning);
    case NoBenchmarkKind::two_values:
        return fmt::format("{} has two values only, {} and {}: a mark such as yes or no, or a single item", name,
                           hint.least, hint.most);
    case NoBenchmarkKind::twin:
        break;
    }
    auto const other = listed_name(benchmarks[static_cast<std::size_t>(hint.other)]);
    if (std::abs(hint.correlation) < same_but_for_noise)
        return fmt::format("{} and {} are one benchmark in two forms, judging by their names (correlation {:.4f})",
                           name, other, hint.correlation);
    return fmt::format("{} says almost the same as {} (correlation {:.4f}): one benchmark in two forms?", name, other,
                       hint.correlation);
}

} // namespace exahca
