#include "estimate/reading_error.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/alignment.hpp"
#include "exahca/model/noise_uncertainty.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace exahca {
namespace {

constexpr Index benchmarks = 5, factors = 2, models = 400;

/// Two domains, scores with gaps, and a fit of them.
struct Fitted
{
    NoiseParameters parameters;
    std::vector<Matrix> scores;
    Moments pooled;
    Matrix factor_scores;

    Fitted()
    {
        RandomStream random({1, "reading-error-test", 0, "", 0});
        parameters = test::random_noise_parameters(random, benchmarks, factors, 2, 2);
        parameters.known_noise.clear();
        for (int k = 0; k < 2; ++k) {
            scores.push_back(test::normal_matrix(random, models, benchmarks));
            scores.back()(3, 1) = std::numeric_limits<double>::quiet_NaN();
        }
        pooled = {models, Vector::Zero(benchmarks),
                  Matrix(parameters.loadings * parameters.loadings.transpose()) +
                      Matrix::Identity(benchmarks, benchmarks)};
        factor_scores = weights(parameters.log_psi);
    }
    [[nodiscard]] Matrix weights(Vector const& log_psi) const
    {
        Matrix const precision = Vector((-log_psi).array().exp()).asDiagonal();
        Matrix const information = parameters.loadings.transpose() * precision * parameters.loadings;
        return information.inverse() * parameters.loadings.transpose() * precision;
    }
    [[nodiscard]] Matrix counts() const
    {
        Matrix counts = Matrix::Constant(2, benchmarks, static_cast<double>(models));
        counts.col(1).array() -= 1;
        return counts;
    }
};

TEST(ReadingError, is_that_over_draws_of_the_noise)
{
    Fitted const fit;
    auto const labels = align_with_benchmarks(fit.factor_scores, fit.pooled).labels;
    auto const error = noise_error_of_reading(fit.parameters, fit.factor_scores, fit.pooled, fit.scores, labels);

    Eigen::LLT<Matrix> const covariance(noise_covariance(fit.parameters, fit.counts()));
    RandomStream random({2, "reading-error-test", 0, "", 0});
    constexpr std::size_t draws = 20'000;
    std::vector<std::vector<double>> weights(factors * benchmarks), label_r2(factors);
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Vector const step = covariance.matrixL() * test::normal_matrix(random, benchmarks, 1);
        auto const other = align_to_labels(fit.weights(fit.parameters.log_psi + step), fit.pooled, labels);
        for (Index i = 0; i < factors; ++i) {
            label_r2[static_cast<std::size_t>(i)].push_back(other.label_r2[i]);
            for (Index j = 0; j < benchmarks; ++j)
                weights[static_cast<std::size_t>(i * benchmarks + j)].push_back(other.factors(i, j));
        }
    }
    auto const spread = [](std::vector<double> values) {
        std::sort(values.begin(), values.end());
        return (values[draws * 95 / 100] - values[draws * 5 / 100]) / (2 * 1.6448536269514722);
    };
    for (Index i = 0; i < factors; ++i) {
        double const r2 = spread(label_r2[static_cast<std::size_t>(i)]);
        EXPECT_NEAR(error.label_r2[i], r2, 0.1 * r2);
        for (Index j = 0; j < benchmarks; ++j) {
            double const expected = spread(weights[static_cast<std::size_t>(i * benchmarks + j)]);
            EXPECT_NEAR(error.factor_weights(i, j), expected, 0.1 * expected) << i << " " << j;
            EXPECT_GT(expected, 1e-3) << "the noise matters";
        }
    }
}

TEST(ReadingError, does_not_depend_on_the_basis_of_the_factors)
{
    Fitted fit;
    auto const labels = align_with_benchmarks(fit.factor_scores, fit.pooled).labels;
    auto const before = noise_error_of_reading(fit.parameters, fit.factor_scores, fit.pooled, fit.scores, labels);
    Matrix basis(factors, factors);
    basis << 2, 1, -0.5, 3;
    fit.parameters.loadings = fit.parameters.loadings * basis; // another basis of the same span
    auto const after = noise_error_of_reading(fit.parameters, fit.factor_scores, fit.pooled, fit.scores, labels);
    EXPECT_LT((before.factor_weights - after.factor_weights).norm(), 1e-9);
    EXPECT_LT((before.label_r2 - after.label_r2).norm(), 1e-9);
}

} // namespace
} // namespace exahca
