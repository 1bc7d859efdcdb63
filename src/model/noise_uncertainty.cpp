#include "exahca/model/noise_uncertainty.hpp"

#include "exahca/core/check.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <cmath>
#include <vector>

namespace exahca {
namespace {

/// Benchmarks of which a domain has scores.
std::vector<Index> known_benchmarks(Matrix const& counts, Index domain)
{
    std::vector<Index> known;
    for (Index j = 0; j < counts.cols(); ++j)
        if (counts(domain, j) > 0) known.push_back(j);
    return known;
}

/// N N', the projection on what is outside of the span of some columns.
Matrix complement_of(Matrix const& spanning)
{
    Eigen::HouseholderQR<Matrix> const qr(spanning);
    Matrix const basis = Matrix(qr.householderQ()).rightCols(spanning.rows() - spanning.cols());
    return basis * basis.transpose();
}

} // namespace

Matrix noise_covariance(NoiseParameters const& parameters, Matrix const& counts)
{
    Index const d = parameters.benchmarks(), m = parameters.factors();
    EXAHCA_EXPECT(counts.rows() == static_cast<Index>(parameters.domains()) && counts.cols() == d);
    Matrix information = Matrix::Identity(d, d) / (shape_log_variance_error * shape_log_variance_error);
    for (Index k = 0; k < counts.rows(); ++k) {
        auto const known = known_benchmarks(counts, k);
        if (std::ssize(known) <= m) continue; // nothing is outside of the span
        Vector const free = parameters.free_noise(static_cast<std::size_t>(k));
        Vector const variances = parameters.noise_variances(static_cast<std::size_t>(k));
        Matrix const whitened =
            variances(known).cwiseSqrt().cwiseInverse().asDiagonal() * parameters.loadings(known, Eigen::all);
        // a_kj, and sqrt(n_k) a_kj with the numbers of scores of each benchmark.
        Vector const shares = free(known).cwiseQuotient(variances(known));
        Vector const weights = shares.cwiseProduct(counts.row(k)(known).transpose().cwiseSqrt());
        Matrix const outside = complement_of(whitened);
        information(known, known) += 0.5 * weights.asDiagonal() * Matrix(outside.cwiseAbs2()) * weights.asDiagonal();
    }
    return information.llt().solve(Matrix::Identity(d, d));
}

} // namespace exahca
