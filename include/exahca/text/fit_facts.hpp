#pragma once

#include "exahca/profile/stored_model.hpp"
#include "exahca/read/capability.hpp"
#include "exahca/read/summary.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace exahca {

/// What reports about single models say of the fit that they ask.
struct FitFacts
{
    std::string setting;
    std::vector<std::string> at_bound; ///< benchmarks that name a factor and whose noise is at its lower bound
    std::size_t resamples = 0;         ///< whose spread is in the intervals; 0: the fit counts as known
    bool decided = false;              ///< whether the likelihood decides between this answer and others
    std::vector<std::string> benchmarks, domains;
    std::vector<FactorSummary> factors; ///< names, in causal order
};

[[nodiscard]] FitFacts fit_facts(StoredModel const& model, CapabilityNames const& capabilities);

} // namespace exahca
