#pragma once

#include "exahca/core/random.hpp"
#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/replicate_kind.hpp"

#include <span>

namespace exahca {

/// Draws a placebo of every base model once and finds the set of lowest MIC in it, as one was chosen in the data.
///
/// Every base model is unmixed as for an estimate, with all its restarts. Of each set only orders at least as good as
/// the best of the sets before it are looked for, so that most searches end almost at once: the lowest MIC is proven,
/// those of the other sets stay unknown. Sets that cannot be analysed are counted, for they might have been lower.
///
/// \param layout   of choice_layout()
/// \param sets     of estimator `published`, with objective `mic`, that differ in their base models alone; at least one
/// \param placebo  whose data are drawn
/// \param key      of this placebo and replicate: the data are those of the placebos of single settings
/// \param unmixed  what was unmixed before; may be null
/// \throws NumericalFailure  where no set can be analysed, StopRequested
[[nodiscard]] AnalysisRecord choose_set(RecordLayout const& layout, std::span<Setting const* const> sets,
                                        Dataset const& dataset, ReplicateKind placebo, RandomKey const& key,
                                        UnmixingCache* unmixed);

} // namespace exahca
