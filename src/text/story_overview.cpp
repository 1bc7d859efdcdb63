#include "exahca/estimate/support.hpp"
#include "exahca/read/choice_placebo.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "p_value_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

constexpr std::size_t families_named = 6, models_named = 4, pairs_named = 3;
/// A base model or pair that the good settings hold this much more often than all is worth naming.
constexpr double notable_lift = 1.25;

std::int64_t good_settings(Overview const& overview)
{
    std::int64_t good = 0;
    for (auto const& family : overview.families) good += static_cast<std::int64_t>(family.good);
    return good;
}

Statement extent(Overview const& overview)
{
    std::vector<std::string> parts;
    for (std::size_t f = 0; f < std::min(families_named, overview.families.size()); ++f)
        parts.push_back(overview.families.size() == 1
                            ? family_name(overview.families[f])
                            : fmt::format("{} with {}", grouped(std::ssize(overview.families[f].ranked)),
                                          family_name(overview.families[f])));
    if (overview.families.size() > families_named)
        parts.push_back(fmt::format("and {} more kinds", overview.families.size() - families_named));
    auto text =
        fmt::format("{}, {} with an answer: {}", counted(overview.asked, "setting", "settings"),
                    overview.answered == overview.asked ? "each" : grouped(overview.answered), fmt::join(parts, "; "));
    if (overview.resampled == 0)
        text += ". No resamples were analysed, so nothing is known about how far any answer is settled";
    else
        text += fmt::format(". Resamples settle {} of {}", grouped(overview.settled), grouped(overview.resampled));
    return {Topic::settings, text + ".", true};
}

Statement criterion(Overview const& overview)
{
    return {Topic::ranked_by,
            fmt::format("the maximum inexactness coefficient (MIC) of a setting's best order, lowest first{}; the best "
                        "{} of a kind, {} or "
                        "more, count as good.",
                        overview.families.size() > 1
                            ? ", separately for each kind, because more base models or factors raise it"
                            : "",
                        share_text(good_share), least_good)};
}

/// "p = 0.01 (rotated sources; median 0.0213, 99 data sets)".
std::string test_text(PlaceboSummary const& placebo)
{
    auto const& choice = *placebo.choice;
    auto const failed = choice.failed == 0 ? std::string{}
                                           : fmt::format("; {} more failed: p is {} to {}", grouped(choice.failed),
                                                         plain_number(choice.p_low, 3), plain_number(choice.p_high, 3));
    return fmt::format("{} ({}; median {}, {}{})", p_value_text(choice.p_value), placebo.kind,
                       plain_number(choice.median_mic, 4), counted(choice.replicates, "data set", "data sets"), failed);
}

/// What placebos that choose say of the lowest MIC of a kind; empty where there are none.
std::string choice_text(Summary const& summary, std::size_t chosen)
{
    auto const& setting = summary.settings[chosen];
    double worst = 0, least = 0;
    std::int64_t sets = 0;
    std::vector<std::string> tests;
    for (auto const& placebo : setting.placebos) {
        if (!only_chooses(placebo)) continue;
        sets = placebo.choice->sets;
        worst = std::max(worst, placebo.choice->p_high);
        least = std::max(least, least_p(*placebo.choice));
        tests.push_back(test_text(placebo));
    }
    if (tests.empty()) return {};
    auto const* const reading = worst <= usual_level  ? "is lower than selection explains"
                                : least > usual_level ? "cannot be told from selection with so few data sets"
                                                      : "is no lower than selection explains";
    return fmt::format("{}: the lowest MIC of {}, {} of {}, {}: data without a common order, with the lowest MIC "
                       "chosen in the same way, reach it with {}",
                       family_name({setting.estimator, setting.factors, std::ssize(setting.domains), {}, 0, {}}),
                       counted(sets, "set", "sets"), plain_number(setting.orders[0].mic, 4), setting_reference(chosen),
                       reading, fmt::join(tests, " and "));
}

/// Whether the lowest MIC is more than the lowest of so many would be by chance.
Statement chance(Summary const& summary)
{
    std::vector<std::string> texts;
    for (auto const s : summary.overview->ranked)
        if (auto text = choice_text(summary, s); !text.empty()) texts.push_back(std::move(text));
    for (auto const s : summary.overview->ranked)
        for (auto const& placebo : summary.settings[s].placebos) {
            if (!placebo.choice || only_chooses(placebo)) continue;
            auto const& choice = *placebo.choice;
            texts.push_back(fmt::format(
                "placebos ({}) that choose the lowest of {} as well reach the MIC of {} with p {}{}", placebo.kind,
                counted(choice.sets, "set", "sets"), setting_reference(s), plain_number(choice.p_value, 3),
                choice.failed > 0 ? fmt::format(" ({} to {} whatever the failed ones would have given)",
                                                plain_number(choice.p_low, 3), plain_number(choice.p_high, 3))
                                  : ""));
        }
    if (!texts.empty()) return {Topic::by_chance, fmt::format("{}.", fmt::join(texts, "; ")), true};
    return {
        Topic::by_chance,
        fmt::format("the lowest of {} MICs is low by selection alone, and no evidence for its setting. A placebo that "
                    "makes the same choice (--choice-placebo) shows how low it would be without a common order.",
                    grouped(summary.overview->answered)),
        true};
}

