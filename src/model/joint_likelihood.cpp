#include "exahca/model/joint_likelihood.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/row_products.hpp"

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

std::span<double const> column(Matrix const& matrix, Index j)
{
    return {matrix.data() + j * matrix.rows(), static_cast<std::size_t>(matrix.rows())};
}

std::span<double> column(Matrix& matrix, Index j)
{
    return {matrix.data() + j * matrix.rows(), static_cast<std::size_t>(matrix.rows())};
}

std::size_t size_of(Index n) { return static_cast<std::size_t>(n); }

double log_abs_det(Eigen::PartialPivLU<Matrix> const& lu) { return lu.matrixLU().diagonal().array().abs().log().sum(); }

/// The diagonal of D: ones where the residuals are isotropic, or there are none.
Vector residual_metric(JointParameters const& parameters)
{
    Index const d = parameters.subspace.cols();
    if (parameters.log_psi.size() == 0 || parameters.factors() == d) return Vector::Ones(d);
    return parameters.log_psi.array().exp();
}

} // namespace

JointLikelihood::JointLikelihood(std::span<CentredDomain const> domains) : domains_(domains)
{
    EXAHCA_EXPECT(!domains.empty());
    // Scratch for the largest domain serves all of them.
    Index largest = 0;
    for (auto const& domain : domains) largest = std::max(largest, domain.models());
    values_.resize(largest);
    scores_.resize(largest);
    coefficients_.resize(domains.front().benchmarks());
    weighted_.resize(domains.front().benchmarks());
}

// The part of domain k that touches its rows: sources' densities and n_k log|det T_k|. Per source one pass for the
// values, one for the density, one for its row of F_k = Phi_k X_k, Phi_k the derivatives of the log densities. Then
// dl/dT_k = F_k V' + n_k T_k^-T, and dl/dV gets T_k' F_k.
double JointLikelihood::add_sources(std::size_t k, JointParameters const& parameters, JointGradient& gradient)
{
    Matrix const& x = domains_[k].rows;
    Index const n = x.rows(), d = x.cols(), m = parameters.factors();
    Matrix const& sources = parameters.sources[k];
    // Rows of T_k V: s = T_k V x without forming y.
    Matrix const unmixing = sources * parameters.subspace;
    Matrix by_unmixing(m, d); // F_k
    double sum = 0;
    for (Index j = 0; j < m; ++j) {
        coefficients_ = unmixing.row(j).transpose();
        combine_columns(x, coefficients_, values_);
        sum += sum_log_density(parameters.families[k][size_of(j)], {values_.data(), size_of(n)},
                               column(parameters.shapes[k], j), {scores_.data(), size_of(n)},
                               column(gradient.shapes[k], j));
        weigh_rows(x, scores_, weighted_);
        by_unmixing.row(j) = weighted_.transpose();
    }
    Eigen::PartialPivLU<Matrix> const lu(sources);
    double const count = static_cast<double>(n);
    gradient.sources[k].noalias() = by_unmixing * parameters.subspace.transpose();
    gradient.sources[k] += count * lu.inverse().transpose();
    gradient.subspace.noalias() += sources.transpose() * by_unmixing;
    return sum + count * log_abs_det(lu);
}

// What does not touch the rows: the volume of the subspace and the residuals, whose scales s_k are profiled out. With
// r_k = tr(D^-1 S_k) - tr(Q^-1 V S_k V') and g_k = dl/dr_k = -n_k (d - m)/(2 r_k), dr_k/dV = 2 (Q^-1 V S_k V' Q^-1 V D
// - Q^-1 V S_k).
double JointLikelihood::add_residuals(JointParameters const& parameters, JointGradient& gradient) const
{
    Matrix const& v = parameters.subspace;
    Index const m = v.rows(), d = v.cols();
    bool const released = parameters.log_psi.size() > 0 && m < d;
    // The diagonal of D. Q = V D V'.
    Vector const psi = residual_metric(parameters);
    Eigen::PartialPivLU<Matrix> const lu(v * psi.asDiagonal() * v.transpose());
    double const log_det = log_abs_det(lu);
    Matrix const projected = lu.inverse() * v;              // Q^-1 V
    Matrix const by_log_det = projected * psi.asDiagonal(); // Q^-1 V D
    double const log_psi_sum = released ? parameters.log_psi.sum() : 0;
    double const residual_dimension = static_cast<double>(d - m);

    double sum = 0;
    for (auto const& domain : domains_) {
        double const n = static_cast<double>(domain.models());
        sum += n / 2 * (log_det - log_psi_sum);
        gradient.subspace += n * by_log_det;
        if (m == d) continue;

        Matrix const projected_s = projected * domain.covariance; // Q^-1 V S_k
        Matrix const inner = projected_s * v.transpose();         // Q^-1 V S_k V'
        double const r = (domain.covariance.diagonal().array() / psi.array()).sum() - inner.trace();
        // Nothing varies outside of the subspace: the density has no bound.
        if (!(r > 0)) return std::numeric_limits<double>::quiet_NaN();
        sum -= n * residual_dimension / 2 * (std::log(2 * std::numbers::pi * r / residual_dimension) + 1);
        double const g = -n * residual_dimension / (2 * r);
        gradient.subspace += 2 * g * (inner * by_log_det - projected_s);
        if (!released) continue;
        Matrix const inner_projected = inner * projected; // Q^-1 V S_k V' Q^-1 V
        for (Index i = 0; i < d; ++i) {
            // Derivatives of (n_k/2) log det Q and of r_k by psi_i; times psi_i for log psi_i, whose own term is
            // -n_k/2.
            double const by_volume = n / 2 * v.col(i).dot(projected.col(i));
            double const by_residual =
                -domain.covariance(i, i) / (psi[i] * psi[i]) + v.col(i).dot(inner_projected.col(i));
            gradient.log_psi[i] += psi[i] * (by_volume + g * by_residual) - n / 2;
        }
    }
    return sum;
}

