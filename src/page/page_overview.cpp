#include "exahca/estimate/support.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "page.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr std::size_t most_ranked = 100, most_maps = 6;

void write_ranking(Page& page, Summary const& summary)
{
    auto const& overview = *summary.overview;
    SettingDifferences const differences(summary);
    std::vector<std::size_t> rank(summary.settings.size()), family(summary.settings.size());
    for (std::size_t f = 0; f < overview.families.size(); ++f)
        for (std::size_t i = 0; i < overview.families[f].ranked.size(); ++i) {
            rank[overview.families[f].ranked[i]] = i + 1;
            family[overview.families[f].ranked[i]] = f;
        }
    auto const shown = std::min(most_ranked, overview.ranked.size());
    PageTable table{fmt::format("The first {} of {}, the best of each kind in turn. Ranks are within the kind; exahca "
                                "export writes all settings.",
                                shown, counted(std::ssize(overview.ranked), "setting", "settings")),
                    {"setting", "kind", "what sets it apart", "direction", "settled", "rank", "MIC"},
                    {},
                    5};
    for (std::size_t i = 0; i < shown; ++i) {
        auto const s = overview.ranked[i];
        auto const& setting = summary.settings[s];
        table.rows.push_back({fmt::format("{}", s + 1), family_name(overview.families[family[s]]),
                              differences.of(setting), chain_text(labels_of(setting)), settled_word(setting),
                              fmt::format("{}", rank[s]), plain_number(setting.orders[0].mic, 4)});
    }
    page.table(table);
}

void write_base_models(Page& page, Overview const& overview)
{
    if (overview.maps.empty()) return;
    page.heading(3, "Which base models are in the good settings");
    auto const shown = std::min(most_maps, overview.maps.size());
    PageTable table{fmt::format("Share of the good settings that contain each base model, and of all settings of the "
                                "kind. The best {} of a kind count as good, but at least {}. Settings share base "
                                "models, so these shares are not independent findings.",
                                share_text(good_share), least_good),
                    {"base model"},
                    {},
                    1};
    for (std::size_t i = 0; i < shown; ++i)
        table.head.push_back(family_name(overview.families[overview.maps[i].family]));
    for (std::size_t a = 0; a < overview.base_models.size(); ++a) {
        std::vector<std::string> row{overview.base_models[a]};
        for (std::size_t i = 0; i < shown; ++i) {
            auto const& map = overview.maps[i];
            row.push_back(fmt::format(
                "{} of {}", share_text(static_cast<double>(map.good_held[a]) / static_cast<double>(map.good)),
                share_text(static_cast<double>(map.held[a]) / static_cast<double>(map.settings))));
        }
        table.rows.push_back(std::move(row));
    }
    page.table(table);
    std::vector<Drawing> drawings;
    for (std::size_t i = 0; i < shown; ++i)
        drawings.push_back({fmt::format("base models {}", i + 1), draw_base_model_map(overview, overview.maps[i])});
    page.figure(
        drawings,
        fmt::format("How often two base models are together in a good setting, compared with all settings of the kind: "
                    "blue is more often, orange less, full colour four times as often or a quarter. The diagonal shows "
                    "single base models, sorted by how much more frequent they are in good settings{}.",
                    overview.base_models.size() > most_mapped_models
                        ? fmt::format("; the first {} are shown", most_mapped_models)
                        : ""),
        "none");
}

} // namespace

void write_overview(Page& page, Summary const& summary)
{
    auto const& overview = *summary.overview;
    page.heading(2, "Settings", "settings");
    write_statements(page, overview_story(summary));
    page.figure(
        {{"mic by kind", draw_mic_by_family(overview)}},
        fmt::format(
            "MIC over all settings of a kind: the lowest (dot, left), the 5th to 95th percentile (line), the middle "
            "half with its median (box), the highest (dot, right){}. Kinds cannot be compared with each other.",
            overview.families.size() > most_drawn_families
                ? fmt::format("; {} of {} kinds", most_drawn_families, overview.families.size())
                : ""),
        "none");
    write_ranking(page, summary);
    write_base_models(page, overview);
    if (summary.across) {
        page.heading(3, "What depends on which choices");
        write_statements(page, story_across(summary));
    }
}

} // namespace exahca
