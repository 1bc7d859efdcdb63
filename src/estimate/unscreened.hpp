#pragma once

#include "exahca/estimate/joint_estimator.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What all models say, with those that screening leaves out.
struct UnscreenedAnswer
{
    Matrix unmixing; ///< H
    std::vector<std::string> warnings;
};

/// The likelier of two: what a search with the effort of a replicate finds, and the fit that starts from the answer of
/// the screened models. Without the second, an answer that the search misses would count as one that screening makes.
///
/// \param scores   models x benchmarks of every domain, before screening
/// \param names    of the domains
/// \param options  of a replicate
/// \param answer   of the screened models
/// \throws NumericalFailure  when the search fails
[[nodiscard]] UnscreenedAnswer answer_without_screening(std::span<Matrix const> scores,
                                                        std::span<std::string const> names, JointOptions const& options,
                                                        JointOptimum const& answer);

} // namespace exahca
