#pragma once

#include "analysis_request.hpp"
#include "exahca/core/activity.hpp"
#include "exahca/search/order_search.hpp"
#include "replicate_data.hpp"

#include <span>

namespace exahca {

/// Analyses the data as they are by the setting's estimator.
/// \param more_orders  ranks of further candidate orders that the joint estimator starts from
/// \param known  result of the published estimator's search where the ranks shared it; null otherwise
/// \param activity  is told what is going on
/// \throws NumericalFailure, InvalidInput  when the data do not allow it
[[nodiscard]] AnalysisRecord analyse_estimate(AnalysisRequest const& request, Dataset const& dataset,
                                              std::span<std::int64_t const> more_orders, SearchResult const* known,
                                              Activity& activity);

/// Analyses a replicate and reads it under the labels of the setting's estimate.
[[nodiscard]] AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data,
                                               RecordView const& estimate);

} // namespace exahca
