#pragma once

#include "exahca/core/activity.hpp"
#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/search/order_search.hpp"

#include <span>

namespace exahca {

/// Analyses the data as they are by the setting's estimator, and adds what is to be said of the scores themselves. See
/// Analyser::estimate for parameters and errors.
[[nodiscard]] AnalysisRecord analyse_estimate(AnalysisRequest const& request, Dataset const& dataset,
                                              std::span<std::int64_t const> more_orders, SearchResult const* known,
                                              Activity& activity);

/// Analyses a replicate and reads it under the labels of the setting's estimate.
[[nodiscard]] AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data,
                                               RecordView const& estimate);

} // namespace exahca
