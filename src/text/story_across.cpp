#include "exahca/estimate/support.hpp"
#include "exahca/read/certainty.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

namespace exahca {
namespace {

/// "2 of 3, widest angle 34.0°"; of two settings only the angle tells anything.
std::string agreement_text(AgreementSummary const& agreement)
{
    auto const angle = degrees_text(agreement.widest);
    if (agreement.compared == 2) return angle + " apart";
    if (agreement.agreeing < 2) return fmt::format("no two of {}, widest angle {}", agreement.compared, angle);
    return fmt::format("{} of {}, widest angle {}", agreement.agreeing, agreement.compared, angle);
}

std::string order_text(AcrossSummary const& across)
{
    auto const& order = across.order;
    if (order.compared == 2)
        return order.holds_everywhere() ? "Both settings give the same order at every level"
                                        : "The two settings give different orders";
    if (order.agreeing < 2)
        return fmt::format("No two of {} settings give the same order at every level", order.compared);
    return fmt::format("{} of {} settings give the same order at every level", order.agreeing, order.compared);
}

/// Conclusions that hold in all settings, and those that do not.
std::vector<Statement> agreements(AcrossSummary const& across)
{
    std::vector<std::string> everywhere, elsewhere;
    for (std::size_t j = 0; j < across.levels.size(); ++j) {
        auto const& level = across.levels[j];
        if (level.compared < 2) continue;
        (level.holds_everywhere() ? everywhere : elsewhere)
            .push_back(fmt::format("{} ({})", span_name(j, 0), agreement_text(level)));
    }
    bool const pair = across.settings.size() == 2;
    auto const all = pair ? std::string("both settings") : fmt::format("all {} settings", across.settings.size());
    std::vector<Statement> statements;
    statements.push_back(
        {Topic::everywhere, everywhere.empty()
                                ? fmt::format("Nothing is the same, to within {:.0f}°, in {}.", same_flag_degrees, all)
                                : fmt::format("The same in {}: {}.", all, fmt::join(everywhere, "; "))});
    if (!elsewhere.empty())
        statements.push_back({Topic::varying, fmt::format("Different in {} settings: {}.", pair ? "the two" : "some",
                                                          fmt::join(elsewhere, "; "))});
    bool const have_orders = across.levels.size() > 1 && across.levels[1].compared > 1;
    if (!have_orders) return statements; // one factor leaves nothing to order
    std::set<std::vector<std::string>> const names(across.labels.begin(), across.labels.end());
    statements.push_back({Topic::order, fmt::format("{}; by benchmark they name {} {}.", order_text(across),
                                                    names.size(), names.size() == 1 ? "order" : "different orders")});
    return statements;
}

/// Values that were asked for of one choice.
std::size_t values_of(Summary const& summary, std::string const& choice)
{
    std::set<ParameterValue> values;
    for (auto const& setting : summary.settings) {
        if (!setting.failure.empty()) continue;
        for (auto const& [name, value] : setting.parameters)
            if (name == choice) values.insert(value);
    }
    return values.size();
}

/// How a choice is spoken of.
struct ChoiceWords
{
    Topic topic;
    std::string plural, singular;
};

/// The choices that one command can vary have words of their own; others come from merged runs and go by their names.
ChoiceWords words_of(std::string const& choice)
{
    static std::map<std::string, ChoiceWords> const known{
        {"domains", {Topic::domain_sets, "sets of base models", "the set of base models"}},
        {"factors", {Topic::factors, "numbers of factors", "the number of factors"}},
        {"estimator", {Topic::estimators, "estimators", "the estimator"}},
        {"screen", {Topic::screening, "screening thresholds", "the screening threshold"}},
        {"contrast", {Topic::contrasts, "contrast functions", "the contrast function"}},
        {"density", {Topic::densities, "source densities", "the source density"}},
        {"noise", {Topic::likelihoods, "likelihoods", "the likelihood"}},
        {"item_share", {Topic::items, "shares of the items' noise", "the share of the items' noise"}}};
    auto const found = known.find(choice);
    if (found != known.end()) return found->second;
    return {Topic::choice, "values of " + choice, choice};
}

std::string choice_text(Summary const& summary, ChoiceSummary const& choice)
{
    auto const [topic, plural, singular] = words_of(choice.choice);
    std::vector<std::string> angles;
    for (std::size_t j = 0; j < choice.widest.size(); ++j)
        if (std::isfinite(choice.widest[j]))
            angles.push_back(fmt::format("{} {}", span_name(j, 0), degrees_text(choice.widest[j])));
    auto const figures = fmt::format("{} of {} that differ in nothing else agree; widest angle: {}", choice.agreeing,
                                     choice.pairs == 1 ? std::string("1 pair") : fmt::format("{} pairs", choice.pairs),
                                     fmt::join(angles, ", "));
    auto const count = values_of(summary, choice.choice);
    if (choice.agreeing == choice.pairs)
        return fmt::format("The answer does not depend on {}: the {} {} give the same answer ({}).", singular, count,
                           plural, figures);
    return fmt::format("The answer DEPENDS on {}; {} were tried ({}).", singular, count, figures);
}

} // namespace

std::vector<std::string> named(std::vector<std::string> labels)
{
    std::erase(labels, std::string{});
    return labels;
}

std::string_view agreement_mark(AgreementSummary const& agreement, int agrees)
{
    if (agrees < 0 || agreement.compared < 2) return "-";
    if (!agreement.has_majority()) return "differ";
    return agrees == 1 ? "same" : "OTHER";
}

std::string agreement_caption(AcrossSummary const& across)
{
    if (across.settings.size() == 2)
        return fmt::format("Whether the two agree to within {:.0f}°, level by level (the span of the first factors)",
                           same_flag_degrees);
    return fmt::format("Agreement with the majority (more than half) to within {:.0f}°, level by level (the span of "
                       "the first factors)",
                       same_flag_degrees);
}

std::vector<Statement> story_across(Summary const& summary)
{
    if (!summary.across) return {};
    auto statements = agreements(*summary.across);
    for (auto const& choice : summary.across->choices)
        statements.push_back({words_of(choice.choice).topic, choice_text(summary, choice)});
    return statements;
}

} // namespace exahca
