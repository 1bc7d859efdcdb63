#include "estimate/noise_hops.hpp"

#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"
#include "support/noise_options.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

/// Few models, whose likelihood is rough.
class NoiseHops : public ::testing::Test
{
protected:
    static JointOptions options(int factors) { return noise_aware(factors, DensityFamily::mog3); }
    [[nodiscard]] NoiseOptimum lowest(int factors) const
    {
        auto const search = search_noise_aware(data_, simulation_.names, options(factors));
        return search.optima.back();
    }

    JointSimulation simulation_ = simulate_joint(3, 3, 6, {30, 40}, 2);
    NoiseData data_ = noise_data(simulation_.scores, {});
};

TEST_F(NoiseHops, lead_to_higher_optima_and_never_to_lower_ones)
{
    auto const start = lowest(3);
    double before = start.fit.penalised();
    for (int const hops : {1, 10, 40}) {
        auto const found = hop(data_, start, hops, options(3));
        EXPECT_GE(found.fit.penalised(), before) << hops; // more hops go on where fewer have ended
        before = found.fit.penalised();
        // The value is that of its parameters, and the flag is theirs.
        auto const again = try_noise_fit(data_, found.fit.parameters);
        ASSERT_TRUE(again.has_value());
        EXPECT_NEAR(again->fit.penalised(), found.fit.penalised(), 0.05);
        EXPECT_LT(flag_angles(again->unmixing, found.unmixing).maxCoeff(), 1);
    }
    EXPECT_GT(before, start.fit.penalised());
    EXPECT_EQ(hop(data_, start, 40, options(3)).fit.penalised(), before); // the same keys, the same bits
}

TEST_F(NoiseHops, have_nowhere_to_go_from_one_factor_or_none_are_asked_for)
{
    auto const line = lowest(1), space = lowest(3);
    EXPECT_EQ(hop(data_, line, 20, options(1)).fit.penalised(), line.fit.penalised());
    EXPECT_EQ(hop(data_, space, 0, options(3)).fit.penalised(), space.fit.penalised());
}

} // namespace
} // namespace exahca
