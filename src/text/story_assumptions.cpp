#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

using NestedVerdict = NestedComparison::Verdict;

/// One of the two comparisons and how it is told.
struct Assumption
{
    NestedComparison comparison;
    std::string_view name, alternative; ///< of the smaller and of the larger model
    Topic topic;                        ///< of its line in full
};

std::vector<Assumption> assumptions_of(JointSummary const& joint)
{
    return {{joint.shared_space, "one space of factors for all base models", "one for each", Topic::subspace},
            {joint.hierarchy, "the exact hierarchy", "none", Topic::hierarchy}};
}

std::string figure(Assumption const& assumption)
{
    return fmt::format("BIC {} against {}", signed_number(assumption.comparison.bic_difference, 1),
                       assumption.alternative);
}

std::string capitalised(std::string text)
{
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string largest_text(FactorChoiceSummary const& choice)
{
    return fmt::format("{} is the largest that {}", choice.preferred,
                       choice.shortfalls.back() ? "can be compared" : "was tried");
}

std::string factors_text(SettingSummary const& setting)
{
    auto const asked = counted(setting.factors, "factor", "factors");
    auto const& choice = setting.joint->factor_choice;
    if (!choice) return fmt::format("{}: no other number was tried", asked);
    auto const tried = fmt::format("{}", fmt::join(choice->tried, ", "));
    auto const end = choice->largest_is_preferred() ? fmt::format("; {}, more may fit better", largest_text(*choice))
                                                    : std::string{};
    if (auto const& shortfall = choice->shortfall_of(setting.factors))
        return fmt::format("{}: not compared, because its fit is {} below that of {}, so it is not at its maximum",
                           asked, plain_number(shortfall.below, 1), shortfall.fewer);
    if (choice->preferred == setting.factors) return fmt::format("{}: preferred of {}{}", asked, tried, end);
    auto const own = std::find(choice->tried.begin(), choice->tried.end(), setting.factors) - choice->tried.begin();
    return fmt::format("{}: BIC prefers {} of {} (by {}){}", asked, choice->preferred, tried,
                       plain_number(choice->bic_behind.at(static_cast<std::size_t>(own)), 1), end);
}

} // namespace

NestedComparison::Verdict NestedComparison::verdict() const
{
    if (degrees_of_freedom <= 0) return NestedVerdict::not_tested;
    if (std::abs(bic_difference) < bare_mention) return NestedVerdict::open;
    return bic_difference < 0 ? NestedVerdict::kept : NestedVerdict::rejected;
}

std::string_view to_string(NestedComparison::Verdict verdict)
{
    switch (verdict) {
    case NestedVerdict::not_tested:
        return "not tested";
    case NestedVerdict::kept:
        return "kept";
    case NestedVerdict::open:
        return "open";
    case NestedVerdict::rejected:
        return "rejected";
    }
    throw std::logic_error("a verdict has no name");
}

Statement assumptions(SettingSummary const& setting)
{
    if (!setting.joint)
        return {
            Topic::assumptions,
            "Not tested: estimator joint compares one space of factors for all base models, the exact hierarchy and "
            "numbers of factors by BIC.",
            true};
    std::vector<std::string> parts;
    for (auto const& assumption : assumptions_of(*setting.joint))
        if (auto const verdict = assumption.comparison.verdict(); verdict != NestedVerdict::not_tested)
            parts.push_back(
                capitalised(fmt::format("{}: {} ({})", assumption.name, to_string(verdict), figure(assumption))));
    parts.push_back(factors_text(setting));
    if (auto const* anchors = anchors_of(setting))
        parts.push_back(
            capitalised(fmt::format("{}: {}", anchors_name(*anchors), anchors->rejected() ? "rejected" : "kept")));
    return {Topic::assumptions, fmt::format("{}.", fmt::join(parts, ". ")), true};
}

std::vector<std::string> rejected_assumptions(SettingSummary const& setting)
{
    if (!setting.joint) return {};
    std::vector<std::string> rejected;
    for (auto const& assumption : assumptions_of(*setting.joint))
        if (assumption.comparison.verdict() == NestedVerdict::rejected)
            rejected.push_back(fmt::format("{} ({})", assumption.name, figure(assumption)));
    auto const& choice = setting.joint->factor_choice;
    if (choice && choice->preferred != setting.factors && !choice->shortfall_of(setting.factors))
        rejected.push_back(fmt::format("{} ({} {})", counted(setting.factors, "factor", "factors"), choice->preferred,
                                       choice->preferred == 1 ? "is preferred" : "are preferred"));
    return rejected;
}

std::vector<Statement> comparisons(JointSummary const& joint)
{
    std::vector<Statement> statements;
    for (auto const& assumption : assumptions_of(joint)) {
        auto const verdict = assumption.comparison.verdict();
        if (verdict == NestedVerdict::not_tested) continue;
        statements.push_back(
            {assumption.topic,
             fmt::format("{} ({}): {} {}.", figure(assumption),
                         counted(assumption.comparison.degrees_of_freedom, "degree of freedom", "degrees of freedom"),
                         assumption.name,
                         verdict == NestedVerdict::open ? "stays open" : fmt::format("is {}", to_string(verdict)))});
    }
    return statements;
}

std::optional<Statement> factor_choice(SettingSummary const& setting)
{
    if (!setting.joint || !setting.joint->factor_choice) return std::nullopt;
    auto const& choice = *setting.joint->factor_choice;
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < choice.tried.size(); ++i) {
        auto const& shortfall = choice.shortfalls[i];
        auto const standing = choice.tried[i] == choice.preferred ? "best" : signed_number(choice.bic_behind[i], 1);
        parts.push_back(fmt::format("{}: {}", choice.tried[i],
                                    shortfall ? fmt::format("not at its maximum, {} below {}",
                                                            plain_number(shortfall.below, 1), shortfall.fewer)
                                              : standing));
    }
    auto const end = choice.largest_is_preferred() ? "; " + largest_text(choice) : std::string{};
    return Statement{Topic::by_bic, fmt::format("numbers of factors {} (residual weights released, {}){}.",
                                                fmt::join(parts, ", "), setting.variant, end)};
}

} // namespace exahca
