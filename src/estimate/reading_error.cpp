#include "reading_error.hpp"

#include "exahca/core/random.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/alignment.hpp"
#include "exahca/model/noise_uncertainty.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace exahca {
namespace {

constexpr Index draws = 10'000;

Matrix known_counts(std::span<Matrix const> scores)
{
    Matrix counts(std::ssize(scores), scores[0].cols());
    for (std::size_t k = 0; k < scores.size(); ++k)
        counts.row(static_cast<Index>(k)) = (!scores[k].array().isNaN()).cast<double>().colwise().sum();
    return counts;
}

/// W with W L = I, the generalised least squares weights of factors with noise variances `noise`.
Matrix least_squares_weights(Matrix const& loadings, Vector const& noise)
{
    Matrix const whitened = noise.cwiseInverse().asDiagonal() * loadings;
    return (loadings.transpose() * whitened).llt().solve(whitened.transpose());
}

/// Of each row half the width of its central 90 %, in standard deviations of a normal number: far ends, where a factor
/// is next to nothing of the benchmark that names it, have no weight.
Vector spread_of_rows(Matrix const& values)
{
    constexpr double normal_95 = 1.6448536269514722;
    Vector spread(values.rows());
    for (Index i = 0; i < values.rows(); ++i) {
        Vector const row = values.row(i);
        auto const central = percentile_interval({row.data(), static_cast<std::size_t>(row.size())});
        spread[i] = (central.high - central.low) / (2 * normal_95);
    }
    return spread;
}

} // namespace

ReadingError noise_error_of_reading(NoiseParameters const& parameters, Matrix const& factor_scores,
                                    Moments const& pooled, std::span<Matrix const> scores,
                                    std::span<Index const> labels)
{
    Matrix const counts = known_counts(scores);
    Vector const known = mean_known_noise(parameters);          // domains share their weights
    Matrix const factors = factor_scores * parameters.loadings; // of the fit's own
    auto const read = [&](Vector const& log_psi) {
        Vector const noise = known + Vector(log_psi.array().exp());
        return align_to_labels(factors * least_squares_weights(parameters.loadings, noise), pooled, labels);
    };
    auto const fitted = read(parameters.log_psi);
    Matrix label_r2(fitted.label_r2.size(), draws), weights(fitted.factors.size(), draws);
    Eigen::LLT<Matrix> const covariance(noise_covariance(parameters, counts));
    RandomStream random({1, "reading-error", 0, {}, 0});
    for (Index draw = 0; draw < draws; ++draw) {
        Vector step(parameters.benchmarks());
        for (double& number : step) number = random.normal();
        auto const other = read(parameters.log_psi + covariance.matrixL() * step);
        label_r2.col(draw) = other.label_r2;
        weights.col(draw) = other.factors.reshaped();
    }
    return {spread_of_rows(label_r2), spread_of_rows(weights).reshaped(fitted.factors.rows(), fitted.factors.cols())};
}

} // namespace exahca
