#include "exahca/experiment/support.hpp"
#include "exahca/report/certainty.hpp"
#include "exahca/report/summary.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

namespace exahca {
namespace {

std::string level_name(std::size_t level)
{
    return level == 0 ? "the first factor" : fmt::format("the space of the first {} factors", level + 1);
}

std::string agreement_text(AgreementSummary const& agreement)
{
    return fmt::format("{} of {}, widest angle {:.1f}°", agreement.agreeing, agreement.compared, agreement.widest);
}

/// Conclusions that hold in all settings, and those that do not.
std::vector<Statement> agreements(AcrossSummary const& across)
{
    std::vector<std::string> everywhere, elsewhere;
    for (std::size_t j = 0; j < across.levels.size(); ++j) {
        auto const& level = across.levels[j];
        if (level.compared < 2) continue;
        (level.holds_everywhere() ? everywhere : elsewhere)
            .push_back(fmt::format("{} ({})", level_name(j), agreement_text(level)));
    }
    std::vector<Statement> statements;
    statements.push_back(
        {"Everywhere", everywhere.empty() ? fmt::format("Nothing is the same, to within {:.0f}°, in all {} settings.",
                                                        same_flag_degrees, across.settings.size())
                                          : fmt::format("The same in all settings: {}.", fmt::join(everywhere, "; "))});
    if (!elsewhere.empty())
        statements.push_back({"Varying", fmt::format("Different in some settings: {}.", fmt::join(elsewhere, "; "))});
    std::map<std::vector<std::string>, int> names;
    for (auto const& labels : across.labels) ++names[labels];
    statements.push_back(
        {"Order", fmt::format("{} of {} settings give the same order at every level; by benchmark they name {} {}.",
                              across.order.agreeing, across.order.compared, names.size(),
                              names.size() == 1 ? "order" : "different orders")});
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
    std::string topic, plural, singular;
};

/// The choices that one command can vary have words of their own; others come from merged runs and go by their names.
ChoiceWords words_of(std::string const& choice)
{
    static std::map<std::string, ChoiceWords> const known{
        {"domains", {"Domain sets", "sets of base models", "the set of base models"}},
        {"factors", {"Factors", "numbers of factors", "the number of factors"}},
        {"estimator", {"Estimators", "estimators", "the estimator"}},
        {"screen", {"Screening", "screening thresholds", "the screening threshold"}},
        {"contrast", {"Contrasts", "contrast functions", "the contrast function"}},
        {"density", {"Densities", "source densities", "the source density"}}};
    auto const found = known.find(choice);
    if (found != known.end()) return found->second;
    return {"Choice", "values of " + choice, choice};
}

std::string choice_text(Summary const& summary, ChoiceSummary const& choice)
{
    auto const [topic, plural, singular] = words_of(choice.choice);
    std::vector<std::string> angles;
    for (std::size_t j = 0; j < choice.widest.size(); ++j)
        if (std::isfinite(choice.widest[j]))
            angles.push_back(fmt::format("{} {:.1f}°", level_name(j), choice.widest[j]));
    auto const figures = fmt::format("{} of {} that differ in nothing else agree; widest angle: {}", choice.agreeing,
                                     choice.pairs == 1 ? std::string("1 pair") : fmt::format("{} pairs", choice.pairs),
                                     fmt::join(angles, ", "));
    auto const count = values_of(summary, choice.choice);
    if (choice.agreeing == choice.pairs)
        return fmt::format("The order does not depend on {}: the {} {} give the same ({}).", singular, count, plural,
                           figures);
    return fmt::format("The order DEPENDS on {}, {} of which were asked for ({}).", singular, count, figures);
}

} // namespace

std::vector<Statement> story_across(Summary const& summary)
{
    if (!summary.across) return {};
    auto statements = agreements(*summary.across);
    for (auto const& choice : summary.across->choices)
        statements.push_back({words_of(choice.choice).topic, choice_text(summary, choice)});
    return statements;
}

} // namespace exahca
