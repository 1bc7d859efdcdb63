#include "analysis.hpp"

#include "joint_analysis.hpp"
#include "published_analysis.hpp"

namespace exahca {

AnalysisRecord analyse_estimate(AnalysisRequest const& request, Dataset const& dataset,
                                std::span<std::int64_t const> more_orders, SearchResult const* known,
                                Activity& activity)
{
    auto const data = observed_data(request.setting, dataset);
    if (request.setting.estimator == Estimator::published) return published_estimate(request, data, known);
    auto unscreened = request.setting;
    unscreened.screen = 0;
    return joint_estimate(request, data, observed_data(unscreened, dataset), more_orders, activity);
}

AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& estimate)
{
    if (request.setting.estimator == Estimator::published) return published_replicate(request, data, estimate);
    return joint_replicate(request, data, estimate);
}

} // namespace exahca