double JointLikelihood::evaluate(JointParameters const& parameters, JointGradient& gradient)
{
    std::size_t const domains = domains_.size();
    EXAHCA_EXPECT(parameters.sources.size() == domains && parameters.shapes.size() == domains);
    gradient.subspace.setZero(parameters.subspace.rows(), parameters.subspace.cols());
    gradient.log_psi.setZero(parameters.log_psi.size());
    gradient.sources.resize(domains);
    gradient.shapes.resize(domains);
    double sum = 0;
    for (std::size_t k = 0; k < domains; ++k) {
        gradient.shapes[k].resize(parameters.shapes[k].rows(), parameters.shapes[k].cols());
        sum += add_sources(k, parameters, gradient);
    }
    // Gradients add up: the sources' part of dl/dV comes first, domain by domain, then that of the residuals.
    return sum + add_residuals(parameters, gradient);
}

double subtract_penalty(JointParameters const& parameters, JointGradient& gradient)
{
    double sum = 0;
    Vector by_shapes;
    for (std::size_t k = 0; k < parameters.shapes.size(); ++k)
        for (Index j = 0; j < parameters.factors(); ++j) {
            by_shapes.setZero(parameters.shapes[k].rows());
            sum += shape_penalty(parameters.families[k][size_of(j)], column(parameters.shapes[k], j),
                                 {by_shapes.data(), size_of(by_shapes.size())});
            gradient.shapes[k].col(j) -= by_shapes;
        }
    return sum;
}

namespace {

/// Log density of one value of a source.
double log_density(DensityFamily family, double value, std::span<double const> shapes, Vector& shape_gradient)
{
    double score = 0;
    shape_gradient.resize(static_cast<Index>(shapes.size()));
    return sum_log_density(family, {&value, 1}, shapes, {&score, 1}, {shape_gradient.data(), shapes.size()});
}

} // namespace

std::vector<Vector> row_log_likelihoods(std::span<CentredDomain const> domains, JointParameters const& parameters)
{
    Matrix const& v = parameters.subspace;
    Index const m = v.rows(), d = v.cols();
    Vector const psi = residual_metric(parameters);
    Eigen::PartialPivLU<Matrix> const projection(v * psi.asDiagonal() * v.transpose()); // Q
    // (log det Q - log det D)/2, the Jacobian from scores to y and what is outside of the subspace.
    double const volume = (log_abs_det(projection) - psi.array().log().sum()) / 2;
    Vector const variances = residual_variances(domains, parameters);
    std::vector<Vector> all;
    Vector shape_gradient;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Matrix const& x = domains[k].rows;
        // y and s of every row.
        Matrix const factors = x * v.transpose(), sources = factors * parameters.sources[k].transpose();
        Vector rows =
            Vector::Constant(x.rows(), log_abs_det(Eigen::PartialPivLU<Matrix>(parameters.sources[k])) + volume);
        for (Index j = 0; j < m; ++j)
            for (Index i = 0; i < x.rows(); ++i)
                rows[i] += log_density(parameters.families[k][size_of(j)], sources(i, j),
                                       column(parameters.shapes[k], j), shape_gradient);
        if (m < d) {
            double const variance = variances[static_cast<Index>(k)];
            // q_i = x_i' D^-1 x_i - y_i' Q^-1 y_i for every row.
            Vector const residuals =
                (x.array().square().rowwise() / psi.transpose().array()).rowwise().sum() -
                (factors.array() * projection.solve(factors.transpose()).transpose().array()).rowwise().sum();
            rows.array() -= static_cast<double>(d - m) / 2 * std::log(2 * std::numbers::pi * variance);
            rows -= residuals / (2 * variance);
        }
        all.push_back(std::move(rows));
    }
    return all;
}

Vector residual_variances(std::span<CentredDomain const> domains, JointParameters const& parameters)
{
    Matrix const& v = parameters.subspace;
    Index const m = v.rows(), d = v.cols();
    Vector variances = Vector::Zero(static_cast<Index>(domains.size()));
    if (m == d) return variances;
    Vector const psi = residual_metric(parameters);
    Matrix const inverse = (v * psi.asDiagonal() * v.transpose()).inverse();
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Matrix const& s = domains[k].covariance;
        // r_k/(d - m), r_k the trace of S_k in the metric outside of the subspace.
        double const r = (s.diagonal().array() / psi.array()).sum() - (inverse * v * s * v.transpose()).trace();
        variances[static_cast<Index>(k)] = r / static_cast<double>(d - m);
    }
    return variances;
}

} // namespace exahca
