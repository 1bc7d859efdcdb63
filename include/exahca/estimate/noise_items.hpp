#pragma once

#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/estimate/setting.hpp"

#include <span>
#include <utility>
#include <vector>

namespace exahca {

/// Shares of the items' noise at which an answer is tried: no noise that is known, and all that it can be.
inline constexpr double tried_item_shares[] = {0, 1};

/// The items that a setting uses, with the shares that it gives them; none where it uses none.
[[nodiscard]] BenchmarkItems items_of(Setting const& setting, BenchmarkItems const& items);

/// What the answer would be at each of tried_item_shares: the best optima (options.polished of them) are refitted at
/// that share from where they are. No search is done there, so another optimum may be higher yet.
///
/// \param data    of the options' own shares
/// \param optima  falling penalised likelihood, the answer first; with the number of fits that ended there
[[nodiscard]] std::vector<ItemShare> vary_item_share(NoiseData const& data, std::span<Matrix const> scores,
                                                     std::span<std::pair<NoiseOptimum, int> const> optima,
                                                     JointOptions const& options);

} // namespace exahca
