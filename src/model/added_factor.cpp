#include "exahca/model/added_factor.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <cmath>
#include <optional>

namespace exahca {
namespace {

// v with v D V' = 0 and v D v' = 1 along one principal direction of the pooled residuals, in the metric D.
Vector residual_direction(std::span<CentredDomain const> domains, JointParameters const& smaller, Index direction)
{
    Index const m = smaller.factors(), d = smaller.subspace.cols();
    Vector const root = smaller.log_psi.size() > 0 ? Vector((smaller.log_psi.array() / 2).exp()) : Vector::Ones(d);
    // In coordinates D^-1/2 x the metric is the identity and the residuals are what is orthogonal to V D^1/2.
    Matrix const inside = smaller.subspace * root.asDiagonal();
    Eigen::HouseholderQR<Matrix> const qr(inside.transpose());
    Matrix const all = qr.householderQ() * Matrix::Identity(d, d);
    Matrix const outside = all.rightCols(d - m).transpose() * root.cwiseInverse().asDiagonal();
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(outside * pooled_covariance(domains) * outside.transpose());
    // Eigenvalues ascend; `outside` already has v D V' = 0 and rows with v D v' = 1, which an orthogonal combination
    // keeps.
    return (solver.eigenvectors().col(d - m - 1 - direction).transpose() * outside).transpose();
}

// The matrix with a row and a column more, zero but for where they meet.
Matrix bordered(Matrix const& matrix, double corner, AddedFactor place)
{
    Index const m = matrix.rows();
    Matrix larger = Matrix::Zero(m + 1, m + 1);
    Index const at = place == AddedFactor::last_effect ? 0 : m;
    Index const rest = at == 0 ? 1 : 0;
    larger.block(rest, rest, m, m) = matrix;
    larger(at, at) = corner;
    return larger;
}

// Shapes of the added sources fitted to their values instead of normal ones.
JointParameters with_fitted_shapes(std::span<CentredDomain const> domains, JointParameters parameters,
                                   DensityFamily density, AddedFactor place)
{
    Index const at = place == AddedFactor::last_effect ? 0 : parameters.factors() - 1;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Vector const values = domains[k].rows * (parameters.sources[k] * parameters.subspace).row(at).transpose();
        parameters.shapes[k].col(at) =
            starting_shapes(density, {values.data(), static_cast<std::size_t>(values.size())});
    }
    return parameters;
}

} // namespace

JointParameters with_added_factor(std::span<CentredDomain const> domains, JointParameters const& smaller,
                                  DensityFamily density, AddedFactor place, Index direction)
{
    Index const m = smaller.factors(), d = smaller.subspace.cols();
    EXAHCA_EXPECT(m < d && direction >= 0 && direction < d - m);
    Vector const v = residual_direction(domains, smaller, direction);
    // Level 1 is the last effect, level m + 1 the first cause.
    bool const leading = place == AddedFactor::last_effect;
    JointParameters larger = smaller;
    larger.subspace.resize(m + 1, d);
    larger.subspace.middleRows(leading ? 1 : 0, m) = smaller.subspace;
    larger.subspace.row(leading ? 0 : m) = v.transpose();
    for (std::size_t k = 0; k < domains.size(); ++k) {
        double const variance = v.dot(domains[k].covariance * v);
        if (!(variance > 0)) throw NumericalFailure("a domain does not vary in the direction of the added factor");
        // The added source has unit variance in every domain and no part in any other: its row and column of T_k are 0
        // but for the corner.
        larger.sources[k] = bordered(smaller.sources[k], 1 / std::sqrt(variance), place);
        Matrix const& shapes = smaller.shapes[k];
        larger.shapes[k] = Matrix::Zero(shapes.rows(), m + 1); // zero: a standard normal density
        larger.shapes[k].middleCols(leading ? 1 : 0, m) = shapes;
        auto& families = larger.families[k];
        families.insert(leading ? families.begin() : families.end(),
                        density == DensityFamily::extended ? DensityFamily::gauss : density);
    }
    if (m + 1 == d) larger.log_psi.resize(0); // nothing is left that a metric could weigh
    return larger;
}

JointFit fit_with_added_factor(std::span<CentredDomain const> domains, JointFit const& smaller, DensityFamily density)
{
    FitOptions options;
    options.density = density;
    if (smaller.parameters.log_psi.size() > 0) options.residuals = ResidualFit::released;
    std::optional<JointFit> best;
    // A fit that has not met its tolerance goes on from where it is, in new coordinates, three more times at most.
    auto const try_start = [&](JointParameters const& start) {
        JointFit fit = fit_joint(domains, start, options);
        for (int round = 0; round < 3 && !fit.converged(); ++round) fit = fit_joint(domains, fit.parameters, options);
        if (!best || fit.penalised() > best->penalised()) best = std::move(fit);
    };
    for (auto const place : {AddedFactor::last_effect, AddedFactor::first_cause}) {
        auto const normal = with_added_factor(domains, smaller.parameters, density, place);
        try_start(normal);
        // Components of a mixture that are alike stay alike: from normal shapes none of them leaves the others.
        if (density != DensityFamily::extended) try_start(with_fitted_shapes(domains, normal, density, place));
    }
    return *best;
}

} // namespace exahca
