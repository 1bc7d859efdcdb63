#pragma once

#include "exahca/experiment/experiment.hpp"

#include <cstdint>
#include <vector>

namespace exahca {

/// Ranks of the candidate orders that the estimate of a setting starts from besides those of its searches: as many as
/// it has starts, by falling penalised likelihood of their joint fits, which is what the estimate maximises, ties by
/// rank. Ranges that are missing or failed do not count. Empty without a landscape.
[[nodiscard]] std::vector<std::int64_t> best_of_landscape(Experiment const& experiment, RecordStore const& records,
                                                          SettingId setting);

} // namespace exahca
