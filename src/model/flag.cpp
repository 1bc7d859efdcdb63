#include "exahca/model/flag.hpp"

#include "exahca/core/check.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace exahca {
namespace {

/// Largest angle between the spans of the last `count` rows, given all inner products a b'.
///
/// The residual of b's rows gives the squared sine without cancellation; eigenvalues of the small j x j matrices
/// replace singular values because thousands of replicates are compared pair by pair.
double angle_of_last_rows(Matrix const& a, Matrix const& b, Matrix const& products, Index count)
{
    Matrix const cosines = products.bottomRightCorner(count, count);
    Matrix const residual = b.bottomRows(count) - cosines.transpose() * a.bottomRows(count);
    double sine2 = 0, cosine2 = 0;
    if (count == 1) {
        sine2 = residual.squaredNorm();
        cosine2 = cosines(0, 0) * cosines(0, 0);
    } else {
        auto const eigenvalues = [](Matrix const& gram) {
            return Vector(Eigen::SelfAdjointEigenSolver<Matrix>(gram, Eigen::EigenvaluesOnly).eigenvalues());
        };
        sine2 = eigenvalues(residual * residual.transpose())(count - 1);
        cosine2 = eigenvalues(cosines * cosines.transpose())(0);
    }
    return std::atan2(std::sqrt(std::max(sine2, 0.0)), std::sqrt(std::max(cosine2, 0.0))) * 180 / std::numbers::pi;
}

enum class Within { no, yes, unclear };

/// Whether the largest angle between the spans of the last `count` rows is within the limit, as far as bounds tell.
///
/// The squared sines of all angles sum to count - |C|^2 with C the inner products: the largest lies between their mean
/// and their sum. That spares most pairs the eigenvalues; what is nearer to the limit than the margin, far above
/// rounding, is left open.
Within bounds_of_last_rows(Matrix const& products, Index count, double limit_degrees)
{
    constexpr double margin = 1e-9;
    // At 90 degrees and more the sine says nothing.
    if (!(limit_degrees < 90)) return Within::unclear;
    double const limit = std::sin(limit_degrees * std::numbers::pi / 180);
    auto const n = static_cast<double>(count);
    double const sum = n - products.bottomRightCorner(count, count).squaredNorm();
    if (sum / n > limit * limit + margin) return Within::no;
    if (sum < limit * limit - margin) return Within::yes;
    return Within::unclear;
}

} // namespace

Vector flag_angles(Matrix const& a, Matrix const& b)
{
    EXAHCA_EXPECT(a.rows() == b.rows() && a.cols() == b.cols());
    // All inner products once; those of the last j rows are a corner of them.
    Matrix const products = a * b.transpose();
    Vector angles(a.rows());
    for (Index j = 1; j <= a.rows(); ++j) angles(j - 1) = angle_of_last_rows(a, b, products, j);
    return angles;
}

bool flags_agree(Matrix const& a, Matrix const& b, double limit_degrees)
{
    EXAHCA_EXPECT(a.rows() == b.rows() && a.cols() == b.cols());
    Matrix const products = a * b.transpose();
    for (Index j = 1; j <= a.rows(); ++j) {
        auto const answer = bounds_of_last_rows(products, j, limit_degrees);
        if (answer == Within::no) return false;
        // Bounds and angle come to the same answer wherever the bounds decide, so agreement does not depend on which
        // was used.
        if (answer == Within::unclear && !(angle_of_last_rows(a, b, products, j) <= limit_degrees)) return false;
    }
    return true;
}

Vector fix_row_signs(Matrix& rows)
{
    Vector signs = Vector::Ones(rows.rows());
    for (Index i = 0; i < rows.rows(); ++i) {
        Index largest = 0;
        rows.row(i).cwiseAbs().maxCoeff(&largest);
        if (rows(i, largest) < 0) {
            signs(i) = -1;
            rows.row(i) *= -1;
        }
    }
    return signs;
}

} // namespace exahca
