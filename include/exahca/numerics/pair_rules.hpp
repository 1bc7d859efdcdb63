#pragma once

#include <cstddef>

namespace exahca {

/// A Gauss-Legendre rule on [-1, 1].
struct GaussRule
{
    std::size_t count;
    double const *abscissae, *weights;
};

/// How many rules there are for bivariate probabilities in lanes (lane_bivariate.inl), and the nodes of the finest.
inline constexpr std::size_t pair_rule_count = 5, most_pair_nodes = 30;

/// pair_rule_count rules of 10, 15, 20, 25 and 30 nodes.
[[nodiscard]] GaussRule const* pair_rules();

} // namespace exahca
