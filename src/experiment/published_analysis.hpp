#pragma once

#include "analysis_request.hpp"
#include "contender.hpp"
#include "exahca/experiment/interim_search.hpp"
#include "exahca/search/order_search.hpp"
#include "replicate_data.hpp"

#include <vector>

namespace exahca {

/// What the estimate's search starts from.
[[nodiscard]] SearchProblem unmix_for_estimate(Setting const& setting, ReplicateData const& data, RandomKey const& key);
/// \param found  at least one order of that problem
[[nodiscard]] InterimSearch published_interim(Setting const& setting, SearchProblem const& given,
                                              SearchResult const& found);

/// The estimator `published`: FastICA in every domain, then the orders of lowest inexactness (method.md, sections 2 to
/// 4). See analysis.hpp for parameters and errors.
/// \param known  what a search shared out over the ranks has found already; null otherwise
[[nodiscard]] AnalysisRecord published_estimate(AnalysisRequest const& request, ReplicateData const& data,
                                                SearchResult const* known);
/// \throws NumericalFailure  also where ICA has not converged or the search has proven nothing
[[nodiscard]] AnalysisRecord published_replicate(AnalysisRequest const& request, ReplicateData const& data,
                                                 RecordView const& estimate);
/// The best orders of any data, with the effort of the estimate.
/// \param request  its layout does not matter
[[nodiscard]] Contenders published_contenders(AnalysisRequest const& request, ReplicateData const& data);

} // namespace exahca
