#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Whether screening has left out any model.
[[nodiscard]] bool has_screened(ReplicateData const& data, ReplicateData const& unscreened);

/// What all models say, with those that screening leaves out.
struct UnscreenedAnswer
{
    Matrix unmixing; ///< H
    std::vector<std::string> warnings;
};

/// What a search of all models finds, with the effort of a replicate.
struct QuickSearch
{
    Matrix unmixing; ///< H
    ResidualFit residuals = ResidualFit::fixed;
    double penalised = 0; ///< log likelihood
    std::vector<std::string> warnings;
};

/// \param scores   models x benchmarks of every domain, before screening
/// \param names    of the domains
/// \param options  of a replicate
/// \throws NumericalFailure  when the data do not allow it
[[nodiscard]] QuickSearch search_all_models(std::span<Matrix const> scores, std::span<std::string const> names,
                                            JointOptions const& options);

[[nodiscard]] Bytes write_quick_search(QuickSearch const& search);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] QuickSearch read_quick_search(std::span<std::byte const> message);

/// The likelier of two: what a search with the effort of a replicate finds, and the fit that starts from the answer of
/// the screened models. Without the second, an answer that the search misses would count as one that screening makes.
///
/// \param scores    models x benchmarks of every domain, before screening
/// \param options   of a replicate
/// \param searched  search_all_models of these
/// \param answer    of the screened models
[[nodiscard]] UnscreenedAnswer answer_without_screening(std::span<Matrix const> scores, JointOptions const& options,
                                                        QuickSearch const& searched, JointOptimum const& answer);

} // namespace exahca
