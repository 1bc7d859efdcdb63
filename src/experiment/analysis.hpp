#pragma once

#include "exahca/core/activity.hpp"
#include "exahca/search/order_search.hpp"
#include "replicate_data.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Analyses the data as they are by the setting's estimator.
/// \param more_orders  ranks of further candidate orders that the joint estimator starts from
/// \param known  result of the published estimator's search where the ranks shared it; null otherwise
/// \param note  set to warnings worth storing
/// \param activity  is told what is going on
/// \returns the values of a record of this layout
/// \throws NumericalFailure, InvalidInput  when the data do not allow it
[[nodiscard]] std::vector<double> analyse_estimate(Setting const& setting, RecordLayout const& layout,
                                                   Dataset const& dataset, RandomKey const& key,
                                                   std::span<std::int64_t const> more_orders, SearchResult const* known,
                                                   std::string& note, Activity& activity);

/// Analyses a replicate and reads it under the labels of the setting's estimate.
[[nodiscard]] std::vector<double> analyse_replicate(Setting const& setting, RecordLayout const& layout,
                                                    ReplicateData const& data, RandomKey const& key,
                                                    RecordView const& estimate);

} // namespace exahca
