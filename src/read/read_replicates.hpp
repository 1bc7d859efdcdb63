#pragma once

#include "exahca/read/summary.hpp"
#include "exahca/results/data_tree.hpp"

#include <string>
#include <vector>

namespace exahca {

/// How far resamples agree with the answer. \param best  the answer, and how its factors are called
[[nodiscard]] BootstrapSummary read_bootstrap(DataGroup const& aggregate, std::vector<std::string> const& benchmarks,
                                              OrderSummary const& best, std::vector<FactorSummary> const& factors);

/// Placebos, data drawn from the fit, splits without control.
/// \param choices  the group domain_choice, if there is one
void read_other_replicates(SettingSummary& summary, DataGroup const& aggregate, DataGroup const* choices);

/// Placebos that chose among sets, for the settings of lowest MIC. \param results  the whole tree
void read_choice_placebos(std::vector<SettingSummary>& settings, DataGroup const& results);

} // namespace exahca
