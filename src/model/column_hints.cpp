#include "exahca/model/column_hints.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/column_range.hpp"
#include "model/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <set>

namespace exahca {
namespace {

constexpr Index most_looked_at = 20'000;
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_sentinel_code(double value)
{
    constexpr std::array<double, 11> codes{-1, -9, -99, -999, -9999, -99999, 9, 99, 999, 9999, 99999};
    return std::find(codes.begin(), codes.end(), value) != codes.end();
}

/// Of the scores strictly between two ends.
ColumnRange range_between(Matrix const& scores, Index column, double low, double high)
{
    ColumnRange range;
    for (double const score : scores.col(column)) {
        if (!(score > low && score < high)) continue; // NaN, too
        range.least = std::min(range.least, score);
        range.most = std::max(range.most, score);
    }
    return range;
}

/// Zeros below all other scores by a quarter of their middle one or more: runs that failed end in 0, too. A floor has
/// scores above it. Of few rows one may stand apart by chance.
/// \param all  of the column
SentinelHint find_zeros(Matrix const& scores, Index column, ColumnRange const& all)
{
    constexpr std::size_t fewest = 30;
    constexpr double least_gap = 0.25;
    if (all.least != 0) return {};
    auto const zeros = all.at_least;
    auto const range = range_between(scores, column, 0, infinity);
    std::vector<double> others;
    for (double const score : scores.col(column))
        if (score > 0) others.push_back(score);
    if (others.size() < fewest || others.size() <= static_cast<std::size_t>(zeros)) return {};
    auto const middle = others.begin() + std::ssize(others) / 2;
    std::nth_element(others.begin(), middle, others.end());
    if (range.least < least_gap * *middle) return {};
    return {column, 0, zeros, range.least, range.most};
}

/// Codes at the ends of one column, taken off as long as what is left ends with one.
std::vector<SentinelHint> sentinels_of(Matrix const& scores, Index column)
{
    double low = -infinity, high = infinity;
    std::vector<double> candidates;
    auto const all = range_of(scores, column);
    auto range = all;
    while (range.least < range.most) {
        if (is_sentinel_code(range.most) && range.most > 0)
            candidates.push_back(high = range.most);
        else if (is_sentinel_code(range.least) && range.least < 0)
            candidates.push_back(low = range.least);
        else
            break;
        range = range_between(scores, column, low, high);
    }
    if (!(range.least <= range.most)) return {};
    std::vector<SentinelHint> hints;
    if (auto const zeros = find_zeros(scores, column, all); zeros.count > 0) hints.push_back(zeros);
    double const width = range.most - range.least;
    for (double const code : candidates) {
        bool const below = code < 0 && range.least >= 0;
        bool const far = code < range.least ? range.least - code > width : code - range.most > width;
        if (!below && !far) continue;
        hints.push_back({column, code, (scores.col(column).array() == code).count(), range.least, range.most});
    }
    return hints;
}

/// Evenly spaced scores of a column, without those missing.
std::vector<double> sample(Matrix const& scores, Index column)
{
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
    if (wider.empty()) return;
    double const middle = detail::quantile(wider, 0.5);
    for (auto const j : within)
        if (times * (spreads[j].high - spreads[j].low) < middle) kinds[j] = ScaleKind::points;
}

/// Words of a column's name, in small letters: "#Params (B)" has "params" and "b".
std::set<std::string> words_of(std::string const& name)
{
    std::set<std::string> words;
    std::string word;
    auto const flush = [&] {
        if (!word.empty()) words.insert(word);
        word.clear();
    };
    for (char const c : name)
        if (c >= 'A' && c <= 'Z')
            word += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80U) != 0)
            word += c;
        else
            flush();
    flush();
    return words;
}

struct Telling
{
    char const* meaning;
    std::vector<std::string> words;
};

std::vector<Telling> const& telling_words()
{
    static std::vector<Telling> const words{
        {"a rank", {"rank", "ranking", "position"}},
        {"a number of votes", {"vote", "votes", "battles", "matches"}},
        {"a number of parameters", {"param", "params", "parameters", "size"}},
        {"an average of others", {"average", "avg", "mean", "overall", "total"}},
        {"a price, a time or another cost", {"price", "cost", "latency", "throughput", "co2", "emissions"}},
        {"a date", {"date", "year", "month", "timestamp"}},
        {"a measure of popularity", {"likes", "downloads", "hub"}},
        {"a number that names the row", {"id", "idx"}},
        {"an uncertainty of another column", {"stderr", "std", "se", "ci", "variance"}},
        {"a length", {"context", "tokens"}},
        {"a name of groups",
         {"school", "classroom", "site", "hospital", "clinic", "country", "region", "cohort", "family"}},
    };
    return words;
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
    auto const [least, most] = std::minmax_element(values.begin(), values.end());
    if (*least > 1 || *most > static_cast<double>(values.size())) return false;
    if (in_order) {
        hint = {NoBenchmarkKind::row_number, column};
        return true;
    }
    auto const count = static_cast<double>(values.size());
    bool const from_one = *least == 1;
    std::sort(values.begin(), values.end());
    auto const different = static_cast<double>(std::unique(values.begin(), values.end()) - values.begin());
    if (!from_one || different < share_of_different * count) return false;
    hint = {NoBenchmarkKind::rank, column};
    return true;
}

