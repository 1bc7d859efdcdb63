#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"

#include <cstdint>

namespace exahca {

/// What the estimate of a setting stores: a table of the best orders and the whole reading of the best one.
[[nodiscard]] RecordLayout estimate_layout(Setting const& setting, std::int64_t benchmarks);

/// What is kept of an estimate that is one of thousands: what was found, of the best order alone, without what it was
/// found from. Fields bear the names of the whole estimate's, those of the order list without their first dimension.
[[nodiscard]] RecordLayout brief_layout(RecordLayout const& estimate);

/// What every replicate of a setting stores: the best order's value and flag, and its reading under the estimate's
/// labels.
[[nodiscard]] RecordLayout replicate_layout(Setting const& setting, std::int64_t benchmarks);

/// The same for a data set drawn from the fit, with its own bootstrap support where that was asked for.
[[nodiscard]] RecordLayout parametric_layout(Setting const& setting, std::int64_t benchmarks);

/// What an analysis without some models stores.
[[nodiscard]] RecordLayout influence_layout(Setting const& setting, std::int64_t benchmarks);

/// What one choice among sets of base models stores.
[[nodiscard]] RecordLayout choice_layout(Setting const& setting);

/// What one landscape task stores: orders_per_range candidate orders, the last range padded with missing values.
[[nodiscard]] RecordLayout landscape_layout(Setting const& setting, std::int64_t benchmarks);

/// Optima of the joint likelihood that an estimate stores at most.
inline constexpr std::int64_t most_optima = 12;

} // namespace exahca
