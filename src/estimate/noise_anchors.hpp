#pragma once

#include "exahca/estimate/noise_search.hpp"

#include <optional>
#include <span>

namespace exahca {

/// A rotation of the factors of orthonormal loadings after which every anchored benchmark is moved by its first factors
/// alone. From the last factor of the causal order on, each takes what is left of its own direction outside of the rows
/// of the benchmarks that it must not move and of the directions taken before. Of more anchors than fit into their
/// levels the leading directions are kept, and keep_anchors has to do the rest.
///
/// \param basis  d x m, orthonormal columns, by levels: the last column is the first factor's
/// \return m x m, orthogonal: loadings become basis * rotation
[[nodiscard]] Matrix rotation_to_anchors(Matrix const& basis, std::span<Anchor const> anchors);

[[nodiscard]] NoiseData without_anchors(NoiseData data);

/// A start near a model that keeps the anchors of the data: the model itself where it does, else the domains' own
/// parameters fitted at the flag of rotation_to_anchors. Nothing where a domain has no fit there.
[[nodiscard]] std::optional<NoiseParameters> anchored_start(NoiseData const& data, NoiseParameters const& parameters);

/// The answer beside the best fit that keeps no anchors: of one search, and of the answer's parameters gone on with.
/// \param names    of the domains
/// \param options  of the estimate
/// \param answer   of data with anchors
/// \throws NumericalFailure  when neither has a fit
[[nodiscard]] AnchorTest test_anchors(NoiseData const& data, std::span<std::string const> names,
                                      JointOptions const& options, NoiseOptimum const& answer);

} // namespace exahca
