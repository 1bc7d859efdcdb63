#pragma once

#include "exahca/numerics/matrix.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstddef>
#include <string>

namespace exahca {

/// A variable's values as rows of its last dimension, from row `first` on. \throws InvalidInput  when it has fewer
[[nodiscard]] Rows rows_of(DataGroup const& group, std::string const& name, std::size_t first, std::size_t count);

/// Whether so many resamples agree with the answer that their percentiles are an interval (fewest_for_interval).
/// \param aggregate  of a setting's replicates
[[nodiscard]] bool has_enough_for_intervals(DataGroup const& aggregate);

/// \pre all are of one length, and there is one
[[nodiscard]] Matrix as_matrix(Rows const& rows);

/// H, level 1 first, of a summary's rows, which begin with the first factor.
[[nodiscard]] Matrix as_flag(Rows rows);

} // namespace exahca
