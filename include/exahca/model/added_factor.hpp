#pragma once

#include "exahca/model/joint_fit.hpp"

#include <span>

namespace exahca {

/// Where a factor is added to a fit.
enum class AddedFactor {
    first_cause, ///< last level: every other factor may depend on it
    last_effect, ///< first level: nothing depends on it
};

/// A fit with m factors as parameters of the model with m + 1: one direction of the residuals becomes a factor with
/// normal sources that affects nothing and is affected by nothing.
///
/// With v D V' = 0, v D v' = 1 the added source is v (x - mu_k) over its standard deviation. Its log density and what
/// is left of the residuals add up to at least what the residuals had, since a residual scale common to d - m
/// directions is one way of choosing two: the model with m factors is nested in the one with m + 1, and the penalised
/// likelihood here is never below that of `smaller`.
///
/// \param direction  0 .. d - m - 1: principal directions of the pooled residuals in the metric D, the largest first
/// \pre m < d; the density's shapes at 0 are normal, or `density` is extended
/// \throws NumericalFailure  when a domain does not vary in that direction
[[nodiscard]] JointParameters with_added_factor(std::span<CentredDomain const> domains, JointParameters const& smaller,
                                                DensityFamily density, AddedFactor place, Index direction = 0);

/// The model with one factor more, fitted from a fit with m factors; its penalised likelihood is never below that of
/// `smaller` (up to rounding). Both places and shapes fitted to the added source as well as normal ones are tried.
///
/// Settings with different numbers of factors are tasks of their own and do not know each other's fits: this is for
/// finding out whether the larger one's optimiser missed something.
/// \throws NumericalFailure  see with_added_factor and fit_joint
[[nodiscard]] JointFit fit_with_added_factor(std::span<CentredDomain const> domains, JointFit const& smaller,
                                             DensityFamily density);

} // namespace exahca
