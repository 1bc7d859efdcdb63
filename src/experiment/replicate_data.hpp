#pragma once

#include "exahca/core/random.hpp"
#include "exahca/experiment/dataset.hpp"
#include "exahca/experiment/experiment.hpp"

#include <vector>

namespace exahca {

/// The scores that one task analyses, screened.
struct ReplicateData
{
    std::vector<Matrix> scores; ///< one per domain of the setting, models x benchmarks
};

/// The data as they are.
[[nodiscard]] ReplicateData observed_data(Setting const& setting, Dataset const& dataset);

/// The data of one replicate: drawn with the key's seed, purpose and replicate and each domain's name, then screened by
/// the replicate's own medians (method.md, sections 5 and 8).
/// \throws NumericalFailure  when screening leaves nothing of a domain
[[nodiscard]] ReplicateData replicate_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind,
                                           RandomKey const& key, RecordView const& estimate);

} // namespace exahca
