#pragma once

#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "exahca/search/order_search.hpp"

#include <vector>

namespace exahca {

/// How the setting's base models are unmixed. \param restarts  random starts of FastICA
[[nodiscard]] UnmixingOptions published_unmixing_options(Setting const& setting, int restarts);

/// What the estimate's search starts from.
[[nodiscard]] SearchProblem unmix_for_estimate(Setting const& setting, ReplicateData const& data, RandomKey const& key);
/// \param found  at least one order of that problem
[[nodiscard]] InterimSearch published_interim(Setting const& setting, SearchProblem const& given,
                                              SearchResult const& found);

} // namespace exahca
