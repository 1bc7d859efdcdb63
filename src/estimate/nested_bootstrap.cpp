#include "exahca/estimate/nested_bootstrap.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysis.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"

#include <cmath>

namespace exahca {

OwnSupport own_support(AnalysisRequest const& request, ReplicateData const& data, Matrix const& answer,
                       RecordView const& estimate, std::int64_t resamples)
{
    AnalysisRequest own = request;
    // Keys of the resamples: the replicate's number as it is, the resample's as content. So each data set has its own.
    own.key.purpose = "parametric-resample";
    OwnSupport support;
    std::int64_t agreeing = 0;
    for (std::int64_t r = 0; r < resamples; ++r) {
        own.key.content = static_cast<std::uint64_t>(r);
        try {
            auto const resample = screened(own.setting, resampled(own.setting, data, own.key));
            auto const values = analyse_replicate(own, resample, estimate).values;
            agreeing += flags_agree(answer, RecordView(own.layout, values).matrix("unmixing"), same_flag_degrees);
            ++support.resamples;
        } catch (NumericalFailure const&) { // counted by its absence, like a failed resample of the data themselves
        } catch (InvalidInput const&) {
        }
    }
    support.share =
        support.resamples == 0 ? std::nan("") : static_cast<double>(agreeing) / static_cast<double>(support.resamples);
    return support;
}

} // namespace exahca
