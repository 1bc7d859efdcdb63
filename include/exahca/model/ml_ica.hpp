#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/joint_fit.hpp"
#include "exahca/numerics/fast_ica.hpp"

namespace exahca {

/// Independent components of one domain inside the shared subspace, by maximum likelihood.
struct MlIca
{
    Matrix unmixing;                     ///< T, factors x factors, full: s = T P (x - mu_k)
    Matrix shapes;                       ///< shape_count x factors
    std::vector<DensityFamily> families; ///< per source
    Vector standard_deviations;          ///< of the sources
    double log_likelihood = 0;           ///< in the coordinates P x, unpenalised
    MinimizerOutcome outcome = MinimizerOutcome::not_finite;
    IcaOutcome fast_ica_outcome = IcaOutcome::not_converged; ///< of the start
    /// Sources that look Gaussian: with more than one of them the likelihood does not tell rotations of those apart. A
    /// source does when BIC prefers a normal density to its own, and to sech and bimodal at their best scales as well
    /// (the choice between those two counts as one parameter; with the density `extended` they alone decide).
    Index gaussian_sources = 0;
};

/// \param projected  the domain in coordinates P x, models x factors
/// \param key        for FastICA's random start
///
/// FastICA on the domain's whitened coordinates, with its check against parallel rows, then L-BFGS over T and the
/// shapes from EM starts (method.md, section 5). \throws NumericalFailure  when FastICA fails or the
/// likelihood is not finite
[[nodiscard]] MlIca unmix_by_likelihood(CentredDomain const& projected, DensityFamily density,
                                        FastIcaOptions const& fast_ica_options, RandomKey const& key);

/// The domain in other coordinates: rows, mean and covariance of transform x.
[[nodiscard]] CentredDomain transformed(CentredDomain const& domain, Matrix const& transform);

} // namespace exahca
