#include "estimate/noise_anchors.hpp"

#include "exahca/model/flag.hpp"
#include "exahca/numerics/chi_squared.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "support/joint_simulation.hpp"
#include "support/noise_options.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <gtest/gtest.h>

namespace exahca {
namespace {

using Anchors = std::vector<Anchor>;

Matrix orthonormal_loadings(std::uint64_t seed, Index d, Index m)
{
    RandomStream random({seed, "anchors-test", 0, "", 0});
    return Matrix(random_matrix(random, d, m).householderQr().householderQ()).leftCols(m);
}

TEST(RotationToAnchors, leaves_anchored_benchmarks_their_first_factors)
{
    for (auto const& anchors : {Anchors{{1, 1}}, Anchors{{4, 2}}, Anchors{{0, 2}, {3, 1}}, Anchors{{0, 2}, {2, 2}},
                                Anchors{{0, 3}, {1, 3}, {2, 1}}}) {
        Matrix const basis = orthonormal_loadings(5, 7, 4);
        Matrix const rotation = rotation_to_anchors(basis, anchors);
        EXPECT_LT((rotation.transpose() * rotation - Matrix::Identity(4, 4)).norm(), 1e-12);
        Matrix const rotated = basis * rotation;
        for (Anchor const& anchor : anchors)
            EXPECT_LT(rotated.row(anchor.benchmark).head(4 - anchor.levels).norm(), 1e-12);
    }
}

TEST(RotationToAnchors, turns_nothing_without_need)
{
    Matrix basis = orthonormal_loadings(6, 6, 3);
    EXPECT_LT((rotation_to_anchors(basis, {}) - Matrix::Identity(3, 3)).norm(), 1e-12);
    // Levels after the anchored one turn among themselves alone.
    Matrix const rotated = basis * rotation_to_anchors(basis, Anchors{{2, 1}});
    EXPECT_LT((rotation_to_anchors(rotated, Anchors{{2, 1}}) - Matrix::Identity(3, 3)).norm(), 1e-12);
}

/// Data of a model in which the first factor alone moves the third benchmark, or which knows no such thing.
class AnchoredFits : public ::testing::Test
{
protected:
    static JointSimulation simulated(bool anchored, std::uint64_t seed)
    {
        RandomStream random({seed, "anchored-simulation", 0, "", 0});
        Matrix loadings = random_matrix(random, 6, 3);
        if (anchored) loadings.row(2).head(2).setZero();
        auto simulation = simulate_sources(random, loadings / 2, {220, 180, 150}, 1.5);
        Matrix const inverse = (loadings.transpose() * loadings).inverse() * loadings.transpose();
        simulation.unmixing = orthonormal_rows_from_last(inverse);
        return simulation;
    }

    static JointOptions options()
    {
        auto options = noise_aware(3, DensityFamily::mog2);
        options.anchors = {{2, 1}};
        return options;
    }
};

TEST_F(AnchoredFits, keep_the_anchors_and_lose_likelihood_alone_by_them)
{
    auto const simulation = simulated(false, 2);
    auto const data = standardised_data(simulation.scores, options());
    auto const free = without_anchors(data);
    auto const best = search_noise_aware(free, simulation.names, noise_aware(3, DensityFamily::mog2)).optima.at(0);
    auto const held = try_noise_fit(data, best.fit.parameters);
    ASSERT_TRUE(held);
    auto const& parameters = held->fit.parameters;
    EXPECT_EQ(parameters.loadings.row(2).head(2).norm(), 0);
    EXPECT_GT(std::abs(parameters.loadings(2, 2)), 0.1);
    EXPECT_LT(held->fit.penalised(), best.fit.penalised());
    EXPECT_EQ(restrictions_of(data.anchors, 3), 2);
    EXPECT_EQ(parameter_count(model_size(free, 3, DensityFamily::mog2)) -
                  parameter_count(model_size(data, 3, DensityFamily::mog2)),
              2);
    // A maximum: nothing that is free has a slope left, and a fit from there stays.
    auto const again = try_noise_fit(data, parameters);
    ASSERT_TRUE(again);
    EXPECT_NEAR(again->fit.penalised(), held->fit.penalised(), 0.05);
    // Without the anchors there is somewhere to go.
    auto const released = try_noise_fit(free, parameters);
    ASSERT_TRUE(released);
    EXPECT_GT(released->fit.penalised(), held->fit.penalised() + 0.5);
}

/// Of a likelihood ratio with two restrictions.
double p_value(AnchorTest const& test)
{
    return chi_squared_tail(2 * test.difference, static_cast<double>(test.restrictions));
}

TEST_F(AnchoredFits, are_rejected_where_the_anchors_are_false_and_not_where_they_are_true)
{
    for (bool const true_anchors : {true, false}) {
        auto const simulation = simulated(true_anchors, 3);
        auto const data = standardised_data(simulation.scores, options());
        auto const answer = search_noise_aware(data, simulation.names, options()).optima.at(0);
        auto const test = test_anchors(data, simulation.names, options(), answer);
        EXPECT_EQ(test.restrictions, 2);
        EXPECT_GE(test.difference, 0);
        ASSERT_EQ(test.angles.size(), 3);
        if (true_anchors) {
            EXPECT_GT(p_value(test), 0.001); // once in a thousand by chance
            Matrix const found = shown_flag(data, answer.fit);
            EXPECT_TRUE(flags_agree(found, simulation.unmixing, 15)) << flag_angles(found, simulation.unmixing);
        } else {
            EXPECT_LT(p_value(test), 1e-6);
        }
    }
}

TEST_F(AnchoredFits, of_an_estimate_come_with_their_test)
{
    auto const simulation = simulated(true, 4);
    auto several = options();
    several.searches = 2;
    auto const estimate = estimate_joint(simulation.scores, simulation.names, several);
    EXPECT_EQ(estimate.anchors.restrictions, 2);
    EXPECT_EQ(estimate.best().noise.loadings.row(2).head(2).norm(), 0);
    EXPECT_GE(estimate.anchors.free_log_likelihood + 1, estimate.best().fit.log_likelihood);
    several.anchors.clear();
    EXPECT_EQ(estimate_joint(simulation.scores, simulation.names, several).anchors.restrictions, 0);
}

} // namespace
} // namespace exahca
