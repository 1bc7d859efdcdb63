#pragma once

#include "replicate_data.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Analyses the data as they are by the setting's estimator.
/// \param note  set to warnings worth storing
/// \returns the values of a record of this layout
/// \throws NumericalFailure, InvalidInput  when the data do not allow it
[[nodiscard]] std::vector<double> analyse_estimate(Setting const& setting, RecordLayout const& layout,
                                                   ReplicateData const& data, RandomKey const& key, std::string& note);

/// Analyses a replicate and reads it under the labels of the setting's estimate.
[[nodiscard]] std::vector<double> analyse_replicate(Setting const& setting, RecordLayout const& layout,
                                                    ReplicateData const& data, RandomKey const& key,
                                                    RecordView const& estimate, std::string& note);

} // namespace exahca
