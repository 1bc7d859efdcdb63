#pragma once

#include "exahca/core/random.hpp"
#include "exahca/estimate/estimate_pieces.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/model/unmixing_cache.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What an analysis is to do, besides its data. All that it refers to outlives it.
struct AnalysisRequest
{
    Setting const& setting;
    RecordLayout const& layout;              ///< of the record to fill
    std::span<std::string const> benchmarks; ///< names, for warnings
    RandomKey key;                           ///< of the task; estimators replace the domain's name
    UnmixingCache* unmixed = nullptr;        ///< of what several settings unmix alike; null: all is computed
    EstimatePieces pieces = {};              ///< of the estimate, that were done elsewhere
};

/// What an analysis stores.
struct AnalysisRecord
{
    std::vector<double> values;        ///< of the request's layout
    std::vector<std::string> warnings; ///< what its pipeline says, the most serious first
};

} // namespace exahca
