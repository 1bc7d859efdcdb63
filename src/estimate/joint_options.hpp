#pragma once

#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/joint_analysis.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <cstdint>
#include <span>

namespace exahca {

/// What a request says to the estimator about its data, with the effort of a replicate.
[[nodiscard]] JointOptions joint_options(AnalysisRequest const& request, ReplicateData const& data);

/// The same with the effort of an estimate.
/// \param more_orders  ranks of further candidate orders to start from
[[nodiscard]] JointOptions estimate_options(AnalysisRequest const& request, ReplicateData const& data,
                                            std::span<std::int64_t const> more_orders);

} // namespace exahca
