#include "analysis.hpp"

#include "joint_analysis.hpp"
#include "published_analysis.hpp"

namespace exahca {

std::vector<double> analyse_estimate(Setting const& setting, RecordLayout const& layout, Dataset const& dataset,
                                     RandomKey const& key, std::span<std::int64_t const> more_orders,
                                     SearchResult const* known, std::string& note, Activity& activity)
{
    auto const data = observed_data(setting, dataset);
    if (setting.estimator == Estimator::published) return published_estimate(setting, layout, data, key, known, note);
    auto unscreened = setting;
    unscreened.screen = 0;
    return joint_estimate(setting, layout, data, observed_data(unscreened, dataset), key, more_orders, note, activity);
}

std::vector<double> analyse_replicate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                      RandomKey const& key, RecordView const& estimate)
{
    if (setting.estimator == Estimator::published) return published_replicate(setting, layout, data, key, estimate);
    return joint_replicate(setting, layout, data, key, estimate);
}

} // namespace exahca
