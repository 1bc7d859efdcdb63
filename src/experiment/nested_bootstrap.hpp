#pragma once

#include "exahca/core/random.hpp"
#include "exahca/experiment/record.hpp"
#include "exahca/experiment/setting.hpp"
#include "replicate_data.hpp"

#include <cstdint>

namespace exahca {

/// The bootstrap support of a data set that was itself drawn from a fit.
struct OwnSupport
{
    double share = 0;           ///< of the resamples, within 15 degrees of the data set's own answer at every level
    std::int64_t resamples = 0; ///< successful ones
};

/// Resamples a data set within each domain and analyses every resample as a replicate: drawn from all its models, then
/// screened by the resample's own medians, as the bootstrap does with the data themselves.
///
/// \param data      before screening
/// \param layout    of the setting's parametric records
/// \param key       of the data set; its purpose and content are replaced
/// \param answer    H of the data set's own answer
/// \param estimate  of the setting, for its labels
[[nodiscard]] OwnSupport own_support(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                     RandomKey key, Matrix const& answer, RecordView const& estimate,
                                     std::int64_t resamples);

} // namespace exahca
