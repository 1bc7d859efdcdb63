#pragma once

#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/estimate/record.hpp"

namespace exahca {

/// Analyses the data without the models of one case, with the random keys of the estimate.
///
/// `published` spends what it spends on the estimate, so that leaving out nothing gives the estimate again; `joint`
/// spends what it spends on a replicate.
/// \param request  with influence_layout and the key of the estimate
/// \returns a record with missing values, and a warning that says why, where the case takes nothing or too much of a
///          domain
/// \throws NumericalFailure  when the remaining data do not allow it
[[nodiscard]] AnalysisRecord analyse_influence(AnalysisRequest const& request, Dataset const& dataset,
                                               InfluenceCase const& chosen, std::int64_t groups,
                                               RecordView const& estimate);

} // namespace exahca
