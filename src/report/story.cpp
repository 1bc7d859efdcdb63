#include "exahca/report/certainty.hpp"
#include "exahca/report/summary.hpp"

#include "exahca/experiment/influence.hpp"
#include "exahca/experiment/support.hpp"
#include "story.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

std::string share(double value) { return fmt::format("{:.0f} %", 100 * value); }

/// An optimum that the likelihood cannot tell from the answer lies elsewhere at this level.
bool likelihood_hesitates(SettingSummary const& setting, std::size_t level)
{
    if (!setting.joint) return false;
    auto const& joint = *setting.joint;
    double const missed = std::max({1.0, joint.optimiser_miss, joint.remaining_miss});
    return std::any_of(joint.optima.begin(), joint.optima.end(), [&](auto const& optimum) {
        return !optimum.answer && optimum.behind <= missed && optimum.angles.at(level) > same_flag_degrees;
    });
}

/// Whether resamples and likelihood settle the span of the first level + 1 factors.
bool level_settled(SettingSummary const& setting, std::size_t level)
{
    return setting.bootstrap && setting.bootstrap->level_low.at(level) >= settled_support &&
           !likelihood_hesitates(setting, level);
}

std::string span_name(std::size_t level, std::size_t factors)
{
    if (level == 0) return "the first factor";
    if (level + 1 == factors) return fmt::format("the space of all {}", factors);
    return fmt::format("the space of the first {}", level + 1);
}

/// "(3.1°)": how far 95 % of the resamples stray at most.
std::string angle_note(BootstrapSummary const& bootstrap, std::size_t level)
{
    return bootstrap.level_angle.empty()
               ? std::string{}
               : fmt::format(" (95 % of resamples within {:.1f}°)", bootstrap.level_angle[level]);
}

Statement found(SettingSummary const& setting)
{
    std::int64_t used = 0;
    for (auto const& domain : setting.domains) used += domain.models_used;
    if (setting.factors < 2)
        return {"Direction", fmt::format("{}. With one factor there is no order to find.", direction_text(setting))};
    return {"Direction",
            fmt::format("{}: the order that fits {} of {} best.", direction_text(setting),
                        counted(used, "model", "models"),
                        counted(static_cast<std::int64_t>(setting.domains.size()), "base model", "base models"))};
}

/// What tells factors of the same name apart; nothing where all names differ.
std::vector<Statement> shared_names(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < setting.factors_found.size(); ++i) {
        auto const& name = setting.factors_found[i].benchmark;
        auto const count = std::count_if(setting.factors_found.begin(), setting.factors_found.end(),
                                         [&](auto const& factor) { return factor.benchmark == name; });
        if (count < 2) continue;
        auto const words = signed_words(setting.factor_weights.at(i), benchmarks);
        if (!words.empty()) parts.push_back(fmt::format("z{} weighs {}", i + 1, words));
    }
    if (parts.empty()) return {};
    return {
        {"Names", fmt::format("Several factors are closest to the same benchmark. They differ in what they weigh: {}.",
                              fmt::join(parts, "; "))}};
}

Statement certainty(SettingSummary const& setting)
{
    auto const& bootstrap = *setting.bootstrap;
    auto text =
        fmt::format("{} of {} resamples agree with the best order at every level [{}, {}].", share(bootstrap.support),
                    grouped(bootstrap.replicates), share(bootstrap.low), share(bootstrap.high));
    auto const& groups = bootstrap.groups;
    auto const other =
        std::max_element(groups.begin() + std::min<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(groups.size())),
                         groups.end(), [](auto const& a, auto const& b) { return a.members < b.members; });
    if (!setting.settled && other != groups.end() && !other->labels.empty() && !other->labels[0].empty())
        text += fmt::format(" {} agree on {}: {}.", share(other->share),
                            other->members > groups[0].members ? "another more often" : "another",
                            chain_text(other->labels));
    if (setting.joint && !setting.joint->decided && setting.joint->optima.size() > 1)
        text += " On these very data the likelihood cannot tell it from another order.";
    return {"Certainty", text};
}

Statement levels(SettingSummary const& setting)
{
    auto const& bootstrap = *setting.bootstrap;
    auto const m = static_cast<std::size_t>(setting.factors);
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < m; ++j)
        parts.push_back(
            fmt::format("{} in {}{}", span_name(j, m), share(bootstrap.level_support[j]), angle_note(bootstrap, j)));
    return {"By level",
            fmt::format("Resamples give again, to within {:.0f}°: {}.", same_flag_degrees, fmt::join(parts, "; "))};
}

