#include "exahca/model/noise_uncertainty.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/profile/model_comparison.hpp"
#include "exahca/profile/model_profiles.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

constexpr double shapes_alone = shape_log_variance_error * shape_log_variance_error;

// One factor that is the first benchmark: the others are noise alone, whose log variances n models tell to 2/n.
TEST(NoiseUncertainty, is_that_of_a_variance_where_there_is_no_factor)
{
    NoiseParameters parameters;
    parameters.loadings = Vector::Unit(3, 0);
    parameters.mixing = {Matrix::Identity(1, 1), Matrix::Identity(1, 1)};
    parameters.log_psi = Vector::LinSpaced(3, -1, 1);
    parameters.log_scales = Vector::Zero(2);
    Matrix counts(2, 3);
    counts << 60, 60, 0, 40, 40, 40;
    Matrix const found = noise_covariance(parameters, counts);
    EXPECT_NEAR(found(0, 0), shapes_alone, 1e-12); // in the span of the factor
    EXPECT_NEAR(found(1, 1), 1 / (100.0 / 2 + 1 / shapes_alone), 1e-12);
    EXPECT_NEAR(found(2, 2), 1 / (40.0 / 2 + 1 / shapes_alone), 1e-12); // the first domain lacks it
    EXPECT_NEAR((found - Matrix(found.diagonal().asDiagonal())).norm(), 0, 1e-12);
    // Half of the variance is known: a change of the free part changes half as much.
    Vector const known = parameters.log_psi.array().exp();
    parameters.known_noise = {known, known};
    EXPECT_NEAR(noise_covariance(parameters, counts)(1, 1), 1 / (0.25 * 100.0 / 2 + 1 / shapes_alone), 1e-12);
}

// Twice the divergence of two normal distributions outside of the span is d' I d to second order.
TEST(NoiseUncertainty, is_the_inverse_of_the_divergence_outside_of_the_span)
{
    constexpr Index d = 6, m = 2;
    constexpr double models = 500, step = 1e-3;
    RandomStream random({1, "fit-error-test", 0, "", 0});
    auto const parameters = test::random_noise_parameters(random, d, m, 1, 2);
    Matrix const information =
        noise_covariance(parameters, Matrix::Constant(1, d, models)).inverse() - Matrix::Identity(d, d) / shapes_alone;
    Eigen::HouseholderQR<Matrix> const qr(parameters.loadings); // any basis of the complement will do
    Matrix const basis = Matrix(qr.householderQ()).rightCols(d - m);
    Vector const psi = (parameters.log_psi.array() + parameters.log_scales[0]).exp();
    auto const covariance = [&](Vector const& change) {
        Vector const variances = psi.array() * change.array().exp();
        return Matrix(basis.transpose() * variances.asDiagonal() * basis);
    };
    for (int i = 0; i < 10; ++i) {
        Vector const direction = test::normal_matrix(random, d, 1).col(0).normalized();
        Matrix const ratio = covariance(Vector::Zero(d)).inverse() * covariance(step * direction);
        double const divergence =
            0.5 * models * (ratio.trace() - static_cast<double>(d - m) - std::log(ratio.determinant()));
        double const expected = direction.dot(information * direction);
        EXPECT_NEAR(2 * divergence / (step * step), expected, 5e-3 * expected);
    }
}

// Worlds whose noise is drawn as the fit knows it, and whose scores have the fit's covariances: intervals hold the
// factors as often as they say, which they do not where the noise counts as known; so do those of differences of true
// scores.
TEST(FitError, makes_intervals_that_hold_whatever_the_noise_is)
{
    constexpr Index d = 4, m = 2, worlds = 400, models = 50;
    RandomStream random({2, "fit-error-test", 0, "", 0});
    StoredModel model;
    model.setting.domains = {"a"};
    model.setting.factors = m;
    model.benchmarks = {"p", "q", "r", "s"};
    model.parameters = test::random_noise_parameters(random, d, m, 1, 2);
    auto& parameters = model.parameters;
    parameters.mixing = {3 * Matrix::Identity(m, m)};
    parameters.shapes = {Matrix::Zero(5, m)}; // two equal components: standard normal sources
    parameters.loadings << 1, 0, 0, 1, 0.3, 0.4, -0.5, 0.2;
    parameters.log_psi.setZero();
    parameters.log_scales.setZero();
    parameters.known_noise.clear();
    model.factor_weights = parameters.loadings.completeOrthogonalDecomposition().pseudoInverse();
    model.labels = {0, 1};
    model.bounds = no_bounds(d);
    model.kept_columns = {0, 1, 2, 3};
    model.unknown.setConstant(1, d, false);
    Matrix const covariance = 0.6 * 0.6 * Matrix::Identity(d, d);

    Index held_known = 0, held = 0, scores_held_known = 0, scores_held = 0;
    for (Index w = 0; w < worlds; ++w) {
        Vector const logs = 0.6 * test::normal_matrix(random, d, 1).col(0);
        Vector const noise = logs.array().exp();
        Matrix const lost =
            model.factor_weights * Vector(noise.array() - 1).asDiagonal() * model.factor_weights.transpose();
        Eigen::LLT<Matrix> const factors(9 * Matrix::Identity(m, m) - lost);
        ASSERT_EQ(factors.info(), Eigen::Success);
        Matrix const truth = test::normal_matrix(random, models, m) * Matrix(factors.matrixL()).transpose();
        Matrix scores = truth * parameters.loadings.transpose() +
                        test::normal_matrix(random, models, d) * noise.cwiseSqrt().asDiagonal();
        scores.rowwise() += parameters.means[0].transpose();
        for (bool const is_known : {true, false}) {
            model.noise_covariance = is_known ? Matrix() : covariance;
            Index& count = is_known ? held_known : held;
            auto const profiles = profile_models(model, 0, scores);
            for (Index i = 0; i < models; ++i)
                for (Index j = 0; j < m; ++j) {
                    auto const& at = profiles[static_cast<std::size_t>(i)].factors[static_cast<std::size_t>(j)];
                    count += at.low <= truth(i, j) && truth(i, j) <= at.high ? 1 : 0;
                }
            Index& count_of_scores = is_known ? scores_held_known : scores_held;
            ModelComparer const comparer(model);
            std::vector<ModelPosterior> posteriors(static_cast<std::size_t>(models));
            comparer.visit(0, scores, [&](Index row, ModelPosterior const& one) {
                posteriors[static_cast<std::size_t>(row)] = one;
            });
            for (std::size_t i = 0; i + 1 < posteriors.size(); i += 2) {
                auto const differences = comparer.compare(posteriors[i], posteriors[i + 1]);
                auto const row = static_cast<Index>(i);
                Vector const apart = parameters.loadings * (truth.row(row) - truth.row(row + 1)).transpose();
                for (Index j = 0; j < d; ++j) {
                    auto const& difference = differences[static_cast<std::size_t>(m + j)];
                    count_of_scores += difference.low <= apart[j] && apart[j] <= difference.high ? 1 : 0;
                }
            }
        }
    }
    constexpr double all = worlds * models * m;
    EXPECT_NEAR(static_cast<double>(held) / all, 0.9, 0.015);
    EXPECT_LT(static_cast<double>(held_known) / all, 0.88);
    constexpr double all_scores = worlds * models / 2 * d;
    EXPECT_NEAR(static_cast<double>(scores_held) / all_scores, 0.9, 0.015);
    EXPECT_LT(static_cast<double>(scores_held_known) / all_scores, 0.88);
}

} // namespace
} // namespace exahca
