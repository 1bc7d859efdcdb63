#pragma once

#include "exahca/read/summary.hpp"
#include "exahca/results/answers_table.hpp"

#include <cstddef>

namespace exahca {

/// Reads what the file has of a setting without details into `summary`, and says in its `failure` that this is all, or
/// why there is no answer; leaves that empty where nothing was computed yet.
void read_brief(SettingSummary& summary, AnswersTable const& table, std::size_t position, Experiment const& experiment,
                CapabilityNames const& capabilities);

} // namespace exahca
