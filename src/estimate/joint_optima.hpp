#pragma once

#include "exahca/estimate/joint_estimator.hpp"

#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// Leader clustering of fitted orders, which fall in penalised likelihood: each joins the first optimum of at least its
/// likelihood whose flag it shares, or founds one. Sets the orders' `optimum`.
[[nodiscard]] std::vector<JointOptimum> group_by_flag(std::vector<FittedOrder>& orders, double degrees);

/// Restarts the best optima from their own components and each other's sources, until the leading two gain nothing
/// more. What they gained in the last pass is left in their restart_gain.
void restart_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options);

/// Tries the flags of all other optima and random flags of the best optimum's span against it, and moves on to whatever
/// beats it by more than 1 nat, until nothing does. Sets `remaining_miss`.
void challenge_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options);

/// What the last restart found at the two optima that the order hangs on.
[[nodiscard]] double leading_gain(JointEstimate const& estimate);

/// A joint fit from there, isotropic or with its residuals released; nothing where the likelihood is not finite at the
/// start. A fit that goes wrong on the way to something better is not worth losing what there is.
[[nodiscard]] std::optional<JointFit> try_fit(JointContext const& context, JointParameters const& start,
                                              ResidualFit residuals);

/// Tells the activity of the options, where there is one. Shares of the time are those of the thorough analysis,
/// roughly.
void tell(JointOptions const& options, std::string what, double share);

} // namespace exahca
