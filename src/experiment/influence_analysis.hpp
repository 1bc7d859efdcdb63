#pragma once

#include "exahca/core/random.hpp"
#include "exahca/experiment/dataset.hpp"
#include "exahca/experiment/influence.hpp"
#include "exahca/experiment/record.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Analyses the data without the models of one case, with the random keys of the estimate.
///
/// `published` spends what it spends on the estimate, so that leaving out nothing gives the estimate again; `joint`
/// spends what it spends on a replicate.
/// \param note  why a case was not analysed, if so
/// \returns the values of a record of influence_layout; missing where the case takes nothing, or too much of a domain
/// \throws NumericalFailure  when the remaining data do not allow it
[[nodiscard]] std::vector<double> analyse_influence(Setting const& setting, RecordLayout const& layout,
                                                    Dataset const& dataset, InfluenceCase const& chosen,
                                                    std::int64_t groups, RandomKey const& key,
                                                    RecordView const& estimate, std::string& note);

} // namespace exahca
