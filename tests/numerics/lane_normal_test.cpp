// The normal distribution below a bound, in lanes, against the code for one number at a time.

#include "exahca/numerics/normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace exahca {
namespace {

#include "numerics/lane_math.inl"
#include "numerics/lane_normal.inl"

struct Below
{
    double exponent, mass, density;
};

Below below(double u)
{
    Lanes const lanes = broadcast(u), exponent = exponent_below(lanes);
    NormalBelow const found = normal_below(lanes);
    return {exponent[0], found.mass[0], found.density[0]};
}

void expect_normal(double u)
{
    Below const found = below(u);
    double const expected = log_normal_cdf(u);
    EXPECT_NEAR(found.exponent + std::log(found.mass), expected, 1e-14 * std::max(1.0, std::abs(expected))) << u;
    // What rounding of u^2/2 does to exp(-u^2/2), which the other code divides by erfc above -30.
    double const slope = normal_cdf_slope(u), error = u < -30 ? 1e-14 : 1e-15 * (10 + u * u);
    EXPECT_NEAR(found.density / found.mass, slope, error * slope + 1e-34) << u;
}

TEST(LaneNormal, agrees_with_the_code_for_one_number)
{
    for (int i = -4000; i <= 1000; ++i) expect_normal(i / 100.0 + 1e-3);
    for (double u = 1e-300; u < 1e150; u *= 1.7) expect_normal(u), expect_normal(-u);
    expect_normal(0);
}

// 1 - 1/y^2 + 3/y^4 - ..., whose error is below its first term left out.
TEST(LaneNormal, tends_to_the_asymptotic_series)
{
    for (double y = 200; y < 1e150; y *= 1.3) {
        double const u = 1 / (y * y), series = (1 - u * (1 - 3 * u * (1 - 5 * u))) / y;
        EXPECT_NEAR(mills_ratio(broadcast(y))[0], series, 1e-15 * series) << y;
    }
}

TEST(LaneNormal, keeps_what_is_not_a_number)
{
    EXPECT_TRUE(std::isnan(below(std::numeric_limits<double>::quiet_NaN()).mass));
    EXPECT_EQ(below(std::numeric_limits<double>::infinity()).mass, 1);
    EXPECT_EQ(below(-std::numeric_limits<double>::infinity()).mass, 0);
}

// What the likelihood multiplies has to stay a normal number: these are much slower otherwise.
TEST(LaneNormal, has_no_subnormal_numbers)
{
    for (double u = -1e30; u < -1e-30; u /= 10) EXPECT_GT(below(u).mass, 1e-31);
    for (double u = 1; u < 1e150; u *= 1.5) EXPECT_GT(below(u).density, 1e-36);
}

} // namespace
} // namespace exahca
