#include "exahca/model/mixed_scales.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

/// 40 scores from 30 to 69 per cent, the first so many of them as shares.
Matrix column(Index shares)
{
    Matrix scores(40, 1);
    for (Index i = 0; i < 40; ++i) scores(i, 0) = (30.0 + static_cast<double>(i)) / (i < shares ? 100 : 1);
    return scores;
}

TEST(MixedScales, shares_among_per_cents_are_counted)
{
    for (Index const shares : {5, 20, 35}) {
        auto const found = find_mixed_scales(column(shares));
        ASSERT_EQ(found.size(), 1U) << shares;
        EXPECT_EQ(found[0].shares, shares);
        EXPECT_EQ(found[0].others, 40 - shares);
        EXPECT_EQ(found[0].least_share, 0.3);
        EXPECT_EQ(found[0].most_other, 69);
        EXPECT_EQ(found[0].least_other, 30 + static_cast<double>(shares));
    }
}

TEST(MixedScales, one_scale_is_none)
{
    for (Index const shares : {0, 4, 36, 40}) EXPECT_TRUE(find_mixed_scales(column(shares)).empty()) << shares;
    auto hard = column(20);
    hard(0, 0) = 4; // a hard benchmark in per cent has such scores
    EXPECT_TRUE(find_mixed_scales(hard).empty());
    auto const low = (column(40) / 20).eval(); // 1.5 to 3.5 per cent, if anything, beside 50 to 69
    Matrix far = column(20);
    far.topRows(20) = low.topRows(20);
    EXPECT_TRUE(find_mixed_scales(far).empty());
}

TEST(MixedScales, zeros_and_gaps_say_nothing)
{
    auto scores = column(20);
    scores(0, 0) = 0;
    scores(39, 0) = std::nan("");
    auto const found = find_mixed_scales(scores);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].shares, 19);
    EXPECT_EQ(found[0].others, 19);
}

} // namespace
} // namespace exahca
