#include "exahca/model/noise_fit.hpp"

#include "exahca/model/flag.hpp"
#include "exahca/model/noise_comparisons.hpp"
#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_starts.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A start near the truth with shapes of no special form.
NoiseParameters start_of(NoiseData const& data, JointSimulation const& simulation, Index components)
{
    auto start = principal_component_start(data.domains, simulation.unmixing.rows());
    start.loadings = data.deviations.cwiseInverse().asDiagonal() * simulation.unmixing.transpose();
    start = analyse_factors(data.domains, start).parameters;
    RandomStream random({5, "shapes", 0, {}, 0});
    for (auto& shapes : start.shapes) {
        shapes = 0.3 * random_matrix(random, 3 * components - 1, simulation.unmixing.rows());
        shapes.bottomRows(components).array() -= 0.3;
    }
    return start;
}

/// Every entry is missing with probability `share`, but never all of a row.
std::vector<Matrix> with_gaps(std::vector<Matrix> scores, double share)
{
    RandomStream random({6, "gaps", 0, {}, 0});
    for (auto& domain : scores)
        for (Index i = 0; i < domain.rows(); ++i)
            for (Index j = 1; j < domain.cols(); ++j)
                if (random.uniform() < share) domain(i, j) = nan;
    return scores;
}

double largest_angle(NoiseFit const& fit, NoiseData const& data, JointSimulation const& simulation)
{
    auto const reading = read_fit(as_joint_parameters(in_score_units(fit.parameters, data)));
    return flag_angles(reading.unmixing, simulation.unmixing).maxCoeff();
}

