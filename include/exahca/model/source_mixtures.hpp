#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Components of the independent sources of one domain, factors x components each.
struct SourceMixtures
{
    Matrix log_weights; ///< of each source's components; their exponentials sum to 1
    Matrix means, variances;

    [[nodiscard]] Index factors() const { return means.rows(); }
    [[nodiscard]] Index components() const { return means.cols(); }
};

/// \param shapes  (3 C - 1) x factors: logits b_1 .. b_{C-1} (b_C = 0), means, log standard deviations
///                (NoiseParameters::shapes)
[[nodiscard]] SourceMixtures source_mixtures(Matrix const& shapes);

/// Mean and variance of each source.
struct SourceMoments
{
    Vector means, variances;
};
[[nodiscard]] SourceMoments source_moments(SourceMixtures const& mixtures);

} // namespace exahca
