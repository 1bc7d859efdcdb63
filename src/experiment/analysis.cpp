#include "analysis.hpp"

#include "joint_analysis.hpp"
#include "published_analysis.hpp"

namespace exahca {

AnalysisRecord analyse_estimate(AnalysisRequest const& request, Dataset const& dataset,
                                std::span<std::int64_t const> more_orders, SearchResult const* known,
                                Activity& activity)
{
    auto const& setting = request.setting;
    auto const data = observed_data(setting, dataset);
    auto record =
        setting.estimator == Estimator::published
            ? published_estimate(request, data, known)
            : joint_estimate(request, data, observed_data(without_screening(setting), dataset), more_orders, activity);
    if (auto text = unused_models(setting, dataset); !text.empty()) record.warnings.push_back(std::move(text));
    return record;
}

AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& estimate)
{
    if (request.setting.estimator == Estimator::published) return published_replicate(request, data, estimate);
    return joint_replicate(request, data, estimate);
}

} // namespace exahca
