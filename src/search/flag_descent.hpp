#pragma once

#include "exahca/core/stop_flag.hpp"
#include "search/flag_values.hpp"

namespace exahca {

/// A flag and its value.
struct FlagPoint
{
    Matrix frame;
    double value = 0;
};

/// How far a descent goes: smoothing of the maximum at its end. The value is then within this times log K, and what
/// Newton's method leaves, of a local minimum.
inline constexpr double rough_descent = 1e-4;
inline constexpr double full_descent = 2e-11;

/// Walks down to a local minimum of the objective; never ends above its start.
///
/// The maximum over domains is smoothed, mu log sum exp(IC_k / mu), with mu falling from 0.02 in steps of four, and
/// each smooth function is minimised by Newton's method over rotations of the frame, second derivatives from
/// differences of gradients, with backtracking. A mean is smooth as it is. Every domain has its best permutation at
/// each step. \param stop  ends it early, with the best flag so far; may be null
[[nodiscard]] FlagPoint descend_flag(FlagValues const& values, Matrix const& frame, double smoothing,
                                     StopFlag const* stop);

} // namespace exahca
