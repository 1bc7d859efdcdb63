#include "model/joint_packing.hpp"

#include "exahca/core/error.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/SVD>
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

// Orthogonal matrix closest to the leading square block of V in whitened coordinates.
Matrix leading_rotation(Matrix const& whitened_subspace)
{
    Index const m = whitened_subspace.rows();
    Eigen::JacobiSVD<Matrix> const svd(whitened_subspace.leftCols(m), Eigen::ComputeFullU | Eigen::ComputeFullV);
    return svd.matrixU() * svd.matrixV().transpose();
}

// Mean outer product of the derivatives of single rows' log likelihood with respect to one source's part of a row of
// T_k (columns of `inputs` are the factors it may use; `by_log_det` is the derivative of log|det T_k|, of which every
// row has one) and to its shapes.
Matrix empirical_information(Matrix const& inputs, Vector const& by_log_det, Vector const& values, DensityFamily family,
                             Vector const& shapes)
{
    Index const free = inputs.cols(), count = shapes.size(), n = inputs.rows();
    Matrix derivatives(free + count, n);
    Vector by_shapes(count);
    for (Index r = 0; r < n; ++r) {
        double score = 0;
        sum_log_density(family, {&values[r], 1}, {shapes.data(), static_cast<std::size_t>(count)}, {&score, 1},
                        {by_shapes.data(), static_cast<std::size_t>(count)});
        derivatives.col(r).head(free) = score * inputs.row(r).transpose() + by_log_det;
        derivatives.col(r).tail(count) = by_shapes;
    }
    return derivatives * derivatives.transpose() / static_cast<double>(n);
}

} // namespace

JointPacking::JointPacking(std::span<CentredDomain const> domains, JointParameters& start, FitOptions const& options)
    : pattern_(options.pattern), subspace_(options.subspace == SubspaceFit::free),
      residuals_(options.residuals == ResidualFit::released && start.subspace.rows() < start.subspace.cols())
{
    if (subspace_) prepare_subspace(pooled_covariance(domains), start);
    // Released residuals begin isotropic.
    if (residuals_ && start.log_psi.size() == 0) start.log_psi = Vector::Zero(start.subspace.cols());
    Index const m = start.subspace.rows();
    double const models = static_cast<double>(total_models(domains));
    for (std::size_t k = 0; k < domains.size(); ++k) {
        // y of every row at the start; prepare_subspace has settled V by then.
        Matrix const projected = domains[k].rows * start.subspace.transpose();
        for (Index j = 0; j < m; ++j) {
            Index const first = pattern_ == SourcePattern::triangular ? j : 0;
            add_block(domains[k], projected, start, {k, j, first, size_, m - first + start.shapes[k].rows(), {}, {}},
                      models);
        }
    }
    benchmarks_ = start.subspace.cols();
    if (residuals_) size_ += benchmarks_;
}

// V = turn (C / stiffness) whitening: in the pooled whitened coordinates, turned so that the rows of C are the leading
// principal directions. Tilting direction i towards a direction j of the residuals costs in proportion to the square of
// the ratio of their variances; dividing by that ratio makes all coordinates about equally stiff.
void JointPacking::prepare_subspace(Matrix const& covariance, JointParameters& start)
{
    Index const m = start.subspace.rows();
    whitening_ = whitening_transform(covariance);
    // Valid on the span of the whitened directions. V = R Q whitening: R moves into the T_k, whose product with V
    // stays what it was, and V starts with orthonormal rows in whitened coordinates.
    unwhitening_ = covariance * whitening_.transpose(); // whitening S whitening' = 1
    auto const [r, q] = triangular_times_orthonormal(start.subspace * unwhitening_);
    start.subspace = q * whitening_;
    for (auto& t : start.sources) t = t * r;
    turn_ = leading_rotation(q);
    // Rows of the whitening are eigenvectors over the roots of their eigenvalues.
    Vector const variances = whitening_.rowwise().squaredNorm().cwiseInverse();
    stiffness_ = Matrix::Ones(m, whitening_.rows());
    for (Index i = 0; i < m; ++i)
        for (Index j = m; j < whitening_.rows(); ++j) stiffness_(i, j) = variances[i] / variances[j];
    size_ += stiffness_.size();
}

