#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Some numbers y and one number x, whose joint distribution is a mixture: in component c they are normal.
struct MixtureRegression
{
    Vector weights;          ///< of the components, sum 1
    Matrix means;            ///< components x numbers: means of y in each, less those over all components
    Vector known_means;      ///< X_c, means of x
    Vector known_deviations; ///< sqrt S_c, standard deviations of x, positive
    Matrix slopes;           ///< components x numbers: Cov[y, x]/sqrt S_c in each
};

/// Variance of E[y | x] over x, for each y: what knowing x is expected to take from the variance of y. With phi_c the
/// density of x in c,
///
///     E[y | x] = sum_c w_c phi_c(x) (E_c y + Cov_c[y, x] (x - X_c)/S_c) / sum_c w_c phi_c(x)
///
/// Its variance has no closed form: it is integrated by Gauss-Legendre rules of ten points between breaks at multiples
/// of every component's deviation around its mean, to about 1e-7 of it.
[[nodiscard]] Vector explained_variances(MixtureRegression const& mixture);

} // namespace exahca
