#pragma once

#include "exahca/estimate/estimate_pieces.hpp"
#include "exahca/estimate/joint_estimator.hpp"

namespace exahca {

/// The joint estimator with the noise-aware likelihood (docs/noise.md), on scores that may be missing or cut off.
///
/// Several independent searches, each with random starts of its own. A search takes the spans of its factors from
/// factor analysis and, where rows are complete, from the span likelihood; looks inside each for orders, sources and
/// flags with the machinery of the span likelihood on scores of the factors; maximises the noise-aware likelihood from
/// the best optima of each; and returns to the span of the best fit while that helps. What the searches have found goes
/// on together: other flags of the best optimum's span, other densities of the best optima's sources.
///
/// Every optimum has its noise-aware fit in `fit` and `isotropic` alike, in the terms of as_joint_parameters.
/// \param known  what was done elsewhere; all else is done here
/// See estimate_joint for other parameters and errors.
[[nodiscard]] JointEstimate estimate_noise_aware(std::span<Matrix const> scores, std::span<std::string const> names,
                                                 JointOptions const& options, EstimatePieces const& known = {});

} // namespace exahca
