#pragma once

#include "exahca/model/noise_likelihood.hpp"
#include "exahca/numerics/moments.hpp"

#include <span>

namespace exahca {

/// Half the width of the central 90 % in standard deviations of a normal number, of what is read from a fit that come
/// from the error of its noise (noise_covariance).
struct ReadingError
{
    Vector label_r2;       ///< m, of Alignment::label_r2
    Matrix factor_weights; ///< m x d, of Alignment::factors
};

/// Scores determine the factors by generalised least squares, z = M (L' Psi^-1 L)^-1 L' Psi^-1 (x - mu): with another
/// noise other benchmarks weigh more. Over draws of log psi from its covariance, which are the same for every fit;
/// loadings and labels stay.
///
/// \param parameters  of the fit, in score units
/// \param factor_scores  m x d: factors of centred scores, level 1 first (JointReading)
/// \param pooled  moments that the reading rests on
/// \param scores  of every domain, models x benchmarks, NaN where missing
/// \param labels  of the reading
[[nodiscard]] ReadingError noise_error_of_reading(NoiseParameters const& parameters, Matrix const& factor_scores,
                                                  Moments const& pooled, std::span<Matrix const> scores,
                                                  std::span<Index const> labels);

} // namespace exahca
