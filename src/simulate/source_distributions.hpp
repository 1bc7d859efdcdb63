#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/score_matrix.hpp"

#include <vector>

namespace exahca {

/// Standardised independent components of real domains, to resample sources from. Empty: use built-in distributions.
using SourcePool = std::vector<Vector>;

/// Components of a real leaderboard. \throws UsageError  when it has no domain to take them from
[[nodiscard]] SourcePool components_of(ScoreMatrix const& real);

/// One source of unit variance for n models: a distribution drawn at random, then n values of it (method.md, section
/// 10).
[[nodiscard]] Vector draw_source(SourcePool const& pool, Index n, RandomStream& stream);

} // namespace exahca