TEST(NoiseFit, ends_at_a_maximum_that_going_on_does_not_raise)
{
    auto const simulation = simulate_joint(2, 2, 5, {300, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    for (Index const components : {2, 3}) {
        auto const start = start_of(data, simulation, components);
        auto const fit = fit_noise(data.domains, start);
        auto const again = fit_noise(data.domains, fit.parameters);
        EXPECT_GE(again.penalised(), fit.penalised() - 1e-6);
        EXPECT_LT(again.penalised() - fit.penalised(), 0.1);
        NoiseFitOptions none;
        none.renewals = 1;
        none.minimizer.max_iterations = 1;
        EXPECT_GT(fit.penalised(), fit_noise(data.domains, start, none).penalised() + 1);
        EXPECT_LT(largest_angle(fit, data, simulation), 10);
    }
}

// New coordinates show within a few iterations that a fit has arrived, and do not cost it the digits of a fit anew.
TEST(NoiseFit, does_not_go_on_where_a_renewal_gains_nothing)
{
    auto const simulation = simulate_joint(2, 2, 5, {300, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    NoiseFitOptions thorough, one;
    thorough.minimizer.max_iterations = 2000;
    thorough.minimizer.relative_tolerance = 1e-12;
    auto const top = fit_noise(data.domains, start_of(data, simulation, 3), thorough);
    one.renewals = 1;
    one.minimizer = thorough.minimizer;
    auto const once = fit_noise(data.domains, top.parameters, one);
    auto const found = fit_noise(data.domains, top.parameters, thorough);
    EXPECT_LE(found.evaluations, once.evaluations + 40);
    EXPECT_NEAR(found.penalised(), top.penalised(), 0.02);
}

TEST(NoiseFit, holds_what_changes_nothing)
{
    auto const simulation = simulate_joint(3, 2, 5, {200, 150}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const fit = fit_noise(data.domains, start_of(data, simulation, 2));
    Matrix const gram = fit.parameters.loadings.transpose() * fit.parameters.loadings;
    EXPECT_LT((gram - Matrix::Identity(2, 2)).norm(), 1e-10);
    EXPECT_NEAR(200 * fit.parameters.log_scales[0] + 150 * fit.parameters.log_scales[1], 0, 1e-8);
    for (Matrix const& mixing : fit.parameters.mixing) EXPECT_LT(std::abs(mixing(1, 0)), 1e-12);
    EXPECT_GT(fit.parameters.log_psi.minCoeff(), std::log(least_psi));
}

TEST(NoiseFit, holds_loadings_that_are_fixed)
{
    auto const simulation = simulate_joint(3, 2, 5, {300, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const start = start_of(data, simulation, 2);
    auto const free = fit_noise(data.domains, start);
    NoiseFitOptions options;
    options.loadings = SubspaceFit::fixed;
    // At the loadings of a maximum the maximum is found again, from a start that has another noise and other means.
    auto moved = free.parameters;
    moved.log_psi.array() += 0.3;
    for (Vector& means : moved.means) means.array() += 0.05;
    auto const held = fit_noise(data.domains, moved, options);
    auto const flag = [](NoiseParameters const& parameters) {
        return read_fit(as_joint_parameters(parameters)).unmixing;
    };
    EXPECT_LT(flag_angles(flag(held.parameters), flag(free.parameters)).maxCoeff(), 1e-5);
    EXPECT_NEAR(held.penalised(), free.penalised(), 0.05);
    // At others less is reached, and they stay.
    auto const elsewhere = fit_noise(data.domains, start, options);
    EXPECT_LT(flag_angles(flag(elsewhere.parameters), flag(start)).maxCoeff(), 1e-5);
    EXPECT_LE(elsewhere.penalised(), free.penalised() + 1e-6);
}

TEST(NoiseFit, comes_back_from_a_start_below_the_bound_of_noise)
{
    auto const simulation = simulate_joint(4, 2, 5, {300, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto start = start_of(data, simulation, 2);
    auto const usual = fit_noise(data.domains, start);
    start.log_psi[0] = std::log(least_psi / 2);
    auto const fit = fit_noise(data.domains, start);
    EXPECT_GT(fit.parameters.log_psi[0], std::log(least_psi));
    EXPECT_NEAR(fit.penalised(), usual.penalised(), 1);
}

// Noise that is known takes the place of psi: the sum is what it was, and more than there is leaves psi at 0.
TEST(NoiseFit, known_noise_takes_the_place_of_its_own)
{
    auto const simulation = simulate_joint(2, 2, 5, {300, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const usual = fit_noise(data.domains, start_of(data, simulation, 2));
    Vector const psi = usual.parameters.log_psi.array().exp();
    // As large as in the domain with s_k, so that the model is the same one with another psi.
    std::vector<Vector> known;
    for (Index k = 0; k < 2; ++k) known.emplace_back(0.5 * psi * std::exp(usual.parameters.log_scales[k]));
    auto const fit = fit_noise(data.domains, with_known_noise(usual.parameters, known));
    EXPECT_NEAR(fit.penalised(), usual.penalised(), 0.05);
    Vector const ratio = fit.parameters.log_psi.array().exp() / (0.5 * psi.array());
    EXPECT_NEAR(ratio.minCoeff(), 1, 0.05);
    EXPECT_NEAR(ratio.maxCoeff(), 1, 0.05);
    EXPECT_TRUE(at_least_psi(fit.parameters).empty());
    EXPECT_EQ(least_psis(fit.parameters), Vector::Zero(5));
    EXPECT_EQ(least_psis(usual.parameters), Vector::Constant(5, least_psi));

    for (Vector& domain : known) domain[2] *= 8; // four times all the noise that there is
    auto const much = fit_noise(data.domains, with_known_noise(usual.parameters, known));
    auto const at_bound = at_least_psi(much.parameters);
    EXPECT_EQ(std::count(at_bound.begin(), at_bound.end(), 2), 1);
    EXPECT_LT(much.penalised(), usual.penalised() - 1);
    // The way back from there is open.
    auto back = much.parameters;
    for (Vector& domain : back.known_noise) domain[2] /= 8;
    EXPECT_NEAR(fit_noise(data.domains, back).penalised(), usual.penalised(), 1);
}

TEST(NoiseFit, gaps_cost_some_precision_and_no_more)
{
    auto const simulation = simulate_joint(5, 2, 6, {400, 300}, 2);
    auto const scores = with_gaps(simulation.scores, 0.3);
    auto const data = noise_data(scores, {});
    EXPECT_GT(data.domains[0].patterns.size(), 20U);
    auto const fit = fit_noise(data.domains, start_of(data, simulation, 2));
    EXPECT_LT(largest_angle(fit, data, simulation), 10);
}

TEST(NoiseParameters, go_into_the_terms_of_the_span_likelihood_and_back)
{
    auto const simulation = simulate_joint(6, 3, 6, {200, 150}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const parameters = fit_noise(data.domains, start_of(data, simulation, 2)).parameters;
    auto const joint = as_joint_parameters(parameters);
    Vector const variances = parameters.log_scales.array().exp();
    auto const back = as_noise_parameters(joint, parameters.means, variances);
    EXPECT_LT((back.loadings - parameters.loadings).norm(), 1e-9);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_LT((back.mixing[k] - parameters.mixing[k]).norm(), 1e-9);
    EXPECT_LT((back.log_scales - parameters.log_scales).norm(), 1e-12);
    // The flag is that of the rows of G^+, last row first.
    Matrix const pseudo_inverse =
        (parameters.loadings.transpose() * parameters.loadings).inverse() * parameters.loadings.transpose();
    EXPECT_LT(flag_angles(read_fit(joint).unmixing, orthonormal_rows_from_last(pseudo_inverse)).maxCoeff(), 1e-4);
}

TEST(NoiseData, log_volume_is_the_jacobian_of_the_units)
{
    auto const simulation = simulate_joint(7, 2, 4, {120, 100}, 2);
    auto const scores = with_gaps(simulation.scores, 0.2);
    auto const data = noise_data(scores, {});
    auto const parameters = start_of(data, simulation, 2);
    // The same rows in their own units.
    std::vector<PatternedScores> raw = data.domains;
    for (auto& domain : raw)
        domain.scores = (domain.scores * data.deviations.asDiagonal()).rowwise() + data.centres.transpose();
    NoiseParameters gradient;
    double const standardised = NoiseLikelihood(data.domains).evaluate(parameters, gradient);
    double const own = NoiseLikelihood(raw).evaluate(in_score_units(parameters, data), gradient);
    EXPECT_NEAR(own, standardised - data.log_volume, 1e-8 * std::abs(own));
}

TEST(NoiseData, parameters_in_score_units_come_back)
{
    auto const simulation = simulate_joint(7, 2, 4, {120, 100}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const parameters = start_of(data, simulation, 2);
    auto const back = in_standard_units(in_score_units(parameters, data), data);
    EXPECT_TRUE(back.loadings.isApprox(parameters.loadings, 1e-12));
    EXPECT_TRUE(back.log_psi.isApprox(parameters.log_psi, 1e-12));
    for (std::size_t k = 0; k < 2; ++k) EXPECT_TRUE((back.means[k] - parameters.means[k]).isZero(1e-12));
}

// What is left of a change of units is rounding, some 1e-14 of a deviation, which falls across the border between two
// multiples of 2^-24 in one score of some millions: not in the 880 here.
TEST(NoiseData, is_bit_for_bit_the_same_in_other_units)
{
    auto const simulation = simulate_joint(7, 2, 4, {120, 100}, 2);
    auto const scores = with_gaps(simulation.scores, 0.2);
    Vector const factors{{0.01, 3, 25, 1}}, shifts{{0, 300, -50, 0.7}};
    std::vector<Matrix> others;
    for (Matrix const& domain : scores)
        others.emplace_back((domain * factors.asDiagonal()).rowwise() + shifts.transpose());
    auto const data = noise_data(scores, {}), other = noise_data(others, {});
    for (std::size_t k = 0; k < 2; ++k) {
        auto const known = scores[k].array().isFinite();
        EXPECT_GT(known.count(), 0);
        EXPECT_TRUE(
            (known.select(data.domains[k].scores, 0).array() == known.select(other.domains[k].scores, 0).array())
                .all());
        Matrix const back =
            (data.domains[k].scores * data.deviations.asDiagonal()).rowwise() + data.centres.transpose();
        EXPECT_LT(known.select(((back - scores[k]) * data.deviations.cwiseInverse().asDiagonal()).array().abs(), 0)
                      .maxCoeff(),
                  std::ldexp(0.5, -24) * 1.001);
    }
}

TEST(FactorScores, of_complete_rows_are_generalised_least_squares)
{
    auto const simulation = simulate_joint(8, 2, 5, {120, 100}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const gaussian = analyse_factors(data.domains, principal_component_start(data.domains, 2)).parameters;
    auto const scores = factor_scores(data.domains, gaussian);
    Matrix const projection = as_joint_parameters(gaussian).subspace;
    for (std::size_t k = 0; k < 2; ++k) {
        Matrix const expected =
            (data.domains[k].scores.rowwise() - gaussian.means[k].transpose()) * projection.transpose();
        EXPECT_LT((scores[k] - expected).norm(), 1e-8 * expected.norm());
    }
}

TEST(ImpliedMoments, are_those_of_the_mixtures)
{
    NoiseParameters parameters;
    parameters.loadings = Matrix{{1, 0}, {0, 2}, {1, 1}};
    parameters.mixing = {Matrix{{1, 0.5}, {0, 1}}};
    parameters.means = {Vector{{10, 20, 30}}};
    parameters.log_psi = Vector{{0, 0, std::log(2)}};
    parameters.log_scales = Vector::Zero(1);
    // Source 1: halves at -1 and 1 with deviation 1, variance 2. Source 2: all at 3, variance 4.
    parameters.shapes = {Matrix{{0, 0}, {-1, 3}, {1, 3}, {0, std::log(2)}, {0, std::log(2)}}};
    auto const moments = implied_moments(parameters, 0, 7);
    // f = R e has mean (1.5, 3) and covariance R diag(2, 4) R' = (3 2; 2 4).
    EXPECT_EQ(moments.count, 7);
    EXPECT_LT((moments.mean - Vector{{11.5, 26, 34.5}}).norm(), 1e-12);
    Matrix const expected{{4, 4, 5}, {4, 17, 12}, {5, 12, 13}};
    EXPECT_LT((moments.covariance - expected).norm(), 1e-12);
}

TEST(NoiseComparisons, general_models_never_fall_short_and_truth_is_kept)
{
    auto const simulation = simulate_joint(9, 2, 5, {300, 250, 200}, 2);
    auto const data = noise_data(simulation.scores, {});
    auto const fit = fit_noise(data.domains, start_of(data, simulation, 2));
    auto const both = compare_noise_models(data, fit.parameters, fit.log_likelihood);
    EXPECT_EQ(both.hierarchy.degrees_of_freedom(), (3 - 1) * 1);
    EXPECT_EQ(both.invariance.degrees_of_freedom(), (3 - 1) * (2 * 5 - 4 + 5 - 1));
    EXPECT_GE(both.hierarchy.likelihood_ratio(), 0);
    EXPECT_GE(both.invariance.likelihood_ratio(), 0);
    EXPECT_LT(both.hierarchy.bic_difference(), 0);
    EXPECT_LT(both.invariance.bic_difference(), 0);
}

} // namespace
} // namespace exahca
