#include "exahca/experiment/landscape.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exahca {

std::vector<std::int64_t> best_of_landscape(Experiment const& experiment, RecordStore const& records, SettingId setting)
{
    auto const& layout = experiment.layout(setting, ReplicateKind::landscape);
    std::vector<std::pair<double, std::int64_t>> ranked; // objective, then rank: both rise
    for (std::int64_t range = 0; range < experiment.count(setting, ReplicateKind::landscape); ++range) {
        auto const& record = records.at(experiment.id_of({setting, ReplicateKind::landscape, range}));
        if (record.status != TaskStatus::done) continue;
        auto const values = RecordView(layout, record.values).values("objective");
        for (std::size_t i = 0; i < values.size(); ++i) // the last range is padded with missing values
            if (std::isfinite(values[i]))
                ranked.emplace_back(values[i], range * orders_per_range + static_cast<std::int64_t>(i));
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(experiment.setting(setting).starts)));
    std::vector<std::int64_t> ranks;
    for (auto const& [objective, rank] : ranked) ranks.push_back(rank);
    return ranks;
}

} // namespace exahca
