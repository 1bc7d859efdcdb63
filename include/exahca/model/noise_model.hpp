#pragma once

namespace exahca {

/// Which likelihood the joint estimator maximises.
enum class NoiseModel {
    span,  ///< sources are exact linear functions of the scores (method.md, section 5): JointLikelihood
    aware, ///< scores carry noise, may be missing or cut off (docs/noise.md): NoiseLikelihood
};

} // namespace exahca
