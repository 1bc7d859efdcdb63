#pragma once

#include "exahca/estimate/noise_search.hpp"

#include <optional>

namespace exahca {

/// The same model at a turned flag: loadings become an orthonormal basis of their columns, by levels, times `turn`, and
/// of every R_k is kept what is triangular there.
/// \param turn  m x m, orthogonal
[[nodiscard]] NoiseParameters turned(NoiseParameters parameters, Matrix const& turn);

/// The same at a turned flag with the domains' own parameters fitted there, G and psi held: the better of two starts in
/// each, `turned` and that of the covariance of the factors. Nothing where a domain has no fit.
/// \param turn  as of `turned`
[[nodiscard]] std::optional<NoiseParameters> domains_at_turn(NoiseData const& data, NoiseParameters const& parameters,
                                                             Matrix const& turn);

/// Looks for optima at other flags of the span of one: all that differ from it at a single level.
///
/// Such flags are a circle for each pair of neighbouring levels: the plane of the two is turned in itself. At seven
/// turns of each, an eighth of the half circle apart, the domains' own parameters are fitted with G and psi held
/// (DomainFit), from the triangle that is left of R_k and from the one of the same covariance, and then everything from
/// there. Turns that the domains put far below the optimum are given up.
///
/// \return optima that fits ended at, in the order of levels and angles; some, or all, can be the one that was given
[[nodiscard]] std::vector<NoiseOptimum> turn_levels(NoiseData const& data, NoiseOptimum const& optimum);

} // namespace exahca
