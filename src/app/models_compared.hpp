#pragma once

#include "exahca/text/comparisons.hpp"
#include "exahca/text/ranks.hpp"
#include "stored_input.hpp"

namespace exahca {

/// The number of a quantity by its name, "z1", a benchmark's or "all" (quantity_names).
/// \param option  for messages. \throws UsageError  when there is none
[[nodiscard]] std::size_t quantity_of(FitFacts const& fit, std::string const& option, std::string const& name);

/// Options --against, --base, --fdr and --rank of `models`.
void add_comparison_options(Command::Options& options);
/// \throws UsageError  when they are out of range or exclude each other
void check_comparison_options(Command::Values const& values);

/// \pre --against is given
/// \throws InvalidInput  when there is no such model, or no base model is found
[[nodiscard]] ComparisonReport compare_models(StoredInput const& input, Command::Values const& values,
                                              CapabilityNames const& capabilities);
/// \pre --rank is given
/// \throws UsageError  when it names no quantity
[[nodiscard]] RankReport rank_models(StoredInput const& input, Command::Values const& values,
                                     CapabilityNames const& capabilities);

} // namespace exahca
