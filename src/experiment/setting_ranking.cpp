#include "exahca/experiment/setting_ranking.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace exahca {
namespace {

auto kind_of(RankedSetting const& setting) { return std::tie(setting.estimator, setting.factors, setting.base_models); }

} // namespace

std::vector<std::vector<std::size_t>> rank_by_kind(std::vector<RankedSetting> settings)
{
    auto const place = [](RankedSetting const& setting) {
        bool const missing = std::isnan(setting.mic); // NaN has no order of its own
        return std::tuple(missing, missing ? 0.0 : setting.mic, setting.position);
    };
    std::sort(settings.begin(), settings.end(), [&](auto const& a, auto const& b) {
        if (kind_of(a) != kind_of(b)) return kind_of(a) < kind_of(b);
        return place(a) < place(b);
    });
    std::vector<std::vector<std::size_t>> kinds;
    for (std::size_t i = 0; i < settings.size(); ++i) {
        if (i == 0 || kind_of(settings[i]) != kind_of(settings[i - 1])) kinds.emplace_back();
        kinds.back().push_back(settings[i].position);
    }
    return kinds;
}

std::vector<std::size_t> in_turn(std::vector<std::vector<std::size_t>> const& kinds)
{
    std::size_t longest = 0;
    for (auto const& kind : kinds) longest = std::max(longest, kind.size());
    std::vector<std::size_t> ranked;
    for (std::size_t rank = 0; rank < longest; ++rank)
        for (auto const& kind : kinds)
            if (rank < kind.size()) ranked.push_back(kind[rank]);
    return ranked;
}

} // namespace exahca
