#include "exahca/model/noise_starts.hpp"

#include "exahca/core/stop_flag.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

using test::group_all;

double const infinity = std::numeric_limits<double>::infinity();

// Rows drawn from the parameters, whose sources have one component.
std::vector<Matrix> draw(RandomStream& random, NoiseParameters const& parameters, Index rows)
{
    std::vector<Matrix> domains;
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        Vector const noise = (0.5 * (parameters.log_psi.array() + parameters.log_scales[static_cast<Index>(k)])).exp();
        Matrix const mixing = parameters.loadings * parameters.mixing[k];
        Matrix scores = test::normal_matrix(random, rows, parameters.factors()) * mixing.transpose() +
                        test::normal_matrix(random, rows, parameters.benchmarks()) * noise.asDiagonal();
        domains.emplace_back(scores.rowwise() + parameters.means[k].transpose());
    }
    return domains;
}

NoiseParameters gaussian_truth(RandomStream& random, Index d, Index m, std::size_t domains)
{
    NoiseParameters truth = test::random_noise_parameters(random, d, m, 1, domains);
    truth.log_scales.setZero();
    for (Matrix& shapes : truth.shapes) shapes.setZero();
    return truth;
}

std::vector<PatternedScores> prepare(std::vector<Matrix> const& domains, ScoreBounds const& bounds)
{
    std::vector<IncompleteScores> classified;
    for (Matrix const& scores : domains) classified.push_back(classify_scores(scores, bounds));
    return group_all(classified);
}

ScoreBounds no_bounds(Index d) { return {Vector::Constant(d, -infinity), Vector::Constant(d, infinity)}; }

void remove_some(RandomStream& random, std::vector<Matrix>& domains, double share)
{
    for (Matrix& scores : domains)
        for (double& x : scores.reshaped())
            if (random.uniform() < share) x = std::numeric_limits<double>::quiet_NaN();
}

double span_angle(Matrix const& a, Matrix const& b) { return largest_principal_angle(a.transpose(), b.transpose()); }

// How far a span that is estimated from N rows is from the true one, about: each of the m (d - m) tilts of a direction
// of signal g has the variance psi (1 + psi/g) / (N g) (perturbation of a covariance's eigenvectors). In degrees.
double expected_angle(NoiseParameters const& truth, double rows)
{
    Index const d = truth.benchmarks(), m = truth.factors();
    Matrix signal = Matrix::Zero(d, d);
    for (Matrix const& r : truth.mixing)
        signal +=
            truth.loadings * r * r.transpose() * truth.loadings.transpose() / static_cast<double>(truth.domains());
    double const weakest = Eigen::SelfAdjointEigenSolver<Matrix>(signal).eigenvalues()[d - m];
    double const noise = std::exp(truth.log_psi.maxCoeff());
    double const variance = static_cast<double>(m * (d - m)) * noise * (1 + noise / weakest) / (rows * weakest);
    return std::sqrt(variance) * 180 / std::numbers::pi;
}

/// Known noise that differs from domain to domain, in three of the benchmarks; of the second more than all its noise.
NoiseParameters with_some_known(NoiseParameters start, NoiseParameters const& truth)
{
    std::vector<Vector> known;
    for (std::size_t k = 0; k < truth.domains(); ++k) {
        Vector noise = (0.3 + 0.2 * static_cast<double>(k)) * truth.log_psi.array().exp();
        noise[1] *= 6;
        noise[3] = 0;
        known.push_back(noise);
    }
    return with_known_noise(std::move(start), std::move(known));
}

void expect_rising_likelihood(bool known)
{
    RandomStream random({1, "noise-starts-test", 0, "", 0});
    for (double const share : {0.0, 0.25})
        for (bool const cut : {false, true}) {
            NoiseParameters const truth = gaussian_truth(random, 5, 2, 3);
            auto scores = draw(random, truth, 40);
            remove_some(random, scores, share);
            ScoreBounds bounds = no_bounds(5);
            if (cut) bounds.floor.head(2) = truth.means[0].head(2).array() - 1;
            auto const domains = prepare(scores, bounds);
            FactorAnalysisOptions options;
            options.max_steps = 60;
            options.tolerance = 0;
            for (auto const& start : {principal_component_start(domains, 2),
                                      random_start(domains, 2, {7, "noise-starts-test", 0, "", 0})}) {
                auto const from = known ? with_some_known(start, truth) : start;
                auto const values = analyse_factors(domains, from, options).log_likelihoods;
                ASSERT_EQ(values.size(), 61U);
                for (std::size_t step = 1; step < values.size(); ++step)
                    EXPECT_GE(values[step], values[step - 1] - 1e-9 * std::abs(values[step])) << step;
                EXPECT_GT(values.back(), values.front());
            }
        }
}

