#include "exahca/model/shared_subspace.hpp"

#include "exahca/core/error.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

double log_det(Matrix const& positive_definite)
{
    Eigen::LLT<Matrix> const cholesky(positive_definite);
    if (cholesky.info() != Eigen::Success) return std::numeric_limits<double>::quiet_NaN();
    return 2 * cholesky.matrixLLT().diagonal().array().log().sum();
}

// n/2 times the constants of a normal density in d dimensions with fitted covariance.
double normal_constant(double models, Index benchmarks)
{
    return -models / 2 * static_cast<double>(benchmarks) * (std::log(2 * std::numbers::pi) + 1);
}

// The objective of method.md and its gradient with respect to V; not a number where a covariance is singular.
double subspace_likelihood(std::span<CentredDomain const> domains, Matrix const& v, Matrix& gradient)
{
    Index const m = v.rows(), d = v.cols();
    Matrix const gram = v * v.transpose();
    Matrix const gram_inverse = gram.inverse();
    Matrix const projected = gram_inverse * v;
    double const log_det_gram = log_det(gram);
    gradient.setZero(m, d);
    double sum = 0;
    for (auto const& domain : domains) {
        double const n = static_cast<double>(domain.models());
        Matrix const vs = v * domain.covariance;
        Matrix const inside = vs * v.transpose();
        sum += n / 2 * (log_det_gram - log_det(inside));
        gradient += n * (projected - inside.inverse() * vs);
        if (m == d) continue;
        Matrix const share = gram_inverse * inside;
        double const r = domain.covariance.trace() - share.trace();
        if (!(r > 0)) return std::numeric_limits<double>::quiet_NaN();
        double const freedom = static_cast<double>(d - m);
        sum -= n * freedom / 2 * std::log(r / freedom);
        gradient += n * freedom / r * (gram_inverse * vs - share * projected);
    }
    return sum;
}

Matrix leading_eigenvectors(Matrix const& covariance, Index count)
{
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(covariance);
    return solver.eigenvectors().rightCols(count).rowwise().reverse().transpose();
}

} // namespace

SharedSubspace find_shared_subspace(std::span<CentredDomain const> domains, Index factors)
{
    for (auto const& domain : domains)
        if (domain.models() <= factors + 1)
            throw NumericalFailure(
                fmt::format("a domain has {} models, too few for {} factors", domain.models(), factors));
    Matrix const pooled = pooled_covariance(domains);
    Matrix const whitening = whitening_transform(pooled);
    if (whitening.rows() < factors)
        throw NumericalFailure(
            fmt::format("the scores span {} dimensions, fewer than {} factors", whitening.rows(), factors));
    double const scale = 1 / static_cast<double>(total_models(domains));
    Matrix gradient;
    auto const map = [&](Vector const& point) -> Matrix {
        return Eigen::Map<Matrix const>(point.data(), factors, whitening.rows()) * whitening;
    };
    ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
        double const value = subspace_likelihood(domains, map(point), gradient);
        Matrix const by_packed = gradient * whitening.transpose();
        by_point = -scale * Eigen::Map<Vector const>(by_packed.data(), by_packed.size());
        return -scale * value;
    };
    // In whitened coordinates the leading eigenvectors of S are the first axes.
    Matrix const axes = Matrix::Identity(factors, whitening.rows());
    Vector const start = Eigen::Map<Vector const>(axes.data(), axes.size());
    MinimizerResult const result = minimize(objective, start, {});
    if (result.outcome == MinimizerOutcome::not_finite)
        throw NumericalFailure(
            fmt::format("a domain's scores span fewer than {} dimensions, or nothing is left outside the "
                        "factors' subspace",
                        factors));
    Matrix const v = map(result.point);
    SharedSubspace shared;
    shared.projection = Eigen::LLT<Matrix>(v * pooled * v.transpose()).matrixL().solve(v);
    shared.log_likelihood = -result.value / scale;
    for (auto const& domain : domains)
        shared.log_likelihood += normal_constant(static_cast<double>(domain.models()), v.cols());
    shared.evaluations = result.evaluations;
    shared.outcome = result.outcome;
    return shared;
}

double separate_subspaces_log_likelihood(std::span<CentredDomain const> domains, Index factors)
{
    double sum = 0;
    Matrix gradient;
    for (auto const& domain : domains) {
        Matrix const v = leading_eigenvectors(domain.covariance, factors);
        sum += subspace_likelihood({&domain, 1}, v, gradient) +
               normal_constant(static_cast<double>(domain.models()), v.cols());
    }
    return sum;
}

} // namespace exahca
