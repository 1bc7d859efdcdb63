#include "estimate/noise_shapes.hpp"

#include "estimate/noise_crossover.hpp"
#include "exahca/estimate/noise_estimator.hpp"
#include "support/joint_simulation.hpp"
#include "support/noise_options.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace exahca {
namespace {

JointOptions options() { return noise_aware(2, DensityFamily::mog2); }

struct Found
{
    JointSimulation simulation = simulate_joint(3, 2, 5, {250, 200}, 2);
    NoiseData data = noise_data(simulation.scores, {});
    NoiseOptimum best = search_noise_aware(data, simulation.names, options()).optima.front();
};

// The penalised likelihood is its domains' parts, less the penalty on noise out of range, which a fit inside has not.
TEST(NoiseShapes, values_of_domains_add_up)
{
    Found const found;
    auto const values = values_by_domain(NoiseLikelihood(found.data.domains), found.best.fit.parameters);
    EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0), found.best.fit.penalised(), 1e-6);
}

// Each source of one domain becomes all but Gaussian: a fit from there stays in what random shapes lead out of.
NoiseOptimum spoilt(Found const& found, std::size_t domain)
{
    auto optimum = found.best;
    auto& shapes = optimum.fit.parameters.shapes[domain];
    shapes.setZero();
    shapes.row(1).setConstant(-0.01);
    shapes.row(2).setConstant(0.01);
    NoiseLikelihood const likelihood(found.data.domains);
    NoiseParameters gradient;
    optimum.fit.log_likelihood = likelihood.evaluate(optimum.fit.parameters, gradient);
    optimum.fit.penalty = 0;
    return optimum;
}

TEST(NoiseShapes, random_shapes_lead_out_of_poor_ones)
{
    Found const found;
    auto const poor = spoilt(found, 0);
    ASSERT_LT(poor.fit.penalised(), found.best.fit.penalised() - 10);
    auto const better = restart_shapes(found.data, poor, found.simulation.names, options(), {16});
    EXPECT_GT(better.fit.penalised(), found.best.fit.penalised() - 0.5);
    auto const same = restart_shapes(found.data, poor, found.simulation.names, options(), {0});
    EXPECT_EQ(same.fit.penalised(), poor.fit.penalised());
}

// Restarts are keyed by their numbers: whoever does some of them finds what is found among all.
TEST(NoiseShapes, the_best_of_blocks_is_the_best_of_all)
{
    Found const found;
    auto const poor = spoilt(found, 1).fit.parameters;
    SourceRestarts const restarts{20, "blocks"};
    for (int const pass : {0, 1}) {
        auto const tried = [&](int first, int last) {
            return best_new_sources(found.data, poor, found.simulation.names, options(), restarts,
                                    {1, pass, first, last});
        };
        auto const all = tried(0, 20), blocks = better_of(better_of(tried(0, 7), tried(7, 8)), tried(8, 20));
        ASSERT_TRUE(all && blocks);
        EXPECT_EQ(all->gain, blocks->gain);
        EXPECT_EQ(all->part.shapes, blocks->part.shapes);
        EXPECT_EQ(all->part.mixing, blocks->part.mixing);
    }
}

TEST(NoiseShapes, the_first_of_two_candidates_alike_is_kept)
{
    SourceCandidate const first{0, 1.5, {}}, second{1, 1.5, {}}, better{2, 1.6, {}};
    EXPECT_EQ(better_of(first, second)->domain, 0U);
    EXPECT_EQ(better_of(first, better)->domain, 2U);
    EXPECT_EQ(better_of({}, second)->domain, 1U);
    EXPECT_EQ(better_of(first, {})->domain, 0U);
    EXPECT_FALSE(better_of({}, {}));
}

// What a fit of a domain alone may move it moves to where no fit of all gains anything, and the rest stays.
TEST(DomainFit, is_a_fit_of_all_with_everything_else_held)
{
    Found const found;
    auto const poor = spoilt(found, 0);
    auto const start = domain_part(poor.fit.parameters, 0);
    MinimizerOptions thorough;
    auto const fit = DomainFit(found.data.domains[0]).from(start, thorough);
    EXPECT_EQ(fit.parameters.loadings, start.loadings);
    EXPECT_EQ(fit.parameters.log_psi, start.log_psi);
    EXPECT_TRUE(fit.parameters.mixing[0].isUpperTriangular());
    auto whole = poor.fit.parameters;
    put_domain_part(fit.parameters, 0, whole);
    NoiseLikelihood const likelihood(found.data.domains);
    auto const before = values_by_domain(likelihood, poor.fit.parameters), after = values_by_domain(likelihood, whole);
    EXPECT_NEAR(after[0], fit.penalised(), 1e-9 * std::abs(after[0]));
    EXPECT_GT(after[0], before[0]);
    EXPECT_EQ(after[1], before[1]);
    // At the end the gradient by what it may move is flat against the rows' noise.
    NoiseParameters gradient;
    likelihood.evaluate(whole, gradient);
    EXPECT_LT(gradient.means[0].norm() / static_cast<double>(found.data.domains[0].models()), 1e-3);
}

TEST(NoiseCrossover, takes_each_domain_from_where_it_is_best)
{
    Found const found;
    std::vector<NoiseOptimum> const others{spoilt(found, 1)};
    auto const better = cross(found.data, spoilt(found, 0), others, 15);
    EXPECT_GT(better.fit.penalised(), found.best.fit.penalised() - 0.5);
    auto const kept = cross(found.data, found.best, others, 15);
    EXPECT_GE(kept.fit.penalised(), found.best.fit.penalised());
}

} // namespace
} // namespace exahca
