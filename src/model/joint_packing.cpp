#include "model/joint_packing.hpp"

#include "exahca/core/error.hpp"

#include <cmath>
#include <limits>

namespace exahca::detail {
namespace {

// R and Q with rows = R Q, R upper triangular, Q orthonormal rows: Gram and Schmidt from the last row up, twice for
// accuracy.
std::pair<Matrix, Matrix> triangular_times_orthonormal(Matrix const& rows)
{
    Index const m = rows.rows();
    Matrix q = rows, r = Matrix::Zero(m, m);
    for (Index i = m - 1; i >= 0; --i) {
        double const before = q.row(i).norm();
        for (int pass = 0; pass < 2; ++pass)
            for (Index j = i + 1; j < m; ++j) {
                double const overlap = q.row(i).dot(q.row(j));
                r(i, j) += overlap;
                q.row(i) -= overlap * q.row(j);
            }
        r(i, i) = q.row(i).norm();
        if (!(r(i, i) > 1e-10 * before)) throw NumericalFailure("the factors' subspace has lost full rank");
        q.row(i) /= r(i, i);
    }
    return {r, q};
}

// Walks all packed coordinates in their one order.
template <class Subspace, class Matrices, class Residuals, class Visit>
void for_each_coordinate(SourcePattern pattern, Subspace& subspace, Matrices& sources, Matrices& shapes,
                         Residuals& residuals, Visit visit)
{
    for (auto& x : subspace.reshaped()) visit(x);
    for (auto& t : sources)
        for (Index j = 0; j < t.cols(); ++j)
            for (Index i = 0; i < (pattern == SourcePattern::triangular ? j + 1 : t.rows()); ++i) visit(t(i, j));
    for (auto& shape : shapes)
        for (auto& x : shape.reshaped()) visit(x);
    for (auto& x : residuals) visit(x);
}

} // namespace

JointPacking::JointPacking(std::span<CentredDomain const> domains, JointParameters& start, FitOptions const& options)
    : pattern_(options.pattern), subspace_(options.subspace == SubspaceFit::free),
      residuals_(options.residuals == ResidualFit::released && start.subspace.rows() < start.subspace.cols())
{
    Matrix const covariance = pooled_covariance(domains);
    whitening_ = whitening_transform(covariance);
    unwhitening_ = covariance * whitening_.transpose(); // whitening S whitening' = 1
    if (subspace_) {
        auto const [r, q] = triangular_times_orthonormal(start.subspace * unwhitening_);
        start.subspace = q * whitening_;
        for (auto& t : start.sources) t = t * r;
        size_ += q.size();
    }
    if (residuals_ && start.log_psi.size() == 0) start.log_psi = Vector::Zero(start.subspace.cols());
    if (residuals_) size_ += start.log_psi.size();
    Index const m = start.subspace.rows();
    for (std::size_t k = 0; k < start.sources.size(); ++k)
        size_ += (pattern_ == SourcePattern::triangular ? m * (m + 1) / 2 : m * m) + start.shapes[k].size();
}

Vector JointPacking::pack(JointParameters const& parameters) const
{
    Vector point(size_);
    Index next = 0;
    Matrix const subspace = subspace_ ? Matrix(parameters.subspace * unwhitening_) : Matrix();
    Vector const residuals = residuals_ ? parameters.log_psi : Vector();
    for_each_coordinate(pattern_, subspace, parameters.sources, parameters.shapes, residuals,
                        [&](double x) { point[next++] = x; });
    return point;
}

void JointPacking::unpack(Vector const& point, JointParameters& parameters) const
{
    Index next = 0;
    Matrix subspace(subspace_ ? parameters.subspace.rows() : 0, whitening_.rows());
    Vector residuals(residuals_ ? parameters.log_psi.size() : 0);
    for_each_coordinate(pattern_, subspace, parameters.sources, parameters.shapes, residuals,
                        [&](double& x) { x = point[next++]; });
    if (subspace_) parameters.subspace.noalias() = subspace * whitening_;
    if (residuals_) parameters.log_psi = residuals;
}

void JointPacking::pack_gradient(JointGradient const& gradient, Vector& by_point) const
{
    Index next = 0;
    Matrix const subspace = subspace_ ? Matrix(gradient.subspace * whitening_.transpose()) : Matrix();
    Vector const residuals = residuals_ ? gradient.log_psi : Vector();
    for_each_coordinate(pattern_, subspace, gradient.sources, gradient.shapes, residuals,
                        [&](double x) { by_point[next++] = x; });
}

std::pair<Vector, Vector> JointPacking::bounds() const
{
    double const infinity = std::numeric_limits<double>::infinity();
    Vector lower = Vector::Constant(size_, -infinity), upper = Vector::Constant(size_, infinity);
    Index const benchmarks = whitening_.cols();
    if (residuals_) {
        lower.tail(benchmarks).setConstant(-std::log(4.0));
        upper.tail(benchmarks).setConstant(std::log(4.0));
    }
    return {lower, upper};
}

} // namespace exahca::detail
