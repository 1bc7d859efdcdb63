#include "exahca/model/shared_subspace.hpp"

#include "exahca/core/error.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

// Not a number where the matrix is singular, which ends a minimisation at its start and turns a line search back.
double log_det(Matrix const& positive_definite)
{
    Eigen::LLT<Matrix> const cholesky(positive_definite);
    if (cholesky.info() != Eigen::Success) return std::numeric_limits<double>::quiet_NaN();
    return 2 * cholesky.matrixLLT().diagonal().array().log().sum();
}

// What profiled covariances and residual scales leave of a normal log likelihood besides determinants: -(n d/2) (log 2
// pi + 1).
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
        // With the covariance of V x free in each domain and one residual variance r/(d - m): log det V S_k V' and log
        // r are all that is left of both.
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

// Where a domain has no variance and others have, a subspace that contains the direction has log det V S_k V' = -inf.
void require_bounded(std::span<CentredDomain const> domains, Matrix const& whitening,
                     std::span<std::string const> names)
{
    constexpr double smallest = 1e-10; // of the pooled variance in the same direction
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Eigen::SelfAdjointEigenSolver<Matrix> const solver(whitening * domains[k].covariance * whitening.transpose(),
                                                           Eigen::EigenvaluesOnly);
        if (solver.eigenvalues()[0] > smallest) continue;
        auto const name = names.empty() ? std::string("a domain") : names[k];
        if (domains[k].models() <= whitening.rows())
            throw NumericalFailure(fmt::format("{} has {} models, too few for scores of {} dimensions", name,
                                               domains[k].models(), whitening.rows()));
        throw NumericalFailure(fmt::format("{} does not vary in a direction in which other domains do (a constant "
                                           "benchmark?): the likelihood has no maximum",
                                           name));
    }
}

// L-BFGS from a point whose rows are a basis in whitened coordinates.
SharedSubspace climb(std::span<CentredDomain const> domains, Matrix const& pooled, Matrix const& whitening,
                     Matrix const& axes, MinimizerOptions const& options)
{
    double const scale = 1 / static_cast<double>(total_models(domains));
    Matrix gradient;
    // V = C W with W whitening the pooled covariance: there all directions are about equally curved.
    auto const map = [&](Vector const& point) -> Matrix {
        return Eigen::Map<Matrix const>(point.data(), axes.rows(), axes.cols()) * whitening;
    };
    ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
        double const value = subspace_likelihood(domains, map(point), gradient);
        // V = C W: dl/dC = dl/dV W'.
        Matrix const by_packed = gradient * whitening.transpose();
        by_point = -scale * Eigen::Map<Vector const>(by_packed.data(), by_packed.size());
        return -scale * value;
    };
    Vector const start = Eigen::Map<Vector const>(axes.data(), axes.size());
    MinimizerResult const result = minimize(objective, start, options);
    if (result.outcome == MinimizerOutcome::not_finite)
        throw NumericalFailure(
            fmt::format("a domain's scores span fewer than {} dimensions, or nothing is left outside the "
                        "factors' subspace",
                        axes.rows()));
    Matrix const v = map(result.point);
    SharedSubspace shared;
    // The likelihood is the same for every basis of the span; P is the one with P S P' = I.
    shared.projection = Eigen::LLT<Matrix>(v * pooled * v.transpose()).matrixL().solve(v);
    // The optimiser leaves V free to become any basis, and in a nearly singular one rounding alone is worth nats.
    shared.log_likelihood = subspace_log_likelihood(domains, v);
    shared.evaluations = result.evaluations;
    shared.outcome = result.outcome;
    return shared;
}

// Orthonormal rows with the span of the rows given.
Matrix orthonormal_rows(Matrix const& basis)
{
    Eigen::HouseholderQR<Matrix> const qr(basis.transpose());
    return (qr.householderQ() * Matrix::Identity(basis.cols(), basis.rows())).transpose();
}

} // namespace

SharedSubspace find_shared_subspace(std::span<CentredDomain const> domains, Index factors,
                                    std::span<std::string const> names)
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
    require_bounded(domains, whitening, names);
    // In whitened coordinates the leading eigenvectors of S are the first axes.
    return climb(domains, pooled, whitening, Matrix::Identity(factors, whitening.rows()), {});
}

SharedSubspace climb_from(std::span<CentredDomain const> domains, Matrix const& start)
{
    constexpr int most_rounds = 20;
    constexpr double enough = 1e-12; // of the likelihood: comparisons are of differences, and what one end lacks would
                                     // count as evidence
    MinimizerOptions options;
    options.relative_tolerance = 1e-13;
    options.max_iterations = 100;
    Matrix const pooled = pooled_covariance(domains);
    Matrix const whitening = whitening_transform(pooled);
    // The start itself is the value to beat.
    SharedSubspace best;
    best.projection = Eigen::LLT<Matrix>(start * pooled * start.transpose()).matrixL().solve(start);
    best.log_likelihood = subspace_log_likelihood(domains, start);
    // Every round begins at orthonormal rows: the likelihood does not hold V to any basis, and a nearly singular one
    // spoils both value and steps.
    for (int round = 0; round < most_rounds; ++round) {
        // V = C W with W S W' = I, so C = V S W'.
        Matrix const axes = orthonormal_rows(orthonormal_rows(best.projection) * pooled * whitening.transpose());
        auto end = climb(domains, pooled, whitening, axes, options);
        end.evaluations += best.evaluations;
        if (!(end.log_likelihood > best.log_likelihood)) {
            best.evaluations = end.evaluations;
            best.outcome = end.outcome;
            break;
        }
        // A round that ends lower is not taken, so the value never falls.
        bool const done = end.log_likelihood - best.log_likelihood < enough * std::abs(best.log_likelihood);
        best = std::move(end);
        if (done) break;
    }
    return best;
}

Matrix leading_eigenvectors(Matrix const& covariance, Index count)
{
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(covariance);
    // Eigenvalues come ascending.
    return solver.eigenvectors().rightCols(count).rowwise().reverse().transpose();
}

double subspace_log_likelihood(std::span<CentredDomain const> domains, Matrix const& basis)
{
    Matrix gradient;
    double sum = subspace_likelihood(domains, orthonormal_rows(basis), gradient);
    for (auto const& domain : domains) sum += normal_constant(static_cast<double>(domain.models()), basis.cols());
    return sum;
}

bool residual_exceeds_factor(CentredDomain const& domain, Matrix const& basis)
{
    Index const m = basis.rows(), d = basis.cols();
    if (m == d) return false;
    // In an orthonormal basis of score space the trace outside is what is left of the whole trace.
    Matrix const rows = orthonormal_rows(basis);
    Matrix const inside = rows * domain.covariance * rows.transpose();
    double const residual = (domain.covariance.trace() - inside.trace()) / static_cast<double>(d - m);
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(inside, Eigen::EigenvaluesOnly);
    return residual > solver.eigenvalues()[0];
}

} // namespace exahca
