#include "exahca/model/column_hints.hpp"

#include "exahca/model/incomplete_scores.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <span>
#include <string>

namespace exahca {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t fewest_rows = 30; // of fewer one may stand apart by chance

struct ValueCount
{
    double value = 0;
    std::int64_t count = 0;
};

/// The most extreme of a column's values, from the end inwards, and how often each is there.
/// \param comes_first  std::less for the low end, std::greater for the high one
template <class Order>
std::vector<ValueCount> values_at_end(Matrix const& scores, Index column, Order comes_first)
{
    constexpr std::size_t most = 16; // the longest families of codes and some scores beside them
    std::vector<ValueCount> ends;
    ends.reserve(most + 1);
    for (double const score : scores.col(column)) {
        if (std::isnan(score) || (ends.size() == most && comes_first(ends.back().value, score))) continue;
        auto const place =
            std::find_if(ends.begin(), ends.end(), [&](auto const& one) { return !comes_first(one.value, score); });
        if (place != ends.end() && place->value == score) {
            ++place->count;
            continue;
        }
        ends.insert(place, {score, 1});
        if (ends.size() > most) ends.pop_back();
    }
    return ends;
}

/// 7, 8, 9; 77, 88, 99, 777, ...; 95 to 98, 995 to 998, ...; 99.9, 999.9, 99.99, ...; the same below 0, and there all
/// from -9 to -1; the ends of ranges of integers; 1e10 and higher powers of ten.
bool is_sentinel_code(double value)
{
    constexpr std::array<double, 7> ends{32767, -32768, 65535, 2147483647, -2147483648, 4294967295., 2147483648.};
    if (std::find(ends.begin(), ends.end(), value) != ends.end()) return true;
    double const size = std::abs(value);
    if (size >= 1e10) return std::abs(std::log10(size) - std::round(std::log10(size))) < 1e-12;
    // Codes are recognised by how they are written: the digits, without sign and decimal point.
    auto digits = fmt::format("{:.15g}", size);
    auto const point = digits.find('.');
    if (point != digits.npos) digits.erase(point, 1);
    auto const are_all = [&](char digit, std::size_t length) {
        return std::all_of(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(length),
                           [&](char c) { return c == digit; });
    };
    if (point != digits.npos) return are_all('9', digits.size());
    if (digits.size() == 1) return value < 0 || digits[0] >= '7';
    if (digits.size() > 6) return are_all('9', digits.size());
    return are_all('7', digits.size()) || are_all('8', digits.size()) ||
           (are_all('9', digits.size() - 1) && digits.back() >= '5');
}

/// The values of a column that are not in doubt, and what is known of them.
struct Rest
{
    double least = infinity, most = -infinity;
    std::size_t different = 0;   ///< so many values at least
    bool is_small_scale = false; ///< consecutive whole numbers, few of them
    double widest_step = 0;      ///< between whole numbers at the low end, where nothing says that the scale ends there

    [[nodiscard]] double width() const { return most - least; }
};

/// A column's values at both ends. Where there are few both are all of its values.
class Ends
{
public:
    Ends(Matrix const& scores, Index column)
        : low_(values_at_end(scores, column, std::less<>())), high_(values_at_end(scores, column, std::greater<>())),
          rows_(static_cast<std::size_t>(scores.rows()))
    {
    }
    [[nodiscard]] std::vector<ValueCount> const& low() const { return low_; }
    [[nodiscard]] std::vector<ValueCount> const& high() const { return high_; }

    /// How many values may be codes at one end.
    static std::size_t candidates(std::vector<ValueCount> const& end)
    {
        constexpr std::size_t most = 9; // -9 to -1
        auto const stop = std::find_if(end.begin(), end.end(), [](auto const& one) { return !may_be_code(one); });
        return std::min(most, static_cast<std::size_t>(stop - end.begin()));
    }

    /// Without the first values of both ends.
    [[nodiscard]] Rest without(std::size_t low, std::size_t high) const
    {
        if (low >= low_.size() || high >= high_.size()) return {};
        // The rest runs from the first value after the low codes to the first before the high ones. `different` counts
        // what the list of the low end holds of it, which is all of it where values are few.
        Rest rest{low_[low].value, high_[high].value};
        if (!(rest.least <= rest.most)) return {};
        while (rest.different < low_.size() - low && low_[low + rest.different].value <= rest.most) ++rest.different;
        constexpr double widest = 7;
        rest.is_small_scale = rows_ >= fewest_rows && rest.width() <= widest && is_whole(rest.least) &&
                              static_cast<double>(rest.different) == rest.width() + 1;
        for (std::size_t i = 0; i < rest.different; ++i)
            rest.is_small_scale = rest.is_small_scale && is_whole(low_[low + i].value);
        rest.widest_step = widest_step(low, rest);
        return rest;
    }

    /// Whether all of the first values of an end stand apart from the rest.
    [[nodiscard]] static bool stand_apart(std::span<ValueCount const> codes, Rest const& rest)
    {
        if (codes.empty()) return true;
        auto const nearest = codes.back().value;
        // `codes` run from the end inwards, so the last is next to the rest.
        double const gap = nearest < rest.least ? rest.least - nearest : nearest - rest.most;
        bool const are_codes =
            std::all_of(codes.begin(), codes.end(), [](auto const& one) { return is_sentinel_code(one.value); });
        constexpr std::size_t fewest_scores = 5;
        if (!are_codes) return codes.size() == 1 && rest.different >= fewest_scores && gap > 3 * rest.width();
        // Two values, of which one may be a code: an item's 8 and 9, say.
        constexpr double clear = 70;
        if (rest.different < 2 && std::abs(nearest) < clear) return false;
        constexpr double steps = 3;
        if (gap > rest.width() || (rest.is_small_scale && is_whole(nearest) && gap >= steps)) return true;
        // 7, 8 and 9 behind an item from 1 to 5: one step is missing, and several codes go on behind it.
        if (rest.is_small_scale && codes.size() > 1 && is_whole(nearest) && nearest > rest.most && gap > 1) return true;
        return nearest < 0 && rest.least >= 0 && !is_scale(codes, rest) && !go_on(codes, rest);
    }

private:
    static bool is_whole(double value) { return value == std::floor(value); }

