#include "exahca/text/effects.hpp"

#include "csv_field.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/text/comparisons.hpp"
#include "exahca/text/text.hpp"
#include "json_number.hpp"
#include "paragraph.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Out = std::back_insert_iterator<std::string>;
using Json = nlohmann::ordered_json;

constexpr int quantity_width = 42;

std::string effect_text(EffectInterval const& effect)
{
    if (std::isnan(effect.estimate)) return "n/a";
    return fmt::format("{:>7} {}", signed_number(effect.estimate), interval_text(effect.low, effect.high));
}

bool is_told(EffectsReport const& report, TreatmentEffect const& effect) { return effect.rate <= report.rate; }

void print_level(Out out, EffectsReport const& report, std::size_t level)
{
    auto const& found = report.found;
    // A difference of scores is one of true scores: benchmarks go by their names.
    auto titles = quantity_names(report.fit);
    auto const long_titles = quantity_titles(report.fit);
    std::copy_n(long_titles.begin(), report.fit.factors.size(), titles.begin());
    if (found.reference.empty())
        fmt::format_to(out, "\nPer unit of {} ({})\n", found.treatment,
                       counted(found.counts[level], "model", "models"));
    else
        fmt::format_to(out, "\n{}: {} ({}) against {} ({})\n", found.treatment, found.levels[level],
                       counted(found.counts[level], "model", "models"), found.reference,
                       grouped(found.reference_count));
    fmt::format_to(out, "  {} {:<25} {:<7} {:<9} through the hierarchy\n", padded("", quantity_width),
                   "difference, points", "rate", "");
    auto const quantities = found.effects.size() / found.levels.size();
    for (std::size_t q = 0; q < quantities; ++q) {
        auto const& effect = found.effects[level * quantities + q];
        auto const word = std::isnan(effect.rate)      ? "n/a"
                          : !is_told(report, effect)   ? "open"
                          : effect.effect.estimate > 0 ? "higher"
                                                       : "lower";
        fmt::format_to(out, "  {} {:<25} {:<7} {:<9} {}\n", padded(titles[q], quantity_width),
                       effect_text(effect.effect), std::isnan(effect.rate) ? "" : plain_number(effect.rate, 3), word,
                       q == 0 ? "nothing comes before it" : effect_text(effect.through));
    }
}

std::string cause_text(EffectsReport const& report)
{
    auto const& found = report.found;
    return fmt::format(
        "What can be read as a cause: the differences are between models with the same base model{}, so they do not "
        "contain differences between base models. They are effects of {} only if nothing else that makes models better "
        "or worse is associated with it: those who choose one level may also train longer, use other data, or start "
        "from a better model. Adjust (--adjust) for what was determined before that choice, but never for what the "
        "choice itself changes, which would remove part of the effect. The part through the hierarchy is valid only if "
        "the causal order is: for a capability it is what the earlier ones mediate, for a benchmark what all "
        "capabilities mediate; the rest of a benchmark's difference is specific to that benchmark.",
        found.adjusted.empty() ? std::string() : fmt::format(" that are alike in {}", join_names(found.adjusted, ", ")),
        found.treatment);
}

Json interval_json(EffectInterval const& effect)
{
    return {{"estimate", json_number(effect.estimate)},
            {"standard_error", json_number(effect.standard_error)},
            {"low", json_number(effect.low)},
            {"high", json_number(effect.high)}};
}

} // namespace

std::string to_text(EffectsReport const& report)
{
    auto const& found = report.found;
    std::string text;
    Out const out(text);
    fmt::format_to(out, "Association with {}, within base models, by the fit of {}\n", found.treatment,
                   report.fit.setting);
    auto note = fmt::format(
        "{} of {} base models in which it varies. Differences in points with 90 % intervals, which include the spread "
        "of models and the noise of their scores and allow for unequal variances. The fitted model is taken as known "
        "and models as independent: copies and merges of one another make the intervals too narrow. Rate: the false "
        "discovery rate, over all of this table, at which a difference can be reported; up to {:g} % it is. ",
        counted(found.models, "model", "models"), found.varying_domains, 100 * report.rate);
    if (found.left_out > 0)
        note += fmt::format("Left out: {} without a value, or with a value that fewer than {} models have. ",
                            counted(found.left_out, "model", "models"), fewest_of_level);
    if (found.without_factors > 0)
        note +=
            fmt::format("{} too few known scores for the capabilities. ",
                        found.without_factors == 1 ? "1 model has" : grouped(found.without_factors) + " models have");
    if (!report.fit.decided)
        note += "These data do not decide between this answer and others (exahca show), which would have other "
                "capabilities.";
    fmt::format_to(out, "{}\n", wrapped(note, paragraph_columns));
    for (std::size_t level = 0; level < found.levels.size(); ++level) print_level(out, report, level);
    fmt::format_to(out, "\n{}\n", wrapped(cause_text(report), paragraph_columns));
    return text;
}

std::string to_csv(EffectsReport const& report)
{
    std::string text = "setting,treatment,level,reference,quantity,difference,standard_error,low,high,through,"
                       "through_low,through_high,p_value,false_discovery_rate,told,models\n";
    auto const names = quantity_names(report.fit);
    for (auto const& effect : report.found.effects)
        text +=
            fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(report.fit.setting),
                        csv_field(report.found.treatment), csv_field(effect.level), csv_field(report.found.reference),
                        csv_field(names[static_cast<std::size_t>(effect.quantity)]), csv_field(effect.effect.estimate),
                        csv_field(effect.effect.standard_error), csv_field(effect.effect.low),
                        csv_field(effect.effect.high), csv_field(effect.through.estimate),
                        csv_field(effect.through.low), csv_field(effect.through.high), csv_field(effect.p_value),
                        csv_field(effect.rate), csv_field(is_told(report, effect)), csv_field(effect.models));
    return text;
}

std::string to_json(EffectsReport const& report)
{
    auto const& found = report.found;
    Json json{{"setting", report.fit.setting},
              {"treatment", found.treatment},
              {"reference", found.reference.empty() ? Json(nullptr) : Json(found.reference)},
              {"reference_models", found.reference_count},
              {"adjusted", found.adjusted},
              {"models", found.models},
              {"left_out", found.left_out},
              {"without_factors", found.without_factors},
              {"base_models_varying", found.varying_domains},
              {"decided", report.fit.decided},
              {"false_discovery_rate", report.rate},
              {"levels", Json::array()},
              {"effects", Json::array()}};
    for (std::size_t i = 0; i < found.levels.size(); ++i)
        json["levels"].push_back(
            {{"level", found.reference.empty() ? Json(nullptr) : Json(found.levels[i])}, {"models", found.counts[i]}});
    auto const names = quantity_names(report.fit);
    for (auto const& effect : found.effects)
        json["effects"].push_back({{"level", found.reference.empty() ? Json(nullptr) : Json(effect.level)},
                                   {"quantity", names[static_cast<std::size_t>(effect.quantity)]},
                                   {"difference", interval_json(effect.effect)},
                                   {"through", interval_json(effect.through)},
                                   {"p_value", json_number(effect.p_value)},
                                   {"false_discovery_rate", json_number(effect.rate)},
                                   {"told", is_told(report, effect)},
                                   {"models", effect.models}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