std::vector<Statement> other_replicates(SettingSummary const& setting)
{
    std::vector<Statement> statements;
    for (auto const& placebo : setting.placebos) {
        auto text =
            fmt::format("{}: p = {:.3g} from {} ({} median MIC): {}.", placebo.kind, placebo.p_value,
                        counted(placebo.replicates, "data set", "data sets"), plain_number(placebo.median_mic, 4),
                        placebo.p_value <= 0.05 ? "data without a common order rarely fit so well"
                                                : "data without a common order fit as well");
        if (placebo.choice)
            text +=
                fmt::format(" This set has the lowest MIC of {} domain sets: with a placebo that chooses likewise, "
                            "p = {:.3g} ({} median lowest MIC).",
                            placebo.choice->sets, placebo.choice->p_value, plain_number(placebo.choice->median_mic, 4));
        statements.push_back({"Placebo", std::move(text)});
    }
    if (setting.parametric)
        statements.push_back({"If true", fmt::format("{} of {} drawn from this fit give its order again [{}, {}].",
                                                     share(setting.parametric->recovered),
                                                     counted(setting.parametric->replicates, "data set", "data sets"),
                                                     share(setting.parametric->low), share(setting.parametric->high))});
    if (auto reading = calibrated(setting)) statements.push_back(std::move(*reading));
    if (setting.no_control)
        statements.push_back(
            {"No control",
             fmt::format("{} of the pooled models have a median MIC of {}, {} as low as observed, and flags {:.0f}° "
                         "apart: a low MIC alone is no evidence.",
                         counted(setting.no_control->replicates, "random split", "random splits"),
                         plain_number(setting.no_control->median_mic, 4), share(setting.no_control->as_low),
                         setting.no_control->median_angle)});
    return statements;
}

std::string range_of_totals(std::vector<DecidingModel> const& models)
{
    auto const [least, most] = std::minmax_element(
        models.begin(), models.end(), [](auto const& a, auto const& b) { return a.relative_total < b.relative_total; });
    auto const low = fmt::format("{:.2f}", least->relative_total), high = fmt::format("{:.2f}", most->relative_total);
    return low == high ? low : fmt::format("{} to {}", low, high);
}

/// "llama-3-8b 10, qwen2.5-7b 4".
std::string counts_by_domain(std::vector<DecidingModel> const& models)
{
    std::vector<std::pair<std::string, int>> counts;
    for (auto const& model : models) {
        auto const known =
            std::find_if(counts.begin(), counts.end(), [&](auto const& count) { return count.first == model.domain; });
        if (known == counts.end())
            counts.emplace_back(model.domain, 1);
        else
            ++known->second;
    }
    std::string text;
    for (auto const& [domain, count] : counts)
        text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", count, domain);
    return text;
}

std::string other_order(InfluenceCaseSummary const& one, SettingSummary const& setting)
{
    std::vector<std::string> usual;
    for (auto const& factor : setting.factors_found) usual.push_back(factor.benchmark);
    auto const level = std::max_element(one.angles.begin(), one.angles.end()) - one.angles.begin();
    auto const where = span_name(static_cast<std::size_t>(level), usual.size());
    auto const turned = fmt::format("{} turns by {:.0f}°", where, one.angles[static_cast<std::size_t>(level)]);
    return one.labels == usual ? turned : fmt::format("the order is {}, and {}", chain_text(one.labels), turned);
}

Statement deciding_models(SettingSummary const& setting, InfluenceSummary const& influence)
{
    auto const models = grouped(influence.models);
    if (!influence.deciding) {
        std::int64_t most = 0;
        for (auto const& one : influence.cases)
            if (one.analysed && one.exclusion != to_string(Exclusion::domain)) most = std::max(most, one.left_out);
        return {"Influence", fmt::format("No models that were left out, up to {} of {} at a time, change the order.",
                                         grouped(most), models)};
    }
    auto const& one = influence.cases[*influence.deciding];
    auto text = fmt::format("{} of {} models {} it: without {} ({}; totals {} of the median) {}.",
                            grouped(one.left_out), models, one.left_out == 1 ? "decides" : "decide",
                            one.left_out == 1 ? "it" : "them", counts_by_domain(influence.deciding_models),
                            range_of_totals(influence.deciding_models), other_order(one, setting));
    auto const collapsed = std::find_if(influence.cases.begin(), influence.cases.end(), [](auto const& other) {
        return other.exclusion == to_string(Exclusion::below) && other.changes;
    });
    if (collapsed != influence.cases.end() && &*collapsed != &one)
        text += fmt::format(" Without the {} below {} of their base model's median total {}.",
                            counted(collapsed->left_out, "model", "models"), collapsed->amount,
                            other_order(*collapsed, setting));
    return {"Influence", text};
}

