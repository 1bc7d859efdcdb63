#include "exahca/estimate/analysis.hpp"

#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/data_check.hpp"

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
    auto record = analyser_of(setting).estimate(request, data, dataset, more_orders, known, activity);
    add_column_warnings(request, data, record.warnings);
    if (auto text = unused_models(setting, dataset); !text.empty()) record.warnings.push_back(std::move(text));
    return record;
}

AnalysisRecord analyse_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& estimate)
{
    return analyser_of(request.setting).replicate(request, data, estimate);
}

} // namespace exahca