void JointPacking::add_block(CentredDomain const& domain, Matrix const& projected, JointParameters const& start,
                             Block block, double models)
{
    Matrix const& sources = start.sources[block.domain];
    Vector const shapes = start.shapes[block.domain].col(block.source);
    Index const free = block.size - shapes.size();
    DensityFamily const family = start.families[block.domain][static_cast<std::size_t>(block.source)];
    double const n = static_cast<double>(domain.models());

    // The source's values, from the factors y.
    Vector const values = projected * sources.row(block.source).transpose();
    // d log|det T|/dT_ji = (T^-1)_ij; a triangular row begins at the diagonal.
    Vector const by_log_det = sources.inverse().col(block.source).tail(free);
    Matrix information = empirical_information(projected.rightCols(free), by_log_det, values, family, shapes);
    // The penalty's curvature: its gradient is linear in the shapes.
    Vector ones = Vector::Ones(shapes.size()), curvature = Vector::Zero(shapes.size());
    auto const count = static_cast<std::size_t>(shapes.size());
    shape_penalty(family, {ones.data(), count}, {curvature.data(), count});
    information.diagonal().tail(shapes.size()) += curvature / n;
    // Directions that the rows hardly determine would otherwise be stretched without end.
    information.diagonal().array() += 0.3;

    Eigen::LLT<Matrix> const cholesky(information);
    if (cholesky.info() != Eigen::Success || !information.allFinite())
        throw NumericalFailure("the likelihood of a source has no curvature at the start of a fit");
    // The objective is divided by N, of which this domain's rows are a share.
    double const share = std::sqrt(n / models);
    block.to_packed = share * Matrix(cholesky.matrixU());
    block.from_packed = block.to_packed.triangularView<Eigen::Upper>().solve(Matrix::Identity(block.size, block.size));
    size_ += block.size;
    blocks_.push_back(std::move(block));
}

Vector JointPacking::pack(JointParameters const& parameters) const
{
    Vector point(size_);
    if (subspace_) {
        // Coordinates scale with stiffness_, gradients with its inverse.
        Matrix const subspace = (turn_.transpose() * parameters.subspace * unwhitening_).cwiseProduct(stiffness_);
        point.head(subspace.size()) = subspace.reshaped();
    }
    for (Block const& block : blocks_) {
        Vector values(block.size);
        Matrix const& shapes = parameters.shapes[block.domain];
        Index const free = block.size - shapes.rows();
        values << parameters.sources[block.domain].row(block.source).tail(free).transpose(), shapes.col(block.source);
        point.segment(block.offset, block.size) = block.to_packed * values;
    }
    if (residuals_) point.tail(benchmarks_) = parameters.log_psi;
    return point;
}

void JointPacking::unpack(Vector const& point, JointParameters& parameters) const
{
    if (subspace_) {
        Matrix const packed = Eigen::Map<Matrix const>(point.data(), stiffness_.rows(), stiffness_.cols());
        parameters.subspace = turn_ * packed.cwiseQuotient(stiffness_) * whitening_;
    }
    for (Block const& block : blocks_) {
        Vector const values = block.from_packed * point.segment(block.offset, block.size);
        Matrix& shapes = parameters.shapes[block.domain];
        Index const free = block.size - shapes.rows();
        parameters.sources[block.domain].row(block.source).tail(free) = values.head(free).transpose();
        shapes.col(block.source) = values.tail(shapes.rows());
    }
    if (residuals_) parameters.log_psi = point.tail(benchmarks_);
}

void JointPacking::pack_gradient(JointGradient const& gradient, Vector& by_point) const
{
    if (subspace_) {
        Matrix const packed =
            (turn_.transpose() * gradient.subspace * whitening_.transpose()).cwiseQuotient(stiffness_);
        by_point.head(packed.size()) = packed.reshaped();
    }
    for (Block const& block : blocks_) {
        Vector values(block.size);
        Matrix const& shapes = gradient.shapes[block.domain];
        Index const free = block.size - shapes.rows();
        values << gradient.sources[block.domain].row(block.source).tail(free).transpose(), shapes.col(block.source);
        by_point.segment(block.offset, block.size) = block.from_packed.transpose() * values;
    }
    if (residuals_) by_point.tail(benchmarks_) = gradient.log_psi;
}

std::pair<Vector, Vector> JointPacking::bounds() const
{
    double const infinity = std::numeric_limits<double>::infinity();
    Vector lower = Vector::Constant(size_, -infinity), upper = Vector::Constant(size_, infinity);
    if (residuals_) {
        lower.tail(benchmarks_).setConstant(-largest_log_psi);
        upper.tail(benchmarks_).setConstant(largest_log_psi);
    }
    return {lower, upper};
}

} // namespace exahca::detail