/// Groups of equal size, by total: which of them change the order.
std::string group_text(InfluenceSummary const& influence)
{
    constexpr std::size_t most_named = 12;
    std::int64_t groups = 0;
    std::vector<std::string> changing;
    for (auto const& one : influence.cases) {
        if (one.exclusion != to_string(Exclusion::group) || !one.analysed) continue;
        ++groups;
        if (one.changes) changing.push_back(fmt::format("{:.0f}", one.amount + 1));
    }
    if (groups == 0) return {};
    auto const all = counted(groups, "group", "groups");
    if (changing.empty())
        return fmt::format("Of {} of equal size, ranked by total, none changes the order when left out.", all);
    auto const count = changing.size();
    if (count > most_named) {
        changing.resize(most_named);
        changing.emplace_back("...");
    }
    return fmt::format(
        "Of {} of equal size, ranked by total, {} {} the order when left out: {}, counted from the lowest.", all, count,
        count == 1 ? "changes" : "change", fmt::join(changing, ", "));
}

std::string domain_text(SettingSummary const& setting, InfluenceSummary const& influence)
{
    std::int64_t cases = 0;
    std::vector<std::string> changing;
    for (auto const& one : influence.cases) {
        if (one.exclusion != to_string(Exclusion::domain) || !one.analysed) continue;
        ++cases;
        if (one.changes) changing.push_back(fmt::format("without {} {}", one.domain, other_order(one, setting)));
    }
    if (cases == 0) return {};
    if (changing.empty()) return "Leaving out any one base model does not change the order.";
    return fmt::format("Leaving out one base model changes it in {} of {} cases: {}.", changing.size(), cases,
                       fmt::join(changing, "; "));
}

std::vector<Statement> influence_statements(SettingSummary const& setting)
{
    if (!setting.influence) return {};
    std::vector<Statement> statements{deciding_models(setting, *setting.influence)};
    for (auto const& text : {group_text(*setting.influence), domain_text(setting, *setting.influence)})
        if (!text.empty()) statements.push_back({"", text});
    if (setting.influence->quick_differs)
        statements.push_back({"", "The quick analysis that this rests on gives another order than the estimate when "
                                  "nothing is left out: compare these figures with each other only."});
    return statements;
}

/// Factors between two settled spans whose order is open.
std::string open_part(std::size_t after, std::size_t up_to, std::size_t factors, bool end_settled)
{
    if (!end_settled)
        return after == 0 ? "Nothing about the order is settled" : fmt::format("All after factor {}: undecided", after);
    if (after == 0 && up_to == factors) return "The order within them: undecided by these data";
    if (up_to - after == 2 && up_to == factors && after == 1)
        return "The order of the other two: undecided by these data";
    return fmt::format("The order of factors {} to {}: undecided by these data", after + 1, up_to);
}

/// The shared space of all factors where it is not certain.
std::string unsettled_span(SettingSummary const& setting)
{
    auto const& bootstrap = *setting.bootstrap;
    double const agreeing = bootstrap.level_support.back();
    auto const resamples = fmt::format("{} of {} resamples", share(agreeing), grouped(bootstrap.replicates));
    auto const name =
        setting.factors == 1 ? std::string("shared direction") : fmt::format("{} shared dimensions", setting.factors);
    if (agreeing >= settled_support) return fmt::format("The {}: likely, but not certain ({})", name, resamples);
    return fmt::format("Even the {}: undecided by these data ({})", name, resamples);
}

