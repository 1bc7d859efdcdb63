#include "exahca/model/centred_domain.hpp"

#include "exahca/core/error.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace exahca {

// Mean, rows about it and their covariance (divisor n).
CentredDomain centre(Matrix const& scores)
{
    if (scores.rows() < 2) throw NumericalFailure("a domain has fewer than two models");
    if (!scores.allFinite()) throw NumericalFailure("a domain's scores are not all finite");
    CentredDomain domain;
    domain.mean = scores.colwise().mean().transpose();
    domain.rows = scores.rowwise() - domain.mean.transpose();
    domain.covariance = domain.rows.transpose() * domain.rows / static_cast<double>(scores.rows());
    return domain;
}

Index total_models(std::span<CentredDomain const> domains)
{
    Index total = 0;
    for (auto const& domain : domains) total += domain.models();
    return total;
}

// Within domains: each about its own mean, weighted by its number of models (divisor N).
Matrix pooled_covariance(std::span<CentredDomain const> domains)
{
    Matrix sum = Matrix::Zero(domains.front().benchmarks(), domains.front().benchmarks());
    for (auto const& domain : domains) sum += static_cast<double>(domain.models()) * domain.covariance;
    return sum / static_cast<double>(total_models(domains));
}

// Rows u_i'/sqrt(l_i), the largest eigenvalue first, so that the leading axes of the whitened coordinates are the
// leading principal directions. Directions without variance (beyond rounding) are left out.
Matrix whitening_transform(Matrix const& covariance)
{
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(covariance);
    Vector const& values = solver.eigenvalues(); // ascending
    double const largest = values[values.size() - 1];
    if (!(largest > 0)) throw NumericalFailure("all scores are constant within their domains");
    Index kept = 0;
    for (double const value : values)
        if (value > 1e-10 * largest) ++kept;
    Matrix transform(kept, covariance.rows());
    for (Index i = 0; i < kept; ++i) {
        Index const column = values.size() - 1 - i;
        transform.row(i) = solver.eigenvectors().col(column).transpose() / std::sqrt(values[column]);
    }
    return transform;
}

} // namespace exahca
