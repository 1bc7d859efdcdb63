#include "nested_bootstrap.hpp"

#include "analysis.hpp"
#include "exahca/core/error.hpp"
#include "exahca/experiment/support.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/screening.hpp"

#include <cmath>

namespace exahca {
namespace {

ReplicateData resampled(Setting const& setting, ReplicateData const& data, RandomKey key)
{
    ReplicateData drawn;
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        key.name = setting.domains[k];
        RandomStream stream(key);
        std::vector<std::int64_t> rows(static_cast<std::size_t>(data.scores[k].rows()));
        stream.sample_with_replacement(rows.size(), rows);
        drawn.scores.push_back(gather_rows(data.scores[k], rows));
    }
    return drawn;
}

} // namespace

OwnSupport own_support(AnalysisRequest const& request, ReplicateData const& data, Matrix const& answer,
                       RecordView const& estimate, std::int64_t resamples)
{
    AnalysisRequest own = request;
    own.key.purpose = "parametric-resample";
    OwnSupport support;
    std::int64_t agreeing = 0;
    for (std::int64_t r = 0; r < resamples; ++r) {
        own.key.content = static_cast<std::uint64_t>(r);
        try {
            auto const values = analyse_replicate(own, resampled(own.setting, data, own.key), estimate).values;
            agreeing += flags_agree(answer, RecordView(own.layout, values).matrix("unmixing"), same_flag_degrees);
            ++support.resamples;
        } catch (NumericalFailure const&) { // counted by its absence
        }
    }
    support.share =
        support.resamples == 0 ? std::nan("") : static_cast<double>(agreeing) / static_cast<double>(support.resamples);
    return support;
}

} // namespace exahca