bool find_in_name(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint)
{
    auto const words = words_of(matrix.benchmarks[static_cast<std::size_t>(column)]);
    if (words == std::set<std::string>{"index"}) { // beside other words it may be a measure: "Quality Index"
        hint = {NoBenchmarkKind::name, column, -1, "a number that names the row"};
        return true;
    }
    for (auto const& [meaning, telling] : telling_words())
        if (std::any_of(telling.begin(), telling.end(), [&](auto const& word) { return words.contains(word); })) {
            hint = {NoBenchmarkKind::name, column, -1, meaning};
            return true;
        }
    return false;
}

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

double correlation(Matrix const& scores, Index a, Index b)
{
    Index const step = std::max<Index>(1, scores.rows() / most_looked_at);
    double n = 0, mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (Index i = 0; i < scores.rows(); i += step) {
        double const x = scores(i, a), y = scores(i, b);
        if (std::isnan(x) || std::isnan(y)) continue;
        // Updates of the moments about the means: no cancellation for scores far from 0.
        n += 1;
        double const dx = x - mean_a, dy = y - mean_b;
        mean_a += dx / n;
        mean_b += dy / n;
        aa += dx * (x - mean_a);
        bb += dy * (y - mean_b);
        ab += dx * (y - mean_b);
    }
    constexpr double fewest = 10;
    return n < fewest || aa <= 0 || bb <= 0 ? 0 : ab / std::sqrt(aa * bb);
}

/// \param known  columns that are no benchmarks themselves: of a pair only one is to be left out
bool find_twin(ScoreMatrix const& matrix, Index column, std::span<NoBenchmarkHint const> known, NoBenchmarkHint& hint)
{
    constexpr double same = 0.998, same_by_name = 0.98;
    auto const words = words_of(matrix.benchmarks[static_cast<std::size_t>(column)]);
    for (Index other = 0; other < column; ++other) {
        if (std::any_of(known.begin(), known.end(), [&](auto const& one) { return one.column == other; })) continue;
        auto const theirs = words_of(matrix.benchmarks[static_cast<std::size_t>(other)]);
        bool const related = !words.empty() && !theirs.empty() &&
                             (std::includes(words.begin(), words.end(), theirs.begin(), theirs.end()) ||
                              std::includes(theirs.begin(), theirs.end(), words.begin(), words.end()));
        double const r = correlation(matrix.scores, column, other);
        if (std::abs(r) < (related ? same_by_name : same)) continue;
        hint = {NoBenchmarkKind::twin, column, other, {}, r};
        return true;
    }
    return false;
}

} // namespace

std::vector<SentinelHint> find_sentinels(ScoreMatrix const& matrix)
{
    std::vector<SentinelHint> hints;
    for (Index j = 0; j < matrix.scores.cols(); ++j)
        for (auto const& hint : sentinels_of(matrix.scores, j)) hints.push_back(hint);
    return hints;
}

std::vector<ScaleGroup> group_by_scale(Matrix const& scores)
{
    std::vector<Spread> spreads;
    for (Index j = 0; j < scores.cols(); ++j) spreads.push_back(spread_of(scores, j));
    std::vector<ScaleKind> kinds;
    for (auto const& spread : spreads) kinds.push_back(scale_of(spread));
    find_points(spreads, kinds);
    std::vector<ScaleGroup> groups;
    for (Index j = 0; j < scores.cols(); ++j) {
        auto const& range = spreads[static_cast<std::size_t>(j)].range;
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
        parts.push_back(fmt::format("{} from {:.4g} to {:.4g}{}", listed(names), group.least, group.most,
                                    group.kind == ScaleKind::points ? ": out of ten, or hard" : ""));
    }
    return fmt::format("benchmarks are not on one scale ({})", fmt::join(parts, ", "));
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
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        NoBenchmarkHint hint;
        if (find_numbering(matrix, j, hint) || find_in_name(matrix, j, hint) || find_two_values(matrix, j, hint) ||
            (j < most_compared && find_twin(matrix, j, hints, hint)))
            hints.push_back(hint);
    }
    return hints;
}

std::string describe(NoBenchmarkHint const& hint, std::vector<std::string> const& benchmarks)
{
    auto const name = listed_name(benchmarks[static_cast<std::size_t>(hint.column)]);
    switch (hint.kind) {
    case NoBenchmarkKind::rank:
        return fmt::format("{} ranks the models: whole numbers from 1 on, hardly one twice", name);
    case NoBenchmarkKind::row_number:
        return fmt::format("{} numbers the rows of the table", name);
    case NoBenchmarkKind::name:
        return fmt::format("{} is {}, by its name", name, hint.meaning);
    case NoBenchmarkKind::two_values:
        return fmt::format("{} has two values only, {} and {}: a mark such as yes or no, or a single item", name,
                           hint.least, hint.most);
    case NoBenchmarkKind::twin:
        break;
    }
    return fmt::format("{} says almost the same as {} (correlation {:.4f}): one benchmark in two forms?", name,
                       listed_name(benchmarks[static_cast<std::size_t>(hint.other)]), hint.correlation);
}

} // namespace exahca
