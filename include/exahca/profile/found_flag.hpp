#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/numerics/matrix.hpp"
#include "exahca/results/data_tree.hpp"

#include <string>
#include <vector>

namespace exahca {

/// The flag that a setting of a results file gives, whatever its estimator.
struct FoundFlag
{
    std::string name; ///< of the setting, as the file has it
    Setting setting;
    std::vector<std::string> benchmarks;
    Matrix unmixing;           ///< H of the answer, factors x benchmarks, score units
    std::vector<Index> labels; ///< benchmark that names each factor, in causal order
    double models = 0;         ///< that it was found in, after screening
};

/// Settings of a results file that have an answer, by name, in the file's order.
/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] std::vector<std::string> settings_with_flag(DataGroup const& results);

/// \param setting  one of settings_with_flag
/// \throws InvalidInput  when datasets are missing or of another shape
[[nodiscard]] FoundFlag read_found_flag(DataGroup const& results, std::string const& setting);

} // namespace exahca
