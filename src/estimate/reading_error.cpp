#include "reading_error.hpp"

#include "exahca/model/alignment.hpp"
#include "exahca/model/noise_uncertainty.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>

namespace exahca {
namespace {

constexpr double node_weight = 1.0 / 6, node_place = 1.7320508075688772; // sqrt(3)

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

/// What is known of the noise, averaged over domains, which share their weights.
Vector known_noise(NoiseParameters const& parameters, Matrix const& counts)
{
    Vector known = Vector::Zero(parameters.benchmarks());
    for (std::size_t k = 0; k < parameters.known_noise.size(); ++k)
        known += counts.row(static_cast<Index>(k)).sum() / counts.sum() * parameters.known_noise[k];
    return known;
}

} // namespace

ReadingError noise_error_of_reading(NoiseParameters const& parameters, Matrix const& factor_scores,
                                    Moments const& pooled, std::span<Matrix const> scores,
                                    std::span<Index const> labels)
{
    Matrix const counts = known_counts(scores);
    Vector const known = known_noise(parameters, counts);
    Matrix const factors = factor_scores * parameters.loadings; // of the fit's own
    auto const read = [&](Vector const& log_psi) {
        Vector const noise = known + Vector(log_psi.array().exp());
        return align_to_labels(factors * least_squares_weights(parameters.loadings, noise), pooled, labels);
    };
    auto const fitted = read(parameters.log_psi);
    Vector label_r2 = Vector::Zero(fitted.label_r2.size());
    Matrix weights = Matrix::Zero(fitted.factors.rows(), fitted.factors.cols());
    Eigen::SelfAdjointEigenSolver<Matrix> const axes(noise_covariance(parameters, counts));
    for (Index q = 0; q < axes.eigenvalues().size(); ++q)
        for (double const side : {-node_place, node_place}) {
            Vector const step = side * std::sqrt(std::max(0.0, axes.eigenvalues()[q])) * axes.eigenvectors().col(q);
            auto const other = read(parameters.log_psi + step);
            label_r2 += node_weight * (other.label_r2 - fitted.label_r2).cwiseAbs2();
            weights += node_weight * (other.factors - fitted.factors).cwiseAbs2();
        }
    return {label_r2.cwiseSqrt(), weights.cwiseSqrt()};
}

} // namespace exahca