    /// What is no code may still be an end of the scale, by the number of scores there.
    static bool may_be_code(ValueCount const& one)
    {
        return one.value != 0 && (is_sentinel_code(one.value) || one.count >= fewest_at_bound);
    }

    /// The widest of the first few steps from the rest's least value on; 0 where these are not all whole numbers, or
    /// where the scale ends: at 0, where several scores are, or in per cent, up to 100.
    [[nodiscard]] double widest_step(std::size_t low, Rest const& rest) const
    {
        constexpr std::size_t most_steps = 8;
        constexpr double per_cent = 100;
        if (rest.is_small_scale || rest.most == per_cent) return 0;
        if (rest.least == 0 && low_[low].count >= fewest_at_bound) return 0;
        double widest = 0;
        for (std::size_t i = 0; i < std::min(rest.different, most_steps); ++i) {
            if (!is_whole(low_[low + i].value)) return 0;
            if (i > 0) widest = std::max(widest, low_[low + i].value - low_[low + i - 1].value);
        }
        return widest;
    }

    /// Single whole numbers below 0 may go on where others end: degrees, points less a penalty.
    static bool go_on(std::span<ValueCount const> codes, Rest const& rest)
    {
        auto above = rest.least;
        for (auto i = codes.size(); i-- > 0; above = codes[i].value)
            if (codes[i].count > 1 || above - codes[i].value > rest.widest_step) return false;
        return true;
    }

    /// Differences and agreement go below 0: from -2 to 2, or on from 0 to -1 and -2.
    static bool is_scale(std::span<ValueCount const> codes, Rest const& rest)
    {
        auto const count = static_cast<double>(codes.size());
        if (codes.size() < 2 || rest.least != 0 || codes.front().value != -count) return false;
        constexpr double small = 10;
        return rest.most == count || rest.width() > small;
    }

    // From the end inwards: ascending, and descending.
    std::vector<ValueCount> low_, high_;
    std::size_t rows_;
};

/// Zeros below all other scores by a quarter of their middle one or more: runs that failed end in 0, too. A floor has
/// scores above it, and a scale of few steps has 0 one step below the next. Of few rows one may stand apart by chance.
/// \param first  place of the least value that is no code
SentinelHint find_zeros(Matrix const& scores, Index column, Ends const& ends, std::size_t first, Rest const& rest)
{
    constexpr double least_gap = 0.25;
    constexpr std::size_t steps_looked_at = 4;
    auto const& low = ends.low();
    if (rest.least != 0 || first != 0 || low.size() < 3) return {};
    double const next = low[1].value;
    if (!(next < rest.most)) return {};
    for (std::size_t i = 2; i < std::min(low.size(), 2 + steps_looked_at) && low[i].value <= rest.most; ++i)
        if (low[i].value - low[i - 1].value >= next) return {};
    std::vector<double> others;
    for (double const score : scores.col(column))
        if (score > 0 && score <= rest.most) others.push_back(score);
    auto const zeros = low[0].count;
    if (others.size() < fewest_rows || std::ssize(others) <= zeros) return {};
    auto const middle = others.begin() + std::ssize(others) / 2;
    std::nth_element(others.begin(), middle, others.end());
    if (next < least_gap * *middle) return {};
    return {column, 0, zeros, next, rest.most, true};
}

/// Codes at the ends of one column: as many as stand apart from what is then left.
std::vector<SentinelHint> sentinels_of(Matrix const& scores, Index column)
{
    Ends const ends(scores, column);
    auto const most_low = Ends::candidates(ends.low()), most_high = Ends::candidates(ends.high());
    for (auto all = most_low + most_high + 1; all-- > 0;)
        // As many codes as possible in all; of splits with equal numbers the one with fewest at the low end.
        for (std::size_t low = all - std::min(all, most_high); low <= std::min(all, most_low); ++low) {
            auto const high = all - low;
            auto const rest = ends.without(low, high);
            if (rest.different == 0) continue;
            auto const below = std::span(ends.low()).first(low), above = std::span(ends.high()).first(high);
            if (!Ends::stand_apart(below, rest) || !Ends::stand_apart(above, rest)) continue;
            std::vector<SentinelHint> hints;
            if (auto const zeros = find_zeros(scores, column, ends, low, rest); zeros.count > 0) hints.push_back(zeros);
            for (auto const& codes : {above, below})
                for (auto const& [value, count] : codes)
                    hints.push_back({column, value, count, rest.least, rest.most, !is_sentinel_code(value)});
            return hints;
        }
    return {};
}

} // namespace

std::vector<SentinelHint> find_sentinels(ScoreMatrix const& matrix)
{
    std::vector<SentinelHint> hints;
    for (Index j = 0; j < matrix.scores.cols(); ++j)
        for (auto const& hint : sentinels_of(matrix.scores, j)) hints.push_back(hint);
    return hints;
}

} // namespace exahca