TEST(FactorAnalysis, no_step_lowers_the_likelihood) { expect_rising_likelihood(false); }
TEST(FactorAnalysis, no_step_lowers_the_likelihood_where_noise_is_known) { expect_rising_likelihood(true); }

// Where EM stands still the gradient of the likelihood, which is other code, vanishes.
void expect_no_gradient_at_the_end(bool known)
{
    RandomStream random({2, "noise-starts-test", 0, "", 0});
    NoiseParameters const truth = gaussian_truth(random, 4, 1, 2);
    auto scores = draw(random, truth, 100);
    remove_some(random, scores, 0.1);
    ScoreBounds bounds = no_bounds(4);
    bounds.floor[1] = truth.means[0][1] - 1;
    auto const domains = prepare(scores, bounds);
    FactorAnalysisOptions options;
    options.max_steps = 3000;
    options.tolerance = 0;
    auto start = principal_component_start(domains, 1);
    if (known) start = with_some_known(start, truth);
    auto const fit = analyse_factors(domains, start, options);
    // More noise is known of the second benchmark than it has: nothing is left for psi.
    ASSERT_EQ(fit.at_least_noise, known ? std::vector<Index>{1} : std::vector<Index>{});
    NoiseParameters gradient;
    double const value = NoiseLikelihood(domains).evaluate(fit.parameters, gradient);
    EXPECT_NEAR(value, fit.log_likelihoods.back(), 1e-9 * std::abs(value));
    for (Index const i : fit.at_least_noise) {
        EXPECT_LT(gradient.log_psi[i], 0); // the likelihood wants it smaller yet
        gradient.log_psi[i] = 0;
    }
    EXPECT_LT(gradient.loadings.norm(), 1e-3);
    EXPECT_LT(gradient.log_psi.norm(), 1e-3);
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_LT(gradient.means[k].norm(), 1e-3);
        EXPECT_LT(gradient.mixing[k].norm(), 1e-3);
    }
}

TEST(FactorAnalysis, ends_where_the_gradient_vanishes) { expect_no_gradient_at_the_end(false); }
TEST(FactorAnalysis, ends_where_the_gradient_vanishes_where_noise_is_known) { expect_no_gradient_at_the_end(true); }

// Twice what the fit gains on the truth is chi-square with as many degrees of freedom as there are parameters (Wilks);
// five standard deviations of it.
TEST(FactorAnalysis, gains_on_the_truth_what_theory_says)
{
    RandomStream random({3, "noise-starts-test", 0, "", 0});
    Index const d = 6, m = 2;
    for (double const share : {0.0, 0.2}) {
        NoiseParameters const truth = gaussian_truth(random, d, m, 3);
        auto scores = draw(random, truth, 400);
        remove_some(random, scores, share);
        ScoreBounds bounds = no_bounds(d);
        if (share > 0) bounds.floor[2] = truth.means[1][2] - 2;
        auto const domains = prepare(scores, bounds);
        auto const fit = analyse_factors(domains, principal_component_start(domains, m));
        double at_truth = 0;
        for (auto const& rows : NoiseLikelihood(domains).row_log_likelihoods(truth)) at_truth += rows.sum();
        double const parameters = static_cast<double>(d * m + d - m * m + 3 * (m * (m + 1) / 2 + d));
        double const gain = 2 * (fit.log_likelihoods.back() - at_truth);
        EXPECT_GT(gain, parameters - 5 * std::sqrt(2 * parameters));
        EXPECT_LT(gain, parameters + 5 * std::sqrt(2 * parameters));
        // Missing and cut off scores leave at least half of the information here.
        EXPECT_LT(span_angle(fit.parameters.loadings, truth.loadings), 3 * expected_angle(truth, 600));
    }
}

// A benchmark with large noise of its own takes a dimension of the principal components, not of the factors.
TEST(FactorAnalysis, finds_the_span_that_a_noisy_benchmark_hides)
{
    RandomStream random({4, "noise-starts-test", 0, "", 0});
    NoiseParameters truth = gaussian_truth(random, 6, 2, 3);
    truth.loadings.row(5) *= 0.1;
    truth.log_psi.setConstant(0);
    truth.log_psi[5] = std::log(2500.0); // in units of its standard deviation it is all noise
    auto const scores = draw(random, truth, 400);
    auto const domains = prepare(scores, no_bounds(6));

    Matrix pooled = Matrix::Zero(6, 6);
    for (Matrix const& domain : scores) {
        Matrix const centred = domain.rowwise() - domain.colwise().mean();
        pooled += centred.transpose() * centred;
    }
    Matrix const components = Eigen::SelfAdjointEigenSolver<Matrix>(pooled).eigenvectors().rightCols(2);
    EXPECT_GT(span_angle(components, truth.loadings), 60);

    auto const fit = analyse_factors(domains, principal_component_start(domains, 2));
    // Apart from row 5, which the noise leaves unknown.
    Matrix const found = fit.parameters.loadings.topRows(5), expected = truth.loadings.topRows(5);
    EXPECT_LT(span_angle(found, expected), 10);
    EXPECT_NEAR(fit.parameters.log_psi[5], truth.log_psi[5], 5 * std::sqrt(2.0 / 1200));
}

