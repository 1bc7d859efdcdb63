#pragma once

#include "exahca/estimate/analysis.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <string>
#include <vector>

namespace exahca {

/// The cases of the sensitivity to missing scores: drawn as the model predicts them, and lower or higher than that.
inline constexpr std::int64_t missing_shift_cases = 2;

/// The scores with those that are missing drawn from what the model says of them given the known ones of their model,
/// plus a shift, and cut off at the bounds. What a base model lacks altogether stays missing.
///
/// \param parameters  in the units of the scores
/// \param shift       in these units: 0 for scores that are missing at random
/// \param key         seed, and purpose of the random numbers; each base model has its own
[[nodiscard]] ReplicateData fill_missing(ReplicateData const& data, NoiseParameters const& parameters,
                                         std::span<std::string const> names, double shift, RandomKey const& key);

/// How far the answer would be from this one if missing scores were other than predicted (docs/noise.md): angles of
/// each case, factors x cases, of estimates with the effort of a replicate. The case without shift shows what drawing
/// alone does. Empty where no score is missing.
/// \throws NumericalFailure  when an estimate fails
[[nodiscard]] std::vector<Vector> missing_shift_angles(AnalysisRequest const& request, ReplicateData const& data,
                                                       JointOptions const& options, JointEstimate const& estimate);

} // namespace exahca
