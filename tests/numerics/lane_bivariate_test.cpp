// Pairs of normal numbers below their bounds, in lanes, against the code for one pair at a time.

#include "exahca/numerics/bivariate_normal.hpp"
#include "exahca/numerics/pair_rules.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace exahca {
namespace {

#include "numerics/lane_math.inl"
#include "numerics/lane_normal.inl"

#include "numerics/lane_bivariate.inl"

// Nodes of four correlations, as many as the rule of all has.
class Nodes
{
public:
    explicit Nodes(Lanes rho) : rho_(rho), rule_(pair_rules()[pair_rule(rho)])
    {
        place_pair_nodes(rho, rule_, {z_.data(), inverses_.data(), weights_.data(), lane_count});
    }

    [[nodiscard]] PairBelow below(double h, double k) const { return below(broadcast(h), broadcast(k)); }
    [[nodiscard]] PairBelow below(Lanes h, Lanes k) const
    {
        PickedNodes picked;
        picked.stride = lane_count;
        picked.count = rule_.count;
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            picked.z[lane] = z_.data() + lane;
            picked.inverses[lane] = inverses_.data() + lane;
            picked.weights[lane] = weights_.data() + lane;
        }
        return pair_below(h, k, rho_, picked);
    }

private:
    Lanes rho_;
    GaussRule rule_;
    std::array<double, most_pair_nodes * lane_count> z_{}, inverses_{}, weights_{};
};

// Ends of the ranges of all rules, just within and beyond, and between.
constexpr std::array<double, 14> sizes{0,   1e-9,   0.1, 0.25, 0.2501, 0.4,   0.55,
                                       0.7, 0.8001, 0.9, 0.95, 0.96,   0.961, 0.999};

void expect_pair(Nodes const& nodes, double rho, double h, double k)
{
    PairBelow const found = nodes.below(h, k);
    if (!found.sound[0]) return;
    PairSlopes const expected = BivariateNormal(rho).slopes(h, k);
    auto const near = [&](double value, double other, char const* what) {
        EXPECT_NEAR(value, other, 5e-11 * std::abs(other) + 1e-30) << what << h << " " << k << " " << rho;
    };
    EXPECT_NEAR(found.log_probability[0], expected.log_probability, 3e-11) << h << " " << k << " " << rho;
    near(found.first[0], expected.first, "by the first, ");
    near(found.second[0], expected.second, "by the second, ");
    near(found.cross[0], expected.density, "density, ");
}

TEST(LaneBivariate, agrees_with_the_code_for_one_pair)
{
    for (double const size : sizes)
        for (double const rho : {size, -size}) {
            Nodes const nodes(broadcast(rho));
            for (double h = -9.3; h < 30; h += h < 5 ? 0.37 : 5.1)
                for (double k = -9.1; k < 30; k += k < 5 ? 0.41 : 4.7) expect_pair(nodes, rho, h, k);
        }
}

// What is left to that code: correlations near 1, distant bounds, and where cancellation takes the digits.
TEST(LaneBivariate, says_what_it_cannot_do)
{
    auto const sound = [](double rho, double h, double k) { return Nodes(broadcast(rho)).below(h, k).sound[0] != 0; };
    for (double const size : sizes) {
        EXPECT_EQ(sound(size, -1, -2), size <= 0.96) << size;
        EXPECT_EQ(sound(size, -8.9, -8.9), size <= 0.96) << size;
        EXPECT_EQ(sound(-size, 0.3, -0.2), size <= 0.96) << size;
        EXPECT_FALSE(sound(size, -9.1, 2)) << size;
    }
    EXPECT_TRUE(sound(-0.5, -1, -1));
    EXPECT_FALSE(sound(-0.5, -5, -5));
    double const nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(sound(0.3, nan, 0));
    EXPECT_FALSE(sound(0.3, 0, nan));
    EXPECT_FALSE(sound(nan, 0, 0));
    EXPECT_FALSE(sound(0.3, std::numeric_limits<double>::infinity(), 0));
}

// Whatever stands in the other lanes, and however fine their rule.
TEST(LaneBivariate, lanes_are_independent)
{
    Lanes const rho{0.7, 0.75, 0.8, 0.62}, h{-1, 2, -30, 0.5}, k{-2, 1, 5, -0.5};
    PairBelow const together = Nodes(rho).below(h, k);
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        PairBelow const alone = Nodes(broadcast(rho[lane])).below(h[lane], k[lane]);
        EXPECT_EQ(together.log_probability[lane], alone.log_probability[0]);
        EXPECT_EQ(together.first[lane], alone.first[0]);
        EXPECT_EQ(together.sound[lane], alone.sound[0]);
    }
}

// exp of it is above the probability: no combination is left out that counts.
TEST(LaneBivariate, the_exponent_is_a_limit)
{
    for (double const rho : {-0.999, -0.7, -0.2, 0.0, 0.4, 0.9, 0.999})
        for (double h = -40; h < 10; h += 2.3)
            for (double k = -39; k < 10; k += 2.1) {
                double const s = std::sqrt((1 - rho) * (1 + rho));
                Lanes const exponent = pair_exponent(broadcast(h), broadcast(k), broadcast((h - rho * k) / s),
                                                     broadcast((k - rho * h) / s));
                EXPECT_LE(BivariateNormal(rho).log_cdf(h, k), exponent[0] + 1e-12 * std::abs(exponent[0]))
                    << h << " " << k << " " << rho;
            }
}

} // namespace
} // namespace exahca
