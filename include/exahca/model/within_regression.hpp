#pragma once

#include "exahca/numerics/matrix.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Least squares within groups, with standard errors that hold whatever the variances of the rows are.
struct WithinRegression
{
    Vector estimates;   ///< one per regressor; NaN where the groups do not tell it from those before it
    Matrix covariance;  ///< of the estimates; NaN likewise
    double degrees = 0; ///< of freedom: rows less groups less estimates, at least 1
    Index rows = 0;     ///< that were used
    Index varying = 0;  ///< groups in which some regressor varies
};

/// y_i = a_{g(i)} + x_i' b + e_i by weighted least squares on deviations from weighted group means, which is the
/// regression with an intercept for every group. With rows times the square roots of their weights, covariance HC3:
/// (X'X)^-1 X' diag(e_i^2 / (1 - h_i)^2) X (X'X)^-1, h_i the leverage with the intercepts counted (J. G. MacKinnon and
/// H. White, Journal of Econometrics 29 (1985), 305); a row that decides its own fit (h_i = 1) says nothing of its
/// error and is left out of the sum.
///
/// \param y        outcome; rows where it is NaN are left out
/// \param x        rows x regressors, the earlier columns first: one that is a combination of those before it and of
///                 intercepts has no estimate. Rows with a NaN are left out
/// \param groups   of the rows, from 0
/// \param weights  of the rows, at least 0; rows with 0 or NaN are left out. Empty: all alike
[[nodiscard]] WithinRegression regress_within(Vector const& y, Matrix const& x, std::span<Index const> groups,
                                              Vector const& weights = {});

/// For each p-value the least false discovery rate at which it is told (Y. Benjamini and Y. Hochberg, J. R. Stat. Soc.
/// B 57 (1995), 289): the least over those as large or larger of p_(i) n / i. NaN stays and does not count.
[[nodiscard]] std::vector<double> false_discovery_rates(std::span<double const> p_values);

} // namespace exahca
