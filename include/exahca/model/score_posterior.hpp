#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/noise_likelihood.hpp"
#include "exahca/numerics/normal_mixture.hpp"

namespace exahca {

/// What the known scores of a row, and the model, say of a score that is missing from it, as it would have been
/// measured: one Gaussian for each of the C^m combinations of components, with mean mu_q + a_q m_c and variance Psi_q +
/// a_q Sig_c a_q' (docs/noise.md).
///
/// Exact where no score of the row is cut off. Where one or two are, the sources given a combination are not normal,
/// and Gaussians with their means and variances stand in for them. The uncertainty of the parameters is not in it, and
/// a score that would lie beyond a bound of its scale stands at it.
///
/// \param k    the domain's number in the parameters
/// \param row  of the domain
/// \pre the benchmark is not among the known scores of the row
[[nodiscard]] NormalMixture missing_score(NoiseParameters const& parameters, std::size_t k,
                                          PatternedScores const& domain, Index row, Index benchmark);

/// Draws all that is not known of a domain's rows from what their known scores, and the model, say of it: the missing
/// scores of one row together, for they share its sources. Approximate where scores of the row are cut off, as
/// missing_score is.
/// \return models x benchmarks: known and cut off scores as they stand, the others drawn
[[nodiscard]] Matrix draw_missing(NoiseParameters const& parameters, std::size_t k, PatternedScores const& domain,
                                  RandomStream& random);

} // namespace exahca
