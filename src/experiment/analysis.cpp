#include "analysis.hpp"

#include "exahca/experiment/data_check.hpp"
#include "joint_analysis.hpp"
#include "published_analysis.hpp"

namespace exahca {
namespace {

/// What was said of the columns before the run, for those who read the results.
void add_column_warnings(AnalysisRequest const& request, ReplicateData const& data, std::vector<std::string>& warnings)
{
    std::vector<Domain> domains;
    for (std::size_t k = 0; k < data.scores.size(); ++k)
        domains.push_back({request.setting.domains[k], {}, data.scores[k]});
    for (auto& warning : column_warnings(request.setting, domains, request.benchmarks))
        warnings.push_back(std::move(warning));
}

} // namespace

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
    add_column_warnings(request, data, record.warnings);
    if (auto text = unused_models(setting, dataset); !text.empty()) record.warnings.push_back(std::move(text));
    return record;
}

AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& estimate)
{
    if (request.setting.estimator == Estimator::published) return published_replicate(request, data, estimate);
    return joint_replicate(request, data, estimate);
}

} // namespace exahca
