#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "statement_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr std::size_t rows_shown = 15, most_of_a_family = 5, families_shown = 8, models_shown = 24;

/// The ranking of one family.
void print_family(Out out, Summary const& summary, SettingDifferences const& differences, SettingFamily const& family,
                  std::size_t rows)
{
    fmt::format_to(out, "  {}: {}, MIC {} to {}, median {}\n", family_name(family),
                   counted(std::ssize(family.ranked), "setting", "settings"), plain_number(family.quantiles[0], 4),
                   plain_number(family.quantiles[6], 4), plain_number(family.quantiles[3], 4));
    int widest = 0;
    for (std::size_t i = 0; i < std::min(rows, family.ranked.size()); ++i)
        widest = std::max(widest, text_columns(chain_text(labels_of(summary.settings[family.ranked[i]]))));
    for (std::size_t i = 0; i < std::min(rows, family.ranked.size()); ++i) {
        auto const s = family.ranked[i];
        auto const& setting = summary.settings[s];
        fmt::format_to(out, "  {:>3}  {:>7}  {:>8}  {}  {}\n", i + 1, plain_number(setting.orders[0].mic, 4), s + 1,
                       padded(chain_text(labels_of(setting)), widest), differences.of(setting));
    }
}

void print_ranking(Out out, Summary const& summary, TextLength length)
{
    auto const& families = summary.overview->families;
    SettingDifferences const differences(summary);
    auto const shown = std::min(families.size(), families_shown);
    auto const rows =
        length == TextLength::brief ? std::size_t{1} : std::clamp(rows_shown / shown, std::size_t{1}, most_of_a_family);
    fmt::format_to(out, "Best         rank, MIC, number of the setting, factors in causal order, what sets it apart\n");
    for (std::size_t f = 0; f < shown; ++f) print_family(out, summary, differences, families[f], rows);
    if (families.size() > shown)
        fmt::format_to(out, "  and {} more kinds: exahca show --json or exahca export lists all\n",
                       families.size() - shown);
}

/// Base models by how much more the good settings hold them, over all families.
std::vector<std::size_t> by_lift(Overview const& overview)
{
    std::vector<std::pair<double, std::size_t>> lifts;
    for (std::size_t a = 0; a < overview.base_models.size(); ++a) {
        double sum = 0;
        for (auto const& map : overview.maps)
            if (map.held[a] > 0) sum += map.lift(a, a);
        lifts.emplace_back(-sum, a);
    }
    std::sort(lifts.begin(), lifts.end());
    std::vector<std::size_t> order;
    for (auto const& [lift, model] : lifts) order.push_back(model);
    return order;
}

/// Shares of the good settings and of all that hold each base model, a column per family.
void print_base_models(Out out, Overview const& overview)
{
    if (overview.maps.empty()) return;
    auto const families = std::min(overview.maps.size(), families_shown);
    fmt::format_to(out,
                   "Base models  share of the good settings that contain each (in brackets: of all settings); one "
                   "column per kind above\n"
                   "  {:24}",
                   "");
    for (std::size_t i = 0; i < families; ++i)
        fmt::format_to(out, "  {:>13}",
                       fmt::format("sets of {}", overview.families[overview.maps[i].family].base_models));
    fmt::format_to(out, "\n");
    auto const order = by_lift(overview);
    for (std::size_t row = 0; row < std::min(models_shown, order.size()); ++row) {
        auto const a = order[row];
        fmt::format_to(out, "  {}", padded(overview.base_models[a], 24));
        for (std::size_t i = 0; i < families; ++i) {
            auto const& map = overview.maps[i];
            fmt::format_to(
                out, "  {:>13}",
                fmt::format("{} ({})",
                            share_text(static_cast<double>(map.good_held[a]) / static_cast<double>(map.good)),
                            share_text(static_cast<double>(map.held[a]) / static_cast<double>(map.settings))));
        }
        fmt::format_to(out, "\n");
    }
    if (order.size() > models_shown)
        fmt::format_to(out, "  and {} more in exahca report\n", order.size() - models_shown);
}

} // namespace

void print_overview(Out out, Summary const& summary, TextLength length)
{
    for (auto const& statement : overview_story(summary))
        if (length == TextLength::full || statement.brief) print_statement(out, statement);
    print_ranking(out, summary, length);
    if (length == TextLength::full) print_base_models(out, *summary.overview);
    if (length == TextLength::full && summary.across)
        for (auto const& statement : story_across(summary)) print_statement(out, statement);
    print_statement(out, {Topic::next, "exahca show --setting N shows one setting, by its number or name; exahca "
                                       "report writes a page with maps of base models and the whole ranking."});
    fmt::format_to(out, "\n");
}

} // namespace exahca