TEST(FactorAnalysis, holds_loadings_that_are_fixed)
{
    for (bool const known_noise : {false, true}) {
        RandomStream random({7, "held", 0, {}, 0});
        auto const truth = gaussian_truth(random, 5, 2, 2);
        auto const domains = prepare(draw(random, truth, 300), no_bounds(5));
        auto start = principal_component_start(domains, 2);
        start.loadings = truth.loadings;
        if (known_noise) start.known_noise.assign(2, Vector(0.3 * truth.log_psi.array().exp()));
        FactorAnalysisOptions options;
        options.loadings = SubspaceFit::fixed;
        auto const held = analyse_factors(domains, start, options);
        EXPECT_EQ(held.parameters.loadings, truth.loadings);
        for (std::size_t i = 1; i < held.log_likelihoods.size(); ++i)
            EXPECT_GE(held.log_likelihoods[i], held.log_likelihoods[i - 1] - 1e-7);
        // Noise comes out as it went in, to within four of its standard errors, sqrt(2/600) of each and a factor of two
        // for what the factors take.
        Vector psi = held.parameters.log_psi.array().exp();
        if (known_noise) psi += start.known_noise[0];
        Vector const ratio = psi.array() / truth.log_psi.array().exp();
        EXPECT_LT((ratio.array() - 1).abs().maxCoeff(), 4 * 2 * std::sqrt(2.0 / 600));
    }
}

TEST(FactorAnalysis, does_not_depend_on_units)
{
    RandomStream random({5, "noise-starts-test", 0, "", 0});
    NoiseParameters const truth = gaussian_truth(random, 5, 2, 2);
    auto scores = draw(random, truth, 60);
    remove_some(random, scores, 0.1);
    Vector const factors = (Vector(5) << 0.01, 1, 50, 1000, 3).finished();
    FactorAnalysisOptions options;
    options.max_steps = 30;
    auto const before_domains = prepare(scores, no_bounds(5));
    auto const before = analyse_factors(before_domains, principal_component_start(before_domains, 2), options);
    for (Matrix& domain : scores) domain = domain * factors.asDiagonal();
    auto const after_domains = prepare(scores, no_bounds(5));
    auto const after = analyse_factors(after_domains, principal_component_start(after_domains, 2), options);
    Matrix const expected = factors.asDiagonal() * before.parameters.loadings * before.parameters.mixing[0];
    Matrix const found = after.parameters.loadings * after.parameters.mixing[0];
    // Eigenvectors, and with them columns, may come with other signs.
    EXPECT_LT((found * found.transpose() - expected * expected.transpose()).norm(), 1e-6 * found.squaredNorm());
    EXPECT_LT((after.parameters.log_psi - before.parameters.log_psi - 2 * Vector(factors.array().log())).norm(), 1e-6);
}

// Benchmark 2 has a tenth of its variance as noise, the others half of theirs; a bound at a quarter, five standard
// errors from either, holds that one alone.
TEST(FactorAnalysis, reports_noise_at_its_bound)
{
    RandomStream random({6, "noise-starts-test", 0, "", 0});
    NoiseParameters truth = gaussian_truth(random, 5, 1, 2);
    truth.loadings << 1, 1, 3, 1, 1;
    truth.log_psi.setZero();
    for (Matrix& mixing : truth.mixing) mixing.setOnes();
    auto const domains = prepare(draw(random, truth, 200), no_bounds(5));
    FactorAnalysisOptions options;
    options.least_noise = 0.25;
    auto const fit = analyse_factors(domains, principal_component_start(domains, 1), options);
    EXPECT_EQ(fit.at_least_noise, std::vector<Index>{2});
}

// Factor analyses of hostile data take seconds, too.
TEST(FactorAnalysis, ends_at_a_request_to_stop)
{
    RandomStream random({9, "stopped-analysis", 0, {}, 0});
    auto const domains =
        group_all(test::random_noisy_scores(random, test::random_noise_parameters(random, 5, 2, 1, 2), 30));
    auto const start = principal_component_start(domains, 2);
    StopFlag stop;
    StopScope const scope(&stop, StopScope::Reach::everything);
    EXPECT_NO_THROW(static_cast<void>(analyse_factors(domains, start)));
    stop.request();
    EXPECT_THROW(static_cast<void>(analyse_factors(domains, start)), StopRequested);
}

} // namespace
} // namespace exahca
