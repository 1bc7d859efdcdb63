#pragma once

#include "exahca/core/random.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/model/noise_likelihood.hpp"

#include <span>

namespace exahca {

/// The whole noise-aware model of an estimate's best fit, in score points: what scores can be drawn from, and predicted
/// by. In domain k x = fitted_mean + fitted_loading e + eps, the sources e mixtures of Gaussians (docs/noise.md).
void add_fitted_model(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks);

/// \param parameters  in score points
/// \param scores      that were fitted, one matrix per domain
void put_fitted_model(RecordBuilder& record, NoiseParameters const& parameters, std::span<Matrix const> scores);

/// Models of domain k drawn from that: sources from their mixtures, noise from its normal distribution.
///
/// Draws do not know of bounds and gaps, but a benchmark without a mean is missing in them.
///
/// \param estimate  of a layout with add_fitted_model
/// \param models    how many
/// \param stream    as many numbers are taken from it as the models need: for each, sources first, then noise
[[nodiscard]] Matrix draw_from_fitted_model(RecordView const& estimate, std::size_t k, Index models,
                                            RandomStream& stream);

} // namespace exahca
