#include "exahca/numerics/principal_angles.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/singular_values.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace exahca {
namespace {

constexpr double degrees = 180 / std::numbers::pi;

} // namespace

Matrix orthonormal_rows_from_last(Matrix const& rows)
{
    // Row i loses what the rows after it hold, so the span of the last rows is what it was, however many they are.
    Matrix q = rows;
    for (Index i = rows.rows() - 1; i >= 0; --i) {
        for (int pass = 0; pass < 2; ++pass) // the second pass removes what rounding left
            for (Index j = i + 1; j < rows.rows(); ++j) q.row(i) -= q.row(i).dot(q.row(j)) * q.row(j);
        q.row(i).normalize();
    }
    return q;
}

double largest_principal_angle(Matrix const& a, Matrix const& b)
{
    EXAHCA_EXPECT(a.rows() == b.rows() && a.cols() == b.cols() && a.rows() >= 1);
    Matrix const p = orthonormal_rows_from_last(a);
    Matrix const q = orthonormal_rows_from_last(b);
    // q - cosines p is what of q lies outside of the span of p; its singular values are the sines.
    Matrix const cosines = q * p.transpose();
    double const sine = singular_values(q - cosines * p)(0);
    double const cosine = singular_values(cosines)(cosines.rows() - 1);
    return degrees * std::atan2(sine, cosine);
}

Vector principal_angles(Matrix const& a, Matrix const& b)
{
    EXAHCA_EXPECT(a.rows() == b.rows() && a.cols() == b.cols() && a.rows() >= 1);
    Matrix const p = orthonormal_rows_from_last(a);
    Matrix const q = orthonormal_rows_from_last(b);
    Matrix const cosine_matrix = q * p.transpose();
    Vector const cosines = singular_values(cosine_matrix);
    // Cosines come falling, sines too: reversed, both belong to rising angles. acos alone would lose small angles,
    // asin those near 90 degrees.
    Vector const sines = singular_values(q - cosine_matrix * p).reverse();
    Vector angles(a.rows());
    for (Index i = 0; i < angles.size(); ++i) angles(i) = degrees * std::atan2(sines(i), cosines(i));
    return angles;
}

} // namespace exahca
