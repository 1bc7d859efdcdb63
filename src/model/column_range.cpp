#include "exahca/model/column_range.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <span>

namespace exahca {
namespace {

/// Scores that stay in the first cache while they are looked at twice.
constexpr std::size_t block_size = 2048;
constexpr std::size_t lanes = 8;

/// The ends of a few scores, and how many are NaN. In a function of its own, for only then do compilers keep the lanes
/// in registers.
[[gnu::noinline]] ColumnRange ends_of(std::span<double const> scores)
{
    ColumnRange range;
    std::array<double, lanes> low, high;
    std::array<std::int64_t, lanes> missing{};
    low.fill(range.least);
    high.fill(range.most);
    auto const take = [&](double score, std::size_t l) { // comparisons with NaN are false
        low[l] = score < low[l] ? score : low[l];
        high[l] = score > high[l] ? score : high[l];
        missing[l] += score != score ? 1 : 0;
    };
    std::size_t i = 0;
    for (; i + lanes <= scores.size(); i += lanes)
        for (std::size_t l = 0; l < lanes; ++l) take(scores[i + l], l);
    for (; i < scores.size(); ++i) take(scores[i], 0);
    range.least = *std::min_element(low.begin(), low.end());
    range.most = *std::max_element(high.begin(), high.end());
    range.missing = std::accumulate(missing.begin(), missing.end(), std::int64_t{0});
    return range;
}

/// Zeros are equal whatever their sign: the first one is what a search from the beginning finds.
double first_equal(std::span<double const> scores, double value)
{
    return value == 0 ? *std::find(scores.begin(), scores.end(), value) : value;
}

/// Takes a block's end, which is the whole's where it goes further than all before.
void take_end(std::span<double const> block, double end, bool goes_further, double& whole, std::int64_t& count)
{
    if (goes_further) {
        whole = first_equal(block, end);
        count = 0;
    }
    if (whole == end) count += std::count(block.begin(), block.end(), end);
}

} // namespace

// Block by block: ends first, in lanes, and then how many scores stand there while the block is in the cache.
ColumnRange range_of(Matrix const& scores, Index column)
{
    std::span<double const> rest(scores.data() + column * scores.rows(), static_cast<std::size_t>(scores.rows()));
    ColumnRange range;
    while (!rest.empty()) {
        auto const block = rest.first(std::min(block_size, rest.size()));
        auto const ends = ends_of(block);
        range.missing += ends.missing;
        take_end(block, ends.least, ends.least < range.least, range.least, range.at_least);
        take_end(block, ends.most, ends.most > range.most, range.most, range.at_most);
        rest = rest.subspan(block.size());
    }
    return range;
}

} // namespace exahca
