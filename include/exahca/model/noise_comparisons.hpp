#pragma once

#include "exahca/model/hierarchy_tests.hpp"
#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_fit.hpp"

namespace exahca {

/// The comparisons of hierarchy_tests.hpp by the noise-aware likelihood.
struct NoiseComparisons
{
    ModelComparison hierarchy; ///< upper triangular R_k against full ones
    /// One G and psi for all domains against a G and psi for each, both with full R_k: sharing is judged apart from
    /// hierarchy. (m d - m^2 + d - 1)(K - 1) degrees of freedom, m + 1 fewer for each benchmark that a
    /// domain lacks.
    ModelComparison invariance;
};

/// Every general model starts at the restricted optimum, of which it never falls short.
/// \param answer  parameters of the triangular optimum, in standardised units
/// \param log_likelihood  of the answer, in the same units
/// \throws NumericalFailure  see fit_noise
[[nodiscard]] NoiseComparisons compare_noise_models(NoiseData const& data, NoiseParameters const& answer,
                                                    double log_likelihood);

} // namespace exahca
