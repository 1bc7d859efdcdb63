#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Chance that n draws with replacement from n things meet at most so many different ones.
///
/// The number of different things met so far is a Markov chain: with j met, a draw meets another with probability
/// (n - j)/n (occupancy of cells; Feller, An Introduction to Probability Theory, volume 1, II.5).
///
/// \param n     1 or more
/// \param most  0 or more; 1 is returned from n on
[[nodiscard]] double chance_of_few_distinct(Index n, Index most);

} // namespace exahca
