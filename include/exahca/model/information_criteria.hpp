#pragma once

#include "exahca/model/joint_fit.hpp"

namespace exahca {

/// What a fitted model's size depends on.
struct ModelSize
{
    Index factors = 0;    ///< m
    Index benchmarks = 0; ///< d
    Index domains = 0;    ///< K
    Index models = 0;     ///< N, all rows of all domains
    DensityFamily density = DensityFamily::mog3;
    SourcePattern pattern = SourcePattern::triangular;
    ResidualFit residuals = ResidualFit::fixed;
    Index absent = 0;       ///< benchmarks that a domain lacks, over all domains: they have no mean there
    Index restrictions = 0; ///< loadings that anchors set to 0 (restrictions_of)
};

/// Number of free parameters (method.md, section 5): subspace and source matrices, shapes, means, residual scales,
/// metric.
///
/// The location of a density and the domain's mean are one parameter, and V and the T_k share a triangular (full:
/// square) change of basis.
[[nodiscard]] Index parameter_count(ModelSize const& size);

/// 2 parameters - 2 l. \param log_likelihood  unpenalised
[[nodiscard]] double aic(double log_likelihood, ModelSize const& size);
/// parameters log N - 2 l. \param log_likelihood  unpenalised
[[nodiscard]] double bic(double log_likelihood, ModelSize const& size);

} // namespace exahca
