#include "exahca/estimate/support.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

constexpr auto nothing_settled = "Nothing about the order is settled";

/// An optimum that the likelihood cannot tell from the answer lies elsewhere at this level.
bool likelihood_hesitates(SettingSummary const& setting, std::size_t level)
{
    if (!setting.joint) return false;
    auto const& joint = *setting.joint;
    return std::any_of(joint.optima.begin(), joint.optima.end(), [&](auto const& optimum) {
        return !optimum.answer && optimum.behind <= behind_limit(joint, optimum) &&
               optimum.angles.at(level) > same_flag_degrees;
    });
}

/// Whether resamples and likelihood settle the span of the first level + 1 factors. Failed resamples count against it.
bool level_settled(SettingSummary const& setting, std::size_t level)
{
    if (!setting.bootstrap || likelihood_hesitates(setting, level)) return false;
    auto const& bootstrap = *setting.bootstrap;
    return bootstrap.level_low.at(level) >= settled_support &&
           bootstrap.worst_case_low(bootstrap.level_support.at(level)) >= settled_support;
}

/// Factors between two settled spans whose order is open.
std::string open_part(std::size_t after, std::size_t up_to, std::size_t factors, bool end_settled)
{
    if (!end_settled) return after == 0 ? nothing_settled : fmt::format("Everything after factor {}: undecided", after);
    if (after == 0 && up_to == factors) return "The order within them: undecided by these data";
    if (up_to - after == 2 && up_to == factors && after == 1)
        return "The order of the other two: undecided by these data";
    return fmt::format("The order of factors {} to {}: undecided by these data", after + 1, up_to);
}

/// " (9°)": what 95 % of the resamples stay within, rounded up.
std::string short_angle_note(BootstrapSummary const& bootstrap, std::size_t level)
{
    return bootstrap.level_angle.empty()
               ? std::string{}
               : fmt::format(" ({})", degrees_text(std::ceil(bootstrap.level_angle[level]), 0));
}

bool is_rejected(SettingSummary const& setting, NestedComparison JointSummary::*which)
{
    return setting.joint && ((*setting.joint).*which).verdict() == NestedComparison::Verdict::rejected;
}

/// The space of all factors.
std::string span_text(SettingSummary const& setting, std::vector<std::string> const& benchmarks, bool settled)
{
    auto const m = static_cast<std::size_t>(setting.factors);
    auto const& bootstrap = *setting.bootstrap;
    if (m == benchmarks.size()) return "The factors span all of score space";
    bool const shared = !is_rejected(setting, &JointSummary::shared_space);
    auto const name = m == 1 ? fmt::format("{} direction", shared ? "shared" : "common")
                             : fmt::format("{}{} dimensions", m, shared ? " shared" : "");
    if (settled) {
        auto const told =
            m == 1 ? fmt::format("One {}, {}", name, direction_words(setting.orders[0].unmixing[0], benchmarks)) : name;
        auto const note = short_angle_note(bootstrap, m - 1);
        return shared ? fmt::format("{}: certain{}", told, note)
                      : fmt::format("{}: resamples agree{}, but the base models do not share {} by BIC", told, note,
                                    m == 1 ? "it" : "them");
    }
    double const agreeing = bootstrap.level_support.back();
    auto const failed =
        bootstrap.failed > 0 ? fmt::format(", {} more failed", grouped(bootstrap.failed)) : std::string{};
    auto const resamples =
        fmt::format("{} of {}{}", share_text(agreeing), counted(bootstrap.replicates, "resample", "resamples"), failed);
    // Those that failed count against it, as in the verdict.
    double const asked = static_cast<double>(bootstrap.replicates + bootstrap.failed);
    if (agreeing * static_cast<double>(bootstrap.replicates) >= settled_support * asked)
        return fmt::format("The {}: likely, but not certain ({})", name, resamples);
    return fmt::format("Even the {}: undecided by these data ({})", name, resamples);
}

/// Adds what may be said of the answer as a whole, once even if nothing is settled.
void add_quotable(SettingSummary const& setting, std::vector<std::string>& parts)
{
    auto const support = share_text(setting.bootstrap->support);
    if (setting.settled) {
        parts.push_back(fmt::format("The order as a whole can be quoted together with its support, {}", support));
        return;
    }
    if (parts.back() != nothing_settled) parts.emplace_back("The order above is not settled");
    parts.back() += fmt::format(": quote it only with its support, {}", support);
}

} // namespace

Statement bottom_line(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    auto const rejected = rejected_assumptions(setting);
    auto const caveat = rejected.empty()
                            ? std::string{}
                            : fmt::format("BIC rejects assumptions that this rests on: {}", fmt::join(rejected, "; "));
    auto const* const anchors = anchors_of(setting);
    auto const finish = [&](std::vector<std::string> parts) -> Statement {
        if (anchors != nullptr)
            parts.push_back(
                anchors->rejected()
                    ? fmt::format("The data reject {}, on which this rests and which all resamples keep",
                                  anchors_name(*anchors))
                    : fmt::format("All of this is given {}, which all resamples keep", anchors_name(*anchors)));
        if (!caveat.empty()) parts.push_back(caveat);
        return {Topic::bottom_line, fmt::format("{}.", fmt::join(parts, ". ")), true};
    };
    if (!setting.bootstrap) {
        bool const open = setting.joint && !setting.joint->decided;
        return finish({fmt::format("A single answer without an error bar{}: do not quote it yet",
                                   open ? ", and undecided even on these data" : "")});
    }
    auto const m = static_cast<std::size_t>(setting.factors);
    bool const span_settled = m == benchmarks.size() || level_settled(setting, m - 1);
    std::vector<std::string> parts{span_text(setting, benchmarks, span_settled)};
    if (has_too_few_resamples(setting)) { // nor any level
        parts.push_back(too_few_text(setting));
        return finish(std::move(parts));
    }
    // Where BIC rejects the model that the levels belong to, resamples that agree are no certainty.
    bool const model_rejected = is_rejected(setting, &JointSummary::shared_space) ||
                                is_rejected(setting, &JointSummary::hierarchy) ||
                                (anchors != nullptr && anchors->rejected());
    auto const word = model_rejected ? "resamples agree" : "certain";
    std::size_t settled_up_to = 0;
    for (std::size_t j = 0; m > 1 && j < m; ++j) {
        bool const is_last = j + 1 == m;
        bool const settled = is_last ? span_settled : level_settled(setting, j);
        if (!settled && !is_last) continue;
        if (j == 0)
            parts.push_back(fmt::format("First cause, {}: {}{}",
                                        direction_words(setting.orders[0].unmixing[0], benchmarks), word,
                                        short_angle_note(*setting.bootstrap, 0)));
        else if (!settled || j - settled_up_to >= 1)
            parts.push_back(open_part(settled_up_to, j + 1, m, settled));
        if (j > 0 && settled && !is_last)
            parts.push_back(
                fmt::format("The first {} together: {}{}", j + 1, word, short_angle_note(*setting.bootstrap, j)));
        settled_up_to = j + 1;
    }
    if (m > 1) add_quotable(setting, parts);
    return finish(std::move(parts));
}

} // namespace exahca
