#pragma once

#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/replicate_data.hpp"

#include <cstdint>

namespace exahca {

/// The bootstrap support of a data set that was itself drawn from a fit.
struct OwnSupport
{
    double share = 0; ///< of the resamples, within same_flag_degrees of the data set's own answer at every level
    std::int64_t resamples = 0; ///< successful ones
};

/// Resamples a data set within each domain and analyses every resample as a replicate: drawn from all its models, then
/// screened by the resample's own medians, as the bootstrap does with the data themselves.
///
/// \param data      before screening
/// \param request   of the data set, with the setting's parametric layout; the key's purpose and content are replaced
/// \param answer    H of the data set's own answer
/// \param estimate  of the setting, for its labels
[[nodiscard]] OwnSupport own_support(AnalysisRequest const& request, ReplicateData const& data, Matrix const& answer,
                                     RecordView const& estimate, std::int64_t resamples);

} // namespace exahca
