#pragma once

#include "exahca/estimate/joint_estimator.hpp"

namespace exahca {

/// A replicate's effort with the noise-aware likelihood.
inline JointOptions noise_aware(Index factors, DensityFamily density)
{
    JointOptions options;
    options.factors = factors;
    options.density = density;
    options.noise = NoiseModel::aware;
    options.residuals = ResidualFit::released;
    return options;
}

} // namespace exahca
