#include "estimate/noise_turns.hpp"

#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"
#include "support/noise_options.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace exahca {
namespace {

/// The plane of levels `level` and `level` + 1 in itself, by an eighth of a full circle.
Matrix eighth(Index level)
{
    double const half = std::numbers::sqrt2 / 2;
    Matrix turn = Matrix::Identity(3, 3);
    turn.block(level, level, 2, 2) << half, half, -half, half;
    return turn;
}

class NoiseTurns : public ::testing::Test
{
protected:
    [[nodiscard]] NoiseOptimum best(Index factors) const
    {
        return search_noise_aware(data_, simulation_.names, noise_aware(factors, DensityFamily::mog2)).optima.front();
    }

    JointSimulation simulation_ = simulate_joint(5, 3, 6, {200, 160, 140}, 2);
    NoiseData data_ = noise_data(simulation_.scores, {});
};

std::vector<NoiseOptimum> turn_levels(NoiseData const& data, NoiseOptimum const& optimum)
{
    std::vector<NoiseOptimum> found;
    for (int turn = 0; turn < turn_count(optimum.fit.parameters.factors()); ++turn)
        if (auto fit = fit_turned(data, optimum, turn)) found.push_back(std::move(*fit));
    return found;
}

/// The same parameters at a turned flag, with their own likelihood: no optimum.
NoiseOptimum elsewhere(NoiseData const& data, NoiseOptimum optimum, Matrix const& turn)
{
    auto& fit = optimum.fit;
    fit.parameters = turned(fit.parameters, turn);
    NoiseParameters gradient;
    fit.log_likelihood = NoiseLikelihood(data.domains).evaluate(fit.parameters, gradient);
    return optimum;
}

TEST_F(NoiseTurns, move_one_level_and_keep_the_span)
{
    auto const optimum = best(3);
    for (Index const level : {0, 1}) {
        auto const moved = turned(optimum.fit.parameters, eighth(level));
        Matrix const& g = moved.loadings; // orthonormal columns, whose rows are the flag
        EXPECT_NEAR((g.transpose() * g - Matrix::Identity(3, 3)).cwiseAbs().maxCoeff(), 0, 1e-12);
        Vector angles = flag_angles(g.transpose(), optimum.unmixing);
        std::sort(angles.begin(), angles.end());
        EXPECT_NEAR(angles[0], 0, 1e-5); // the span
        EXPECT_NEAR(angles[1], 0, 1e-5);
        EXPECT_NEAR(angles[2], 45, 1e-5);
        for (Matrix const& mixing : moved.mixing) EXPECT_TRUE(mixing.isUpperTriangular(0));
    }
}

TEST_F(NoiseTurns, find_the_flag_that_differs_at_one_level)
{
    auto const optimum = best(3);
    for (Index const level : {0, 1}) {
        auto const start = elsewhere(data_, optimum, eighth(level));
        ASSERT_LT(start.fit.penalised(), optimum.fit.penalised() - 20);
        auto const found = turn_levels(data_, start);
        auto const there = [&](NoiseOptimum const& other) {
            return other.fit.penalised() > optimum.fit.penalised() - 1 &&
                   flag_angles(other.unmixing, optimum.unmixing).maxCoeff() < 3;
        };
        EXPECT_TRUE(std::any_of(found.begin(), found.end(), there)) << level;
    }
}

TEST_F(NoiseTurns, come_out_the_same_each_time)
{
    auto const optimum = best(3);
    auto const first = turn_levels(data_, optimum), second = turn_levels(data_, optimum);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].fit.penalised(), second[i].fit.penalised()) << i;
}

TEST_F(NoiseTurns, one_factor_has_no_other_level) { EXPECT_EQ(turn_count(1), 0); }

} // namespace
} // namespace exahca
