#include "exahca/estimate/support.hpp"

#include "exahca/core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace exahca {
namespace {

Matrix rotated(double degrees)
{
    double const c = std::cos(degrees * std::numbers::pi / 180), s = std::sin(degrees * std::numbers::pi / 180);
    Matrix flag(2, 3);
    flag << c, s, 0, -s, c, 0;
    return flag;
}

// The interval's ends solve (p - share)^2 = z^2 p (1 - p) / n, which is how Wilson defines them.
TEST(WilsonInterval, ends_solve_the_score_equation)
{
    double const z = 1.959963984540054;
    for (auto const& [successes, trials] : {std::pair{0, 10}, {3, 10}, {10, 10}, {34, 200}}) {
        auto const interval = wilson_interval(successes, trials);
        double const share = static_cast<double>(successes) / trials;
        for (double const p : {interval.low, interval.high})
            EXPECT_NEAR((p - share) * (p - share), z * z * p * (1 - p) / trials, 1e-12) << successes << "/" << trials;
        EXPECT_LE(interval.low, share);
        EXPECT_GE(interval.high, share);
    }
    EXPECT_EQ(wilson_interval(0, 0).low, 0);
    EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

// The bounds are the p-values of the two extreme ways in which the failed replicates could have come out.
TEST(ReplicateTest, failed_replicates_bound_the_p_value)
{
    for (std::int64_t const replicates : {0, 7, 40})
        for (std::int64_t as_extreme = 0; as_extreme <= replicates; as_extreme += 3)
            for (std::int64_t const failed : {0, 1, 12}) {
                auto const test = replicate_test(as_extreme, replicates, failed);
                EXPECT_EQ(test.low, replicate_test(as_extreme, replicates + failed, 0).p_value);
                EXPECT_EQ(test.high, replicate_test(as_extreme + failed, replicates + failed, 0).p_value);
                EXPECT_LE(test.low, test.p_value);
                EXPECT_GE(test.high, test.p_value);
                EXPECT_EQ(test.low == test.high, failed == 0);
            }
    EXPECT_EQ(replicate_test(0, 99, 0).p_value, 0.01);
}

TEST(PercentileInterval, interpolates_and_passes_over_missing_values)
{
    std::vector<double> values{std::nan("")};
    for (int i = 100; i >= 0; --i) values.push_back(i);
    auto const interval = percentile_interval(values, 0.90);
    EXPECT_DOUBLE_EQ(interval.low, 5);
    EXPECT_DOUBLE_EQ(interval.high, 95);
    EXPECT_TRUE(std::isnan(percentile_interval(std::vector<double>{}, 0.9).low));
}

// The definition: linear interpolation at position share x (n - 1) of the sorted values.
TEST(PercentileInterval, is_that_of_the_sorted_values_in_any_order)
{
    RandomStream stream({1, "values", 0, "", 0});
    for (std::size_t count = 1; count < 40; ++count) {
        std::vector<double> values(count);
        for (auto& value : values) value = std::round(4 * stream.normal()); // ties too
        auto const interval = percentile_interval(values, 0.8);
        std::sort(values.begin(), values.end());
        auto const at = [&](double share) {
            double const position = share * static_cast<double>(count - 1);
            auto const below = static_cast<std::size_t>(position);
            return std::lerp(values[below], values[std::min(below + 1, count - 1)],
                             position - static_cast<double>(below));
        };
        EXPECT_DOUBLE_EQ(interval.low, at((1 - 0.8) / 2)) << count;
        EXPECT_DOUBLE_EQ(interval.high, at((1 + 0.8) / 2)) << count;
    }
}

TEST(FlagAngles, level_by_level)
{
    // The planes coincide, the last rows differ by 10 degrees.
    auto const angles = flag_angles_list(rotated(0), rotated(10));
    ASSERT_EQ(angles.size(), 2U);
    EXPECT_NEAR(angles[0], 10, 1e-9);
    EXPECT_NEAR(angles[1], 0, 1e-6);
}

TEST(FlagSupport, counts_agreement_and_groups_the_rest)
{
    std::vector<Matrix> const replicates{rotated(2), rotated(90), rotated(91), rotated(-5), rotated(92), rotated(45)};
    auto const support = flag_support(rotated(0), {}, replicates);
    EXPECT_EQ(support.replicates, 6);
    EXPECT_EQ(support.agreeing, 2);
    EXPECT_EQ(support.agreeing_levels, (std::vector<std::int64_t>{2, 6}));
    EXPECT_EQ(support.agrees, (std::vector<bool>{true, false, false, true, false, false}));
    ASSERT_EQ(support.groups.size(), 3U);
    using Positions = std::vector<std::size_t>;
    EXPECT_EQ(support.groups[0].members, (Positions{0, 3})); // the estimate's, though another is larger
    EXPECT_EQ(support.groups[1].members, (Positions{1, 2, 4}));
    EXPECT_EQ(support.groups[2].members, (Positions{5}));
}

TEST(FlagSupport, an_estimate_that_nobody_shares_stays_the_first_group)
{
    std::vector<Matrix> const replicates{rotated(90)};
    auto const support = flag_support(rotated(0), {}, replicates);
    ASSERT_EQ(support.groups.size(), 2U);
    EXPECT_TRUE(support.groups[0].members.empty());
    EXPECT_EQ(support.groups[1].members.size(), 1U);
}

} // namespace
} // namespace exahca
