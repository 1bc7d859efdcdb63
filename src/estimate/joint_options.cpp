#include "joint_options.hpp"

#include "exahca/estimate/anchors.hpp"
#include "exahca/estimate/noise_items.hpp"

namespace exahca {

JointOptions joint_options(Setting const& setting, RandomKey const& key)
{
    JointOptions options;
    options.factors = setting.factors;
    options.density = setting.density;
    options.noise = setting.noise;
    options.starts = setting.starts;
    options.search = search_limits(setting, SearchUse::replicate);
    options.seed = key.seed;
    options.replicate = key.replicate;
    return options;
}

JointOptions joint_options(AnalysisRequest const& request, ReplicateData const& data)
{
    auto options = joint_options(request.setting, request.key);
    options.bounds = data.bounds;
    options.items = items_of(request.setting, data.items);
    options.anchors = anchors_of(request.setting, request.benchmarks);
    options.benchmarks.assign(request.benchmarks.begin(), request.benchmarks.end());
    return options;
}

JointOptions estimate_options(AnalysisRequest const& request, ReplicateData const& data,
                              std::span<std::int64_t const> more_orders)
{
    auto const& setting = request.setting;
    auto options = thorough(joint_options(request, data));
    options.search = search_limits(setting, SearchUse::estimate);
    for (auto const rank : more_orders)
        options.extra_starts.push_back(order_of_rank(static_cast<int>(setting.domains.size()), setting.factors, rank));
    return options;
}

} // namespace exahca
