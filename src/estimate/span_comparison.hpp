#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"

#include <optional>
#include <span>
#include <string>

namespace exahca {

/// The answer's likelihood beside the span likelihood, on rows that both can use; no models where there are too few.
/// \param options   of the estimate
/// \param all_rows  the searches' best fit of the span likelihood, which serves where all rows are exact
/// \param known     exact_scores_fit, where it was done elsewhere; empty: it is done here, if it is needed
/// \throws NumericalFailure  when the rows do not allow it
[[nodiscard]] SpanComparison compare_with_span(NoiseData const& data, std::span<std::string const> names,
                                               JointOptions const& options, JointOptimum const& answer,
                                               std::optional<JointFit> const& all_rows, Bytes const& known);

/// The fit of the span likelihood to exact rows that the comparison takes, which does not depend on the answer: a
/// message, empty where there is no comparison or the searches' fit serves.
/// \throws NumericalFailure  the same
[[nodiscard]] Bytes exact_scores_fit(NoiseData const& data, std::span<std::string const> names,
                                     JointOptions const& options);

} // namespace exahca
