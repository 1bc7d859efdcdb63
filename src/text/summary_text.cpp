#include "exahca/text/summary_text.hpp"

#include "exahca/read/edges.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/text.hpp"
#include "exahca/text/warnings.hpp"
#include "statement_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

namespace exahca {
namespace {

constexpr std::size_t orders_shown = 5;
constexpr std::size_t groups_shown = 4;
constexpr std::size_t reasons_shown = 10;

/// The number of candidate orders, in digits where they can be read.
std::string order_count_text(double log10_count)
{
    if (log10_count < 9) return fmt::format("{:.0f}", std::pow(10.0, log10_count));
    return fmt::format("10^{:.1f}", log10_count);
}

void print_domains(Out out, SettingSummary const& setting)
{
    std::int64_t models = 0, used = 0;
    std::vector<std::string> parts;
    for (auto const& domain : setting.domains) {
        models += domain.models;
        used += domain.models_used + domain.models_unusable;
        parts.push_back(fmt::format("{} {}", domain.name, domain.models));
    }
    fmt::format_to(out, "Base models  {}   {} models\n", fmt::join(parts, " · "), models);
    auto const dropped = models - used;
    if (setting.screens_by_fit)
        fmt::format_to(out, "Screening    {}\n",
                       dropped == 0 ? std::string("no model has unusually low scores")
                                    : fmt::format("{} {} unusually low scores and {} left out",
                                                  counted(dropped, "model", "models"), dropped == 1 ? "has" : "have",
                                                  dropped == 1 ? "is" : "are"));
    if (setting.screen > 0)
        fmt::format_to(out, "Screening    {}, below {} of {} base model's median total, left out\n",
                       counted(dropped, "model", "models"), setting.screen, dropped == 1 ? "its" : "their");
}

/// Where scales end, and what is missing: the data of all settings.
void print_scales(Out out, Summary const& summary)
{
    if (summary.scales.empty()) return;
    std::vector<std::string> parts;
    for (auto const& scale : summary.scales) {
        std::vector<std::string> facts;
        if (scale.floor) facts.push_back(fmt::format("{} at its floor of {}", scale.at_floor, *scale.floor));
        if (scale.ceiling) facts.push_back(fmt::format("{} at its ceiling of {}", scale.at_ceiling, *scale.ceiling));
        if (scale.missing > 0) facts.push_back(fmt::format("{} missing", scale.missing));
        parts.push_back(fmt::format("{} {}", scale.benchmark, fmt::join(facts, ", ")));
    }
    print_statement(out, {Topic::scores, fmt::format("{}", fmt::join(parts, "; "))});
    fmt::format_to(out, "\n");
}

void print_orders(Out out, SettingSummary const& setting)
{
    if (setting.of_flags)
        fmt::format_to(out, "Best flags   each with the order that suits it ({})\n", proof_text(setting));
    else
        fmt::format_to(out, "Best orders  of {} candidates ({})\n", order_count_text(setting.candidate_orders_log10),
                       proof_text(setting));
    fmt::format_to(
        out,
        "             MIC: maximum inexactness coefficient, from 0, if an order fits every base model exactly, "
        "up to 1\n      {:>8}  {:>8}  {:>8}  largest angle to the best\n",
        "MIC", "mean", "gap");
    for (std::size_t i = 0; i < std::min(orders_shown, setting.orders.size()); ++i) {
        auto const& order = setting.orders[i];
        auto const angle = *std::max_element(order.angle_to_best.begin(), order.angle_to_best.end());
        fmt::format_to(out, "  {:>2}  {:>8}  {:>8}  {:>8}  {:>5.1f}°{}\n", i + 1, plain_number(order.mic, 4),
                       plain_number(order.mean_inexactness, 4),
                       i == 0 ? std::string{} : signed_number(order.minimised - setting.orders[0].minimised, 4), angle,
                       order.differs ? "  DIFFERENT" : "");
    }
    if (auto const text = next_different_order(setting); !text.empty()) fmt::format_to(out, "             {}\n", text);
}

void print_factors(Out out, SettingSummary const& setting)
{
    fmt::format_to(out, "{:<13}one unit is one point of the benchmark that names it\n",
                   setting.has_order() ? "Factors      in causal order; " : "Factor");
    for (std::size_t i = 0; i < setting.factors_found.size(); ++i) {
        auto const& factor = setting.factors_found[i];
        fmt::format_to(out, "  z{}  {:<44} R² {}{}\n", i + 1, factor_title(factor), plain_number(factor.r2, 4),
                       i == 0 ? "" : fmt::format("  given z1{}", i > 1 ? fmt::format(" .. z{}", i) : std::string{}));
    }
}

void print_weights(Out out, SettingSummary const& setting)
{
    if (!setting.has_order()) return;
    bool const intervals = !setting.domains[0].coefficients_low.empty();
    fmt::format_to(
        out, "Weights      points of the effect per point of the cause{}\n",
        intervals
            ? fmt::format("\n             with nominal 90 % intervals over the resamples that agree:\n             {}",
                          coverage_note(setting))
            : std::string{});
    for (auto const& domain : setting.domains) {
        fmt::format_to(out, "  {:<16}", domain.name);
        for (std::size_t cause = 0; cause + 1 < domain.coefficients.size(); ++cause)
            for (std::size_t effect = cause + 1; effect < domain.coefficients.size(); ++effect) {
                fmt::format_to(out, "  z{}→z{} {}", cause + 1, effect + 1,
                               signed_number(domain.coefficients[effect][cause], 2));
                if (intervals)
                    fmt::format_to(out, " [{}, {}]", signed_number(domain.coefficients_low[effect][cause], 2),
                                   signed_number(domain.coefficients_high[effect][cause], 2));
            }
        fmt::format_to(out, "\n");
    }
}

/// The directions that resamples give, the answer's first.
void print_groups(Out out, SettingSummary const& setting)
{
    auto const& groups = setting.bootstrap->groups;
    for (std::size_t g = 0; g < std::min(groups_shown, groups.size()); ++g) {
        auto const& group = groups[g];
        fmt::format_to(out, "             {:>5.1f} %  {}{}\n", 100 * group.share, group_direction(setting, g),
                       g == 0 ? "  (the answer)" : "");
    }
}

void print_optima(Out out, SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    auto const& joint = *setting.joint;
    auto const listed = std::min(orders_shown, joint.optima.size());
    print_statement(
        out, "Optima",
        fmt::format("{} of the likelihood {} found{}: log-likelihood behind the answer, fits that ended there, and "
                    "largest angle to the answer",
                    counted(joint.optimum_count, "maximum", "maxima"), joint.optimum_count == 1 ? "was" : "were",
                    std::cmp_less(listed, joint.optimum_count) ? fmt::format("; of the first {}", listed) : ""));
    fmt::format_to(out, "      {:>8}  {:>10}  {:>6}  {:>13}  direction by benchmark\n", "behind", "std. error", "fits",
                   "angle");
    auto const* const rival = nearest_rival(joint);
    for (std::size_t i = 0; i < joint.optima.size(); ++i) {
        auto const& optimum = joint.optima[i];
        if (i >= listed && (joint.decided || &optimum != rival))
            continue; // the one that Decided speaks of is shown, too
        fmt::format_to(out, "  {:>2}  {:>8}  {:>10}  {:>6}  {:>12.1f}°  {}{}\n", i + 1, plain_number(optimum.behind, 1),
                       optimum.behind_error > 0 ? plain_number(optimum.behind_error, 1) : "", optimum.fits,
                       *std::max_element(optimum.angles.begin(), optimum.angles.end()), chain_text(optimum.labels),
                       optimum.answer ? "  (the answer)" : "");
    }
    print_statement(out, {Topic::the_same, decided_text(joint)});
    print_statement(out, likelihood_statement(joint));
    for (auto const& statement : noise_statements(joint, benchmarks)) print_statement(out, statement);
    for (auto const& comparison : comparisons(joint)) print_statement(out, comparison);
    // Another answer without screening is a warning, and stands there.
    if (!joint.unscreened_angles.empty() && !screening_decides(joint))
        print_statement(out, {Topic::unscreened, unscreened_text(joint)});
}

/// Every setting at a glance: whether it gives what most settings give.
void print_across(Out out, AcrossSummary const& across)
{
    fmt::format_to(out, "  {:>7}", "first 1");
    for (std::size_t j = 1; j < across.levels.size(); ++j)
        fmt::format_to(out, "  {:>7}", fmt::format("first {}", j + 1));
    fmt::format_to(out, "  {:>7}  factors by benchmark, setting\n", "order");
    for (std::size_t s = 0; s < across.settings.size(); ++s) {
        for (std::size_t j = 0; j < across.levels.size(); ++j)
            fmt::format_to(out, "  {:>7}", agreement_mark(across.levels[j], across.level_agrees[s][j]));
        fmt::format_to(out, "  {:>7}  {}   {}\n", agreement_mark(across.order, across.order_agrees[s]),
                       chain_text(named(across.labels[s])), across.settings[s]);
    }
}

void print_warnings(Out out, SettingSummary const& setting, TextLength length)
{
    for (auto const& warning : warnings_of(setting))
        if (length == TextLength::full || warning.about_answer) print_statement(out, {Topic::warning, warning.text});
}

/// The answer alone. Several settings are told apart by their names.
void print_brief(Out out, SettingSummary const& setting, std::vector<std::string> const& benchmarks, bool named)
{
    if (named) fmt::format_to(out, "Setting      {}\n", setting.name);
    auto const statements = story(setting, benchmarks);
    for (std::size_t i = 0; i + 1 < statements.size(); ++i)
        if (statements[i].brief) print_statement(out, statements[i]);
    print_warnings(out, setting, TextLength::brief);
    if (!statements.empty()) print_statement(out, statements.back());
    if (named) fmt::format_to(out, "\n");
}

/// What a file of many settings has of one without details.
void print_undetailed(Out out, SettingSummary const& setting, std::vector<Statement> const& statements)
{
    for (auto const& domain : setting.domains)
        fmt::format_to(out, "{:<13}{}, {} used\n", &domain == &setting.domains[0] ? "Base models" : "", domain.name,
                       counted(domain.models_used, "model", "models"));
    for (auto const& statement : statements) print_statement(out, statement);
    print_factors(out, setting);
    print_weights(out, setting);
    fmt::format_to(out, "\n");
}

void print_setting(Out out, SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    fmt::format_to(out, "{}\n{}\n", setting.name, std::string(std::min<std::size_t>(setting.name.size(), 110), '-'));
    auto const statements = story(setting, benchmarks);
    if (!setting.detailed && setting.has_answer()) {
        print_undetailed(out, setting, statements);
        return;
    }
    if (!setting.failure.empty()) {
        for (auto const& statement : statements) print_statement(out, statement);
        fmt::format_to(out, "\n");
        return;
    }
    if (setting.factors_found.empty()) { // orders of given matrices
        print_orders(out, setting);
        fmt::format_to(out, "\n");
        return;
    }
    print_domains(out, setting);
    auto const last_on_resamples = setting.has_order() ? Topic::by_level : Topic::certainty;
    for (auto const& statement : std::span(statements).first(statements.size() - 1)) {
        print_statement(out, statement);
        if (statement.topic == last_on_resamples) print_groups(out, setting);
    }
    if (setting.joint)
        print_optima(out, setting, benchmarks);
    else if (setting.has_order())
        print_orders(out, setting);
    print_factors(out, setting);
    print_weights(out, setting);
    print_warnings(out, setting, TextLength::full);
    print_statement(out, statements.back());
    fmt::format_to(out, "\n");
}

/// Numbers of factors by BIC, once for each family of settings.
void print_factor_choices(Out out, std::vector<SettingSummary> const& settings)
{
    std::vector<std::string> told;
    for (auto const& setting : settings) {
        auto const choice = factor_choice(setting);
        if (!choice || std::find(told.begin(), told.end(), choice->text) != told.end()) continue;
        print_statement(out, *choice);
        told.push_back(choice->text);
    }
}

void print_failures(Out out, Summary const& summary)
{
    if (summary.failures.empty()) return;
    fmt::format_to(out, "Failed       {}, by reason\n", counted(summary.failed_tasks, "task", "tasks"));
    for (std::size_t i = 0; i < std::min(reasons_shown, summary.failures.size()); ++i) {
        auto const& failure = summary.failures[i];
        fmt::format_to(out, "  {:>9}  {} of {}: {}\n", grouped(failure.tasks), failure.kind, failure.setting,
                       failure.reason);
    }
    if (summary.failures.size() > reasons_shown)
        fmt::format_to(
            out, "             and {} more: exahca export writes them all\n",
            counted(static_cast<std::int64_t>(summary.failures.size() - reasons_shown), "reason", "reasons"));
}

/// What all settings say together, then the first in full.
void print_best(Out out, Summary const& summary)
{
    print_overview(out, summary, TextLength::full);
    auto const& ranked = summary.overview->ranked;
    auto const best = std::find_if(ranked.begin(), ranked.end(), [&](auto s) { return summary.settings[s].detailed; });
    if (best == ranked.end()) return;
    auto const& setting = summary.settings[*best];
    fmt::format_to(out, "Details of {}, the first of the ranking{}\n\n", setting_reference(*best),
                   best == ranked.begin() ? "" : " with stored details");
    print_setting(out, setting, summary.benchmarks);
    print_factor_choices(out, {setting});
}

} // namespace

std::string to_text(Summary const& summary, TextLength length)
{
    std::string text;
    auto const out = std::back_inserter(text);
    if (!summary.complete)
        fmt::format_to(out, "Interim results: the run is not finished. Continue it with --resume.\n\n");
    if (length == TextLength::brief) {
        if (summary.overview) {
            print_overview(out, summary, length);
            return text;
        }
        for (auto const& setting : summary.settings)
            print_brief(out, setting, summary.benchmarks, summary.settings.size() > 1);
        return text;
    }
    print_scales(out, summary);
    if (summary.overview) {
        print_best(out, summary);
        print_failures(out, summary);
        return text;
    }
    for (auto const& setting : summary.settings) print_setting(out, setting, summary.benchmarks);
    if (summary.across) {
        fmt::format_to(out, "Across settings\n---------------\n{}\n", agreement_caption(*summary.across));
        print_across(out, *summary.across);
        for (auto const& statement : story_across(summary)) print_statement(out, statement);
        fmt::format_to(out, "\n");
    }
    print_factor_choices(out, summary.settings);
    print_failures(out, summary);
    return text;
}

} // namespace exahca