std::string count_text(OverviewCount const& count)
{
    return fmt::format("{} of all, {} of the good ones",
                       share_text(static_cast<double>(count.agreeing) / static_cast<double>(count.compared)),
                       count.good_compared == 0 ? "none"
                                                : share_text(static_cast<double>(count.good_agreeing) /
                                                             static_cast<double>(count.good_compared)));
}

/// What holds in most settings: level by level against the leader, and by name.
std::vector<Statement> majority(Summary const& summary)
{
    auto const& overview = *summary.overview;
    std::vector<std::string> levels;
    for (std::size_t j = 0; j < overview.levels.size(); ++j)
        levels.push_back(fmt::format("{} in {}", span_name(j, 0), count_text(overview.levels[j])));
    std::vector<Statement> statements;
    bool const ordered = overview.levels.size() > 1;
    statements.push_back({Topic::commonest,
                          fmt::format("{}, as in {}, is found to within {:.0f}° {} ({} good settings).",
                                      chain_text(labels_of(summary.settings[overview.leader])),
                                      setting_reference(overview.leader), same_flag_degrees,
                                      ordered ? fmt::format("at every level in {}; {}", count_text(overview.order),
                                                            fmt::join(levels, "; "))
                                              : fmt::format("in {}", count_text(overview.order)),
                                      grouped(good_settings(overview))),
                          true});
    auto const& first = overview.named_orders[0];
    statements.push_back(
        {Topic::by_name,
         overview.named_orders.size() == 1
             ? fmt::format("all settings name the factors {}.", chain_text(first.labels))
             : fmt::format("{} different orders; the most frequent is {}, in {} of all and {} of the good ones.",
                           grouped(std::ssize(overview.named_orders)), chain_text(first.labels),
                           share_text(static_cast<double>(first.settings) / static_cast<double>(overview.answered)),
                           share_text(static_cast<double>(first.good) /
                                      static_cast<double>(std::max<std::int64_t>(1, good_settings(overview)))))});
    return statements;
}

/// Base models, or pairs of them, that the good settings hold clearly more often.
std::string favoured(Overview const& overview, BaseModelMap const& map, bool pairs)
{
    auto const n = overview.base_models.size();
    std::vector<std::pair<double, std::string>> found;
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = pairs ? a + 1 : a; b < (pairs ? n : a + 1); ++b) {
            double const lift = map.lift(a, b);
            if (!(lift >= notable_lift)) continue;
            auto const name =
                pairs ? overview.base_models[a] + " + " + overview.base_models[b] : overview.base_models[a];
            auto const good = static_cast<double>(map.good_pairs[a * n + b]) / static_cast<double>(map.good),
                       all = static_cast<double>(map.pairs[a * n + b]) / static_cast<double>(map.settings);
            found.emplace_back(lift,
                               fmt::format("{} ({} of the good, {} of all)", name, share_text(good), share_text(all)));
        }
    std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(pairs ? pairs_named : models_named, found.size()); ++i)
        texts.push_back(found[i].second);
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Statement> base_models(Overview const& overview)
{
    std::vector<Statement> statements;
    for (std::size_t i = 0; i < std::min(families_named, overview.maps.size()); ++i) {
        auto const& map = overview.maps[i];
        auto const& family = overview.families[map.family];
        auto const where = overview.families.size() > 1 ? fmt::format("{}: ", family_name(family)) : std::string{};
        auto const models = favoured(overview, map, false), pairs = favoured(overview, map, true);
        statements.push_back(
            {i == 0 ? Topic::base_models : Topic::the_same,
             fmt::format("{}{}.", where,
                         models.empty() ? "no base model is clearly more frequent in the good settings than in all"
                                        : "more frequent in the good settings: " + models),
             i == 0});
        if (!pairs.empty()) statements.push_back({Topic::the_same, fmt::format("{}together: {}.", where, pairs)});
    }
    return statements;
}

} // namespace

std::vector<std::string> labels_of(SettingSummary const& setting)
{
    std::vector<std::string> labels;
    for (auto const& factor : setting.factors_found) labels.push_back(factor.benchmark);
    return labels;
}

std::string family_name(SettingFamily const& family)
{
    return fmt::format("{}, {}, sets of {}", family.estimator, counted(family.factors, "factor", "factors"),
                       counted(family.base_models, "base model", "base models"));
}

std::string setting_reference(std::size_t setting) { return fmt::format("setting {}", setting + 1); }

std::vector<Statement> overview_story(Summary const& summary)
{
    auto const& overview = *summary.overview;
    // First what the best of so many is worth at all.
    std::vector<Statement> statements{chance(summary), extent(overview), criterion(overview)};
    for (auto& statement : majority(summary)) statements.push_back(std::move(statement));
    for (auto& statement : base_models(overview)) statements.push_back(std::move(statement));
    return statements;
}

} // namespace exahca
