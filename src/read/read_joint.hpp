#pragma once

#include "exahca/read/summary.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace exahca {

/// What an estimate of the estimator `joint` says of its likelihood, its optima and the noise.
/// \throws InvalidInput  when a dataset is missing or too small
[[nodiscard]] JointSummary read_joint(DataGroup const& estimate, std::vector<std::string> const& benchmarks,
                                      std::size_t levels);

} // namespace exahca
