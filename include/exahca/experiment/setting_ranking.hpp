#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace exahca {

/// What settings are ranked by.
struct RankedSetting
{
    std::size_t position = 0; ///< among the settings of the run
    std::string estimator;
    int factors = 0;
    std::size_t base_models = 0;
    double mic = 0; ///< of the best order; missing ones come last
};

/// Positions of settings whose MICs may be compared, by rising MIC, equal ones by position: of one estimator, one
/// number of factors, one number of base models. The kinds are in the order of these three.
///
/// The MIC is a maximum over base models, so that it rises with their number whatever the data are; and it falls with
/// fewer factors, which leave less to fit.
[[nodiscard]] std::vector<std::vector<std::size_t>> rank_by_kind(std::vector<RankedSetting> settings);

/// The best of each kind, then the second of each, and so on. More settings never move one of them forward: what is not
/// among the first N now will not be later.
[[nodiscard]] std::vector<std::size_t> in_turn(std::vector<std::vector<std::size_t>> const& kinds);

} // namespace exahca
