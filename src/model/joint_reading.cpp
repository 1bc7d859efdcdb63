#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/joint_fit.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <Eigen/LU>

namespace exahca {

JointReading read_fit(JointParameters const& parameters)
{
    Matrix const& v = parameters.subspace;
    bool const released = parameters.log_psi.size() > 0 && v.rows() < v.cols();
    Vector const psi = released ? Vector(parameters.log_psi.array().exp()) : Vector(Vector::Ones(v.cols()));
    Eigen::FullPivLU<Matrix> const q(v * psi.asDiagonal() * v.transpose());
    if (!q.isInvertible()) throw NumericalFailure("the factors' subspace has lost full rank");
    // V G = 1: y = V (x - mu) recovers the factors, and what is left of x is uncorrelated with y in the metric D.
    Matrix const g = psi.asDiagonal() * v.transpose() * q.inverse();             // G, d x m
    Matrix const pseudo_inverse = (g.transpose() * g).inverse() * g.transpose(); // G^+

    JointReading reading;
    // H = U G^+ with U upper triangular: the same flag, orthonormal rows. Then U = H G, z = U y and B_k = T_k U^-1.
    reading.unmixing = orthonormal_rows_from_last(pseudo_inverse);
    fix_row_signs(reading.unmixing);
    reading.loadings = reading.unmixing.transpose();
    Matrix u = reading.unmixing * g;
    // H G = U G^+ G = U.
    u.triangularView<Eigen::StrictlyLower>().setZero(); // zero but for rounding
    reading.factor_scores = u * v;
    Matrix const u_inverse = u.inverse();
    for (Matrix const& t : parameters.sources) reading.triangles.push_back(t * u_inverse);
    return reading;
}

} // namespace exahca
