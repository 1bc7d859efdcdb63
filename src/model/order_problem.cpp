#include "exahca/model/order_problem.hpp"

#include "exahca/core/error.hpp"
#include "exahca/numerics/singular_values.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr int most_factors = 64; // rows of a domain are bits of a word in the search
constexpr double smallest_condition = 1e-10;

void check_shapes(std::span<Matrix const> unmixing)
{
    if (unmixing.empty()) throw InvalidInput("no unmixing matrices", {}, "give one for each domain");
    auto const m = unmixing.front().rows();
    auto const d = unmixing.front().cols();
    if (m < 1 || m > d || m > most_factors)
        throw InvalidInput(fmt::format("unmixing matrices are {} x {}", m, d),
                           fmt::format("factors must number 1 to the number of benchmarks, at most {}", most_factors),
                           "give matrices of factors x benchmarks");
    for (std::size_t k = 1; k < unmixing.size(); ++k)
        if (unmixing[k].rows() != m || unmixing[k].cols() != d)
            throw InvalidInput(fmt::format("unmixing matrix {} is {} x {}", k, unmixing[k].rows(), unmixing[k].cols()),
                               fmt::format("matrix 0 is {} x {}", m, d), "give matrices of one shape");
}

// Rows of length 1: the condition of a matrix must not depend on the scale of its rows, which is arbitrary.
Matrix unit_rows(Matrix const& matrix)
{
    Matrix scaled = matrix;
    for (Index i = 0; i < scaled.rows(); ++i) {
        // In two steps: the square of a tiny or huge entry would leave the range of doubles.
        double const largest = scaled.row(i).cwiseAbs().maxCoeff();
        if (largest > 0) scaled.row(i) /= largest;
        double const norm = scaled.row(i).norm();
        if (norm > 0) scaled.row(i) /= norm;
    }
    return scaled;
}

void check_matrix(Matrix const& matrix, std::size_t k)
{
    if (!matrix.allFinite())
        throw InvalidInput(fmt::format("unmixing matrix {} holds a value that is not finite", k), {},
                           "check the source separation of that domain");
    double const largest = matrix.cwiseAbs().maxCoeff();
    // Squares and products of such entries would leave the range of doubles.
    if (largest > 1e100 || (largest > 0 && largest < 1e-100))
        throw InvalidInput(fmt::format("unmixing matrix {} has a largest entry of {:g}", k, largest),
                           "outside 1e-100 to 1e100", "rescale the scores");
    Vector const values = singular_values(unit_rows(matrix));
    if (!(values(values.size() - 1) > smallest_condition * values(0)))
        throw InvalidInput(
            fmt::format("unmixing matrix {} has dependent rows", k),
            fmt::format("singular values {:.3g} to {:.3g} after scaling rows", values(0), values(values.size() - 1)),
            "use fewer factors, or leave that domain out");
}

} // namespace

bool is_of_flags(Objective objective) { return combining(objective) != objective; }

Objective combining(Objective objective)
{
    switch (objective) {
    case Objective::flag_max:
        return Objective::mic;
    case Objective::flag_mean:
        return Objective::mean;
    case Objective::flag_n_weighted:
        return Objective::n_weighted;
    default:
        return objective;
    }
}

OrderProblem::OrderProblem(std::span<Matrix const> unmixing, Objective objective, std::span<double const> sizes)
    : objective_(combining(objective))
{
    check_shapes(unmixing);
    for (std::size_t k = 0; k < unmixing.size(); ++k) check_matrix(unmixing[k], k);
    domains_ = static_cast<int>(unmixing.size());
    factors_ = static_cast<int>(unmixing.front().rows());
    set_weights(sizes);
    find_basis(unmixing);
    for (auto const& matrix : unmixing) {
        Matrix const rows = (matrix * basis_).transpose(); // a row becomes a contiguous column
        rows_.insert(rows_.end(), rows.data(), rows.data() + rows.size());
        // Columns of M^+ lie in the span of the rows, so nothing is lost in the basis.
        Matrix const inverse =
            basis_.transpose() * Eigen::CompleteOrthogonalDecomposition<Matrix>(matrix).pseudoInverse();
        inverses_.insert(inverses_.end(), inverse.data(), inverse.data() + inverse.size());
    }
}

void OrderProblem::set_weights(std::span<double const> sizes)
{
    auto const domains = static_cast<std::size_t>(domains_);
    stack_weights_.assign(domains, 1.0);
    shares_.assign(domains, 1.0 / domains_);
    if (objective_ != Objective::n_weighted) return;
    if (sizes.size() != domains)
        throw InvalidInput(fmt::format("{} domain sizes for {} domains", sizes.size(), domains),
                           "the n-weighted objective needs one for each", "give the number of models of every domain");
    double total = 0;
    for (double const size : sizes) {
        if (!(size > 0) || !std::isfinite(size))
            throw InvalidInput(fmt::format("domain size {}", size), "sizes must be positive", "check the sizes");
        total += size;
    }
    for (std::size_t k = 0; k < domains; ++k) {
        shares_[k] = sizes[k] / total;
        // n_k over the mean of n: of size 1 on average, like the plain weights.
        stack_weights_[k] = sizes[k] * domains_ / total;
    }
}

void OrderProblem::find_basis(std::span<Matrix const> unmixing)
{
    Index const d = unmixing.front().cols();
    Matrix columns(d, static_cast<Index>(domains_) * factors_);
    for (int k = 0; k < domains_; ++k)
        columns.middleCols(static_cast<Index>(k) * factors_, factors_) =
            unit_rows(unmixing[static_cast<std::size_t>(k)]).transpose();
    // Rows of unit length of all domains: their span is what every direction h lies in.
    Eigen::ColPivHouseholderQR<Matrix> const qr(columns);
    // Each matrix has full row rank by check_matrix, whatever the tolerance of this decomposition says.
    Index const rank = std::max<Index>(qr.rank(), factors_);
    dimension_ = static_cast<int>(rank);
    // The whole space keeps its own axes: nothing is rounded that need not be.
    basis_ = rank == d ? Matrix(Matrix::Identity(d, d)) : Matrix(qr.householderQ() * Matrix::Identity(d, rank));
}

double OrderProblem::value(double const* sums) const
{
    double result = 0;
    for (int k = 0; k < domains_; ++k) {
        if (objective_ == Objective::mic)
            result = std::max(result, sums[k]);
        else
            // In the order of domains, additions of what is not negative: a partial sum never exceeds that of a
            // completion, also when rounded (docs/search.md, section 2).
            result += shares_[static_cast<std::size_t>(k)] * sums[k];
    }
    return result / factors_;
}

} // namespace exahca
