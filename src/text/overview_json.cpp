#include "overview_json.hpp"

#include "exahca/text/story.hpp"

#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Json = nlohmann::ordered_json;

Json count_json(OverviewCount const& count)
{
    return {{"agreeing", count.agreeing},
            {"compared", count.compared},
            {"good_agreeing", count.good_agreeing},
            {"good_compared", count.good_compared}};
}

/// The whole ranking by names: nothing else tells it.
Json family_json(Summary const& summary, SettingFamily const& family)
{
    Json json{
        {"estimator", family.estimator},     {"factors", family.factors}, {"base_models", family.base_models},
        {"settings", family.ranked.size()},  {"good", family.good},       {"mic_quantile_shares", quantile_shares},
        {"mic_quantiles", family.quantiles}, {"ranked", Json::array()}};
    for (auto const s : family.ranked) json["ranked"].push_back(summary.settings[s].name);
    return json;
}

Json map_json(Overview const& overview, BaseModelMap const& map)
{
    return {{"kind", map.family},       {"base_models", overview.base_models},
            {"settings", map.settings}, {"good", map.good},
            {"held", map.held},         {"good_held", map.good_held},
            {"pairs", map.pairs},       {"good_pairs", map.good_pairs}};
}

} // namespace

Json overview_json(Summary const& summary)
{
    auto const& overview = *summary.overview;
    Json json{{"settings", overview.asked},
              {"answered", overview.answered},
              {"criterion", "mic"},
              {"kinds", Json::array()},
              {"leader", summary.settings[overview.leader].name},
              {"order", count_json(overview.order)},
              {"levels", Json::array()},
              {"named_orders", Json::array()},
              {"base_model_maps", Json::array()},
              {"story", Json::array()}};
    for (auto const& family : overview.families) json["kinds"].push_back(family_json(summary, family));
    for (auto const& level : overview.levels) json["levels"].push_back(count_json(level));
    for (auto const& order : overview.named_orders)
        json["named_orders"].push_back({{"labels", order.labels}, {"settings", order.settings}, {"good", order.good}});
    for (auto const& map : overview.maps) json["base_model_maps"].push_back(map_json(overview, map));
    for (auto const& statement : overview_story(summary))
        json["story"].push_back({{"topic", topic_name(statement.topic)}, {"text", statement.text}});
    return json;
}

} // namespace exahca
