#pragma once

#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace exahca {

/// What a setting says to the estimator, with the effort of a replicate; bounds and items are left to the caller.
[[nodiscard]] JointOptions joint_options(Setting const& setting, RandomKey const& key);

/// What the fits of a landscape start from; the same for all its ranges.
struct Landscape
{
    JointContext context;             ///< whose components the candidate orders are about
    std::optional<NoiseOrders> noise; ///< where the likelihood is noise-aware
};
/// \param benchmarks  names of all
[[nodiscard]] Landscape make_landscape(Setting const& setting, ReplicateData const& data,
                                       std::span<std::string const> benchmarks, RandomKey const& key);

/// The joint fits of the candidate orders of one range.
[[nodiscard]] std::vector<double> joint_landscape(Setting const& setting, RecordLayout const& layout,
                                                  Landscape const& landscape, std::int64_t range);

} // namespace exahca
