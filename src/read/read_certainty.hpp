#pragma once

#include "exahca/read/summary.hpp"
#include "exahca/results/data_tree.hpp"

#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// \param aggregate  of the setting
/// \returns nothing where influence was not asked for, or nothing is computed yet
[[nodiscard]] std::optional<InfluenceSummary> read_influence(DataGroup const& results, DataGroup const& aggregate,
                                                             SettingSummary const& setting,
                                                             std::vector<std::string> const& benchmarks);

/// \param parametric  aggregate of the parametric replicates
[[nodiscard]] std::vector<CalibrationBin> read_calibration(DataGroup const& parametric);

/// \returns nothing where fewer than two settings have an answer
[[nodiscard]] std::optional<AcrossSummary> read_across(DataGroup const& results);

} // namespace exahca
