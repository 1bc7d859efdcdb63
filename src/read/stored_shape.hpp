#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Readers take the lengths of dimensions from the setting: whether what is stored of an estimate has them.
/// \throws InvalidInput  that names the dataset. What is missing is found where it is read: older files lack some.
void check_shapes(DataGroup const& estimate, RecordLayout const& layout);

/// Length of a table's last dimension. \throws InvalidInput  when it is no table of rows
[[nodiscard]] std::size_t row_width(Variable const& table);

/// \param index  as stored \throws InvalidInput  when there is no such benchmark
[[nodiscard]] std::string const& benchmark_at(std::vector<std::string> const& benchmarks, std::int64_t index);

/// How a search ended, of a stored search_outcome: "optimum proven", "tuple limit", ...
/// \param of_flags  of a search for flags, not orders
[[nodiscard]] std::string outcome_text(std::int64_t outcome, bool of_flags = false);

/// What the search of a setting minimised: "MIC", "mean" or "weighted mean".
[[nodiscard]] std::string objective_text(Setting const& setting);

} // namespace exahca
