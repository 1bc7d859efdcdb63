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

/// How many other flags of the span of an optimum are looked at: all that differ from it at a single level are a circle
/// for each pair of neighbouring levels, on which the plane of the two is turned in itself. Seven turns of each, an
/// eighth of the half circle apart.
[[nodiscard]] int turn_count(Index factors);

/// The optimum at one of them: the domains' own parameters are fitted with G and psi held (DomainFit), from the
/// triangle that is left of R_k and from the one of the same covariance, and then everything from there. Nothing where
/// a turn is given up, since the domains put it far below the optimum, or where a fit fails.
///
/// \param turn  0 .. turn_count(m) - 1, in the order of levels and angles
/// \return where the fit has ended, which can be the optimum that was given
[[nodiscard]] std::optional<NoiseOptimum> fit_turned(NoiseData const& data, NoiseOptimum const& optimum, int turn);

} // namespace exahca