Statement bottom_line(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    if (!setting.bootstrap) return {"Bottom line", "One answer without an error bar: do not quote it yet."};
    auto const m = static_cast<std::size_t>(setting.factors);
    auto const& bootstrap = *setting.bootstrap;
    std::vector<std::string> parts;
    auto const angle = [&](std::size_t level) {
        return bootstrap.level_angle.empty() ? std::string{}
                                             : fmt::format(" ({:.0f}°)", std::ceil(bootstrap.level_angle[level]));
    };
    bool const whole_space = m == benchmarks.size();
    bool const span_settled = whole_space || level_settled(setting, m - 1);
    if (whole_space)
        parts.emplace_back("The factors span all of score space");
    else if (span_settled)
        parts.push_back(m == 1 ? fmt::format("One shared direction, {}: certain{}",
                                             direction_words(setting.orders[0].unmixing[0], benchmarks), angle(0))
                               : fmt::format("{} shared dimensions: certain{}", m, angle(m - 1)));
    else
        parts.push_back(unsettled_span(setting));
    std::size_t settled_up_to = 0;
    for (std::size_t j = 0; m > 1 && j < m; ++j) {
        bool const is_last = j + 1 == m;
        bool const settled = is_last ? span_settled : level_settled(setting, j);
        if (!settled && !is_last) continue;
        if (j == 0)
            parts.push_back(fmt::format("First cause, {}: certain{}",
                                        direction_words(setting.orders[0].unmixing[0], benchmarks), angle(0)));
        else if (!settled || j - settled_up_to >= 1)
            parts.push_back(open_part(settled_up_to, j + 1, m, settled));
        if (j > 0 && settled && !is_last)
            parts.push_back(fmt::format("The first {} together: certain{}", j + 1, angle(j)));
        settled_up_to = j + 1;
    }
    if (setting.settled && m > 1)
        parts.push_back(
            fmt::format("The order as a whole can be quoted together with its support, {}", share(bootstrap.support)));
    else if (m > 1)
        parts.push_back(fmt::format("The order above is not settled: quote it only with its support, {}",
                                    share(bootstrap.support)));
    return {"Bottom line", fmt::format("{}.", fmt::join(parts, ". "))};
}

} // namespace

std::string direction_words(std::vector<double> const& weights, std::vector<std::string> const& benchmarks)
{
    std::vector<std::size_t> order(weights.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return std::abs(weights[a]) > std::abs(weights[b]); });
    double const largest = weights[order[0]];
    std::vector<std::string> with, against;
    for (auto const i : order) {
        double const relative = weights[i] / largest;
        if (relative >= 0.4) with.push_back(benchmarks.at(i));
        if (relative <= -0.25) against.push_back(benchmarks.at(i));
    }
    auto const text = fmt::format("{}", fmt::join(with, " + "));
    return against.empty() ? text : fmt::format("{} against {}", text, fmt::join(against, " + "));
}

std::string signed_words(std::vector<double> weights, std::vector<std::string> const& benchmarks)
{
    auto const largest = std::max_element(weights.begin(), weights.end());
    if (!(*largest > 0)) return {};
    // direction_words takes the sign of the largest: nothing that is negative may be larger.
    double const most = *largest;
    for (double& weight : weights) weight = std::max(weight, -most * 0.999);
    return direction_words(weights, benchmarks);
}

std::optional<Statement> calibrated(SettingSummary const& setting)
{
    if (!setting.parametric || !setting.bootstrap || setting.parametric->calibration.empty()) return std::nullopt;
    auto const& parametric = *setting.parametric;
    double const support = setting.bootstrap->support;
    auto const* bin = parametric.reading_of(support);
    if (bin == nullptr) return Statement{"Calibrated", "The support is not known."};
    std::int64_t all = 0;
    for (auto const& other : parametric.calibration) all += other.total;
    auto const range = fmt::format("{} to {}", share(bin->low), share(bin->high));
    if (bin->total == 0)
        return Statement{"Calibrated",
                         fmt::format("None of {} data sets drawn from this fit has a support of {}, as these data "
                                     "have ({}): the fit does not explain it.",
                                     all, range, share(support))};
    return Statement{
        "Calibrated",
        fmt::format("Of {} data sets drawn from this fit {} had a support of {}, as these data have ({}); the order "
                    "found was right in {} of {}: {} [{}, {}].",
                    all, bin->total, range, share(support), bin->right, bin->total,
                    share(static_cast<double>(bin->right) / static_cast<double>(bin->total)), share(bin->share_low),
                    share(bin->share_high))};
}

std::vector<Statement> story(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    if (!setting.failure.empty()) return {{"No estimate", setting.failure + "."}};
    if (setting.factors_found.empty()) return {}; // orders of given matrices: the table says it all
    std::vector<Statement> statements{found(setting)};
    for (auto const& names : shared_names(setting, benchmarks)) statements.push_back(names);
    if (setting.bootstrap) {
        statements.push_back(certainty(setting));
        statements.push_back(levels(setting));
    }
    for (auto const& more : {other_replicates(setting), influence_statements(setting)})
        statements.insert(statements.end(), more.begin(), more.end());
    statements.push_back(bottom_line(setting, benchmarks));
    return statements;
}

} // namespace exahca
