#include "exahca/report/summary.hpp"

#include "edges.hpp"
#include "exahca/experiment/support.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <span>
#include <string_view>

namespace exahca {
namespace {

constexpr std::size_t orders_shown = 5;
constexpr std::size_t groups_shown = 4;

using Out = std::back_insert_iterator<std::string>;

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
        used += domain.models_used;
        parts.push_back(fmt::format("{} {}", domain.name, domain.models));
    }
    fmt::format_to(out, "Domains      {}   {} models\n", fmt::join(parts, " · "), models);
    if (setting.screen > 0)
        fmt::format_to(out, "Screening    {} models below {} of their domain's median total left out\n", models - used,
                       setting.screen);
}

void print_orders(Out out, SettingSummary const& setting)
{
    fmt::format_to(out, "Best orders  of {} candidates ({})\n", order_count_text(setting.candidate_orders_log10),
                   setting.search_outcome);
    fmt::format_to(out, "      {:>8}  {:>8}  {:>8}  largest angle to the best\n", "MIC", "mean", "gap");
    for (std::size_t i = 0; i < std::min(orders_shown, setting.orders.size()); ++i) {
        auto const& order = setting.orders[i];
        auto const angle = *std::max_element(order.angle_to_best.begin(), order.angle_to_best.end());
        fmt::format_to(out, "  {:>2}  {:>8.4f}  {:>8.4f}  {:>8}  {:>5.1f}°{}\n", i + 1, order.mic,
                       order.mean_inexactness,
                       i == 0 ? std::string{} : fmt::format("{:+.4f}", order.mic - setting.orders[0].mic), angle,
                       order.differs ? "  DIFFERENT" : "");
    }
    auto const different =
        std::find_if(setting.orders.begin(), setting.orders.end(), [](auto const& o) { return o.differs; });
    if (different != setting.orders.end())
        fmt::format_to(out, "             the best order that is really different is number {}, MIC {:+.4f}\n",
                       different - setting.orders.begin() + 1, different->mic - setting.orders[0].mic);
}

void print_factors(Out out, SettingSummary const& setting)
{
    fmt::format_to(out, "Factors      in causal order; one unit is one point of the benchmark that names it\n");
    for (std::size_t i = 0; i < setting.factors_found.size(); ++i) {
        auto const& factor = setting.factors_found[i];
        fmt::format_to(out, "  z{}  {:<44} R² {:.4f}{}\n", i + 1, factor_title(factor), factor.r2,
                       i == 0 ? "" : fmt::format("  given z1{}", i > 1 ? fmt::format(" .. z{}", i) : std::string{}));
    }
}

void print_weights(Out out, SettingSummary const& setting)
{
    if (setting.factors < 2) return;
    bool const intervals =
        !setting.domains[0].coefficients_low.empty() && agreeing_resamples(setting) >= fewest_for_interval;
    fmt::format_to(
        out, "Weights      points of the effect per point of the cause{}\n",
        intervals
            ? fmt::format("\n             with nominal 90 % intervals over the resamples that agree:\n             {}",
                          coverage_note())
            : std::string{});
    for (auto const& domain : setting.domains) {
        fmt::format_to(out, "  {:<16}", domain.name);
        for (std::size_t cause = 0; cause + 1 < domain.coefficients.size(); ++cause)
            for (std::size_t effect = cause + 1; effect < domain.coefficients.size(); ++effect) {
                fmt::format_to(out, "  z{}→z{} {:+.2f}", cause + 1, effect + 1, domain.coefficients[effect][cause]);
                if (intervals)
                    fmt::format_to(out, " [{:+.2f}, {:+.2f}]", domain.coefficients_low[effect][cause],
                                   domain.coefficients_high[effect][cause]);
            }
        fmt::format_to(out, "\n");
    }
}

std::string group_name(FlagGroupSummary const& group)
{
    if (group.labels.empty() || group.labels[0].empty()) return "the best order's flag";
    return chain_text(group.labels);
}

void print_groups(Out out, BootstrapSummary const& bootstrap)
{
    for (std::size_t g = 0; g < std::min(groups_shown, bootstrap.groups.size()); ++g) {
        auto const& group = bootstrap.groups[g];
        fmt::format_to(out, "             {:>5.1f} %  {}{}\n", 100 * group.share, group_name(group),
                       g == 0 ? "  (the best order)" : "");
    }
}

void print_optima(Out out, JointSummary const& joint)
{
    fmt::format_to(out,
                   "Optima       {} of the joint likelihood; how far each is behind the answer, in log-likelihood\n",
                   joint.optimum_count);
    fmt::format_to(out, "      {:>8}  {:>6}  {:>13}  direction by benchmark\n", "behind", "starts", "angle");
    for (std::size_t i = 0; i < std::min(orders_shown, joint.optima.size()); ++i) {
        auto const& optimum = joint.optima[i];
        fmt::format_to(out, "  {:>2}  {:>8.1f}  {:>6}  {:>12.1f}°  {}{}\n", i + 1, optimum.behind, optimum.fits,
                       *std::max_element(optimum.angles.begin(), optimum.angles.end()), chain_text(optimum.labels),
                       optimum.answer ? "  (the answer)" : "");
    }
    fmt::format_to(
        out, "             {} (what they still gained: last restarts {:.1f}, refits at other flags {:.1f})\n",
        joint.decided
            ? "for these very data the answer is ahead of all by more than what restarts and refits still gained"
            : "NOT decided: another is behind by no more than what restarts and refits may gain",
        joint.optimiser_miss, joint.remaining_miss);
    fmt::format_to(out, "Likelihood   {:.1f} with {} parameters, BIC {:.1f} (residual weights released)\n",
                   joint.log_likelihood, joint.parameters, joint.bic);
    if (joint.hierarchy_degrees_of_freedom > 0)
        fmt::format_to(out, "Hierarchy    BIC {:+.1f} against no hierarchy ({} degrees of freedom): {}\n",
                       joint.hierarchy_bic_difference, joint.hierarchy_degrees_of_freedom,
                       joint.hierarchy_bic_difference < 0 ? "the hierarchy is preferred"
                                                          : "the exact hierarchy is rejected");
    if (joint.invariance_degrees_of_freedom > 0)
        fmt::format_to(out, "Subspace     BIC {:+.1f} against one subspace per domain ({} degrees of freedom): {}\n",
                       joint.invariance_bic_difference, joint.invariance_degrees_of_freedom,
                       joint.invariance_bic_difference < 0 ? "sharing is preferred" : "the domains differ");
    if (!joint.unscreened_angles.empty()) {
        std::vector<std::string> angles;
        for (double const angle : joint.unscreened_angles) angles.push_back(fmt::format("{:.1f}°", angle));
        fmt::format_to(
            out, "Unscreened   without screening the answer moves by {} (first factor, span of the first 2, ...)\n",
            fmt::join(angles, ", "));
    }
}

/// With several numbers of factors on the same models, what BIC prefers.
void print_factor_choice(Out out, Summary const& summary)
{
    auto const comparable = [](SettingSummary const& a, SettingSummary const& b) {
        auto const names = [](SettingSummary const& s) {
            std::vector<std::string> all{s.variant, fmt::format("{}", s.screen)};
            for (auto const& domain : s.domains) all.push_back(domain.name);
            return all;
        };
        return names(a) == names(b);
    };
    std::vector<SettingSummary const*> done;
    for (auto const& first : summary.settings) {
        if (!first.joint || std::any_of(done.begin(), done.end(), [&](auto const* s) { return comparable(*s, first); }))
            continue;
        std::vector<SettingSummary const*> family;
        for (auto const& other : summary.settings)
            if (other.joint && comparable(first, other)) family.push_back(&other);
        done.push_back(&first);
        if (family.size() < 2) continue;
        auto const best = *std::min_element(family.begin(), family.end(),
                                            [](auto const* a, auto const* b) { return a->joint->bic < b->joint->bic; });
        fmt::format_to(out, "Number of factors by BIC, residual weights released ({}):", first.variant);
        for (auto const* s : family)
            fmt::format_to(out, "  {}: {:+.1f}{}", s->factors, s->joint->bic - best->joint->bic,
                           s == best ? " (best)" : "");
        fmt::format_to(out, "\n");
    }
}

/// Every setting at a glance: whether it gives what most settings give.
void print_across(Out out, AcrossSummary const& across)
{
    auto const mark = [](int agrees) { return agrees < 0 ? "-" : agrees == 1 ? "same" : "OTHER"; };
    fmt::format_to(out, "  {:>7}", "first 1");
    for (std::size_t j = 1; j < across.levels.size(); ++j)
        fmt::format_to(out, "  {:>7}", fmt::format("first {}", j + 1));
    fmt::format_to(out, "  {:>7}  factors by benchmark, setting\n", "order");
    for (std::size_t s = 0; s < across.settings.size(); ++s) {
        for (int const agrees : across.level_agrees[s]) fmt::format_to(out, "  {:>7}", mark(agrees));
        std::vector<std::string> labels;
        for (auto const& label : across.labels[s])
            if (!label.empty()) labels.push_back(label);
        fmt::format_to(out, "  {:>7}  {}   {}\n", mark(across.order_agrees[s]), chain_text(labels), across.settings[s]);
    }
}

/// A topic and its sentences, wrapped.
void print_statement(Out out, Statement const& statement)
{
    constexpr int text_width = 105;
    fmt::format_to(out, "{:<13}", statement.topic);
    int column = 0;
    std::string_view rest = statement.text;
    if (statement.topic == "Direction") { // whole, so that it can be found and copied
        fmt::format_to(out, "{}\n", rest);
        return;
    }
    while (!rest.empty()) {
        auto const word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        auto const width = text_columns(word);
        if (column > 0 && column + 1 + width > text_width) {
            fmt::format_to(out, "\n{:13}", "");
            column = 0;
        }
        fmt::format_to(out, "{}{}", column > 0 ? " " : "", word);
        column += width + (column > 0);
    }
    fmt::format_to(out, "\n");
}

void print_truth(Out out, SettingSummary const& setting)
{
    if (!setting.truth_angles) return;
    std::vector<std::string> angles;
    for (double const angle : *setting.truth_angles) angles.push_back(fmt::format("{:.1f}°", angle));
    bool const found = std::all_of(setting.truth_angles->begin(), setting.truth_angles->end(),
                                   [](double a) { return a <= same_flag_degrees; });
    auto const verdict = found ? fmt::format("every level is within {:.0f}° of the truth", same_flag_degrees)
                               : std::string("NOT the true order");
    fmt::format_to(out, "Truth        simulated data: {} (largest angle at each level: {})\n", verdict,
                   fmt::join(angles, ", "));
}

/// The answer alone. Several settings are told apart by their names.
void print_brief(Out out, SettingSummary const& setting, std::vector<std::string> const& benchmarks, bool named)
{
    if (named) fmt::format_to(out, "Setting      {}\n", setting.name);
    auto const statements = story(setting, benchmarks);
    for (std::size_t i = 0; i + 1 < statements.size(); ++i)
        if (statements[i].topic == "Direction" || statements[i].topic == "Certainty")
            print_statement(out, statements[i]);
    print_truth(out, setting);
    if (!statements.empty()) print_statement(out, statements.back());
    if (named) fmt::format_to(out, "\n");
}

void print_setting(Out out, SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    fmt::format_to(out, "{}\n{}\n", setting.name, std::string(std::min<std::size_t>(setting.name.size(), 110), '-'));
    if (!setting.failure.empty()) {
        fmt::format_to(out, "No estimate: {}\n\n", setting.failure);
        return;
    }
    if (setting.factors_found.empty()) { // orders of given matrices
        print_orders(out, setting);
        fmt::format_to(out, "\n");
        return;
    }
    auto const statements = story(setting, benchmarks);
    print_domains(out, setting);
    for (auto const& statement : std::span(statements).first(statements.size() - 1)) {
        print_statement(out, statement);
        if (statement.topic == "By level") print_groups(out, *setting.bootstrap);
    }
    if (setting.joint)
        print_optima(out, *setting.joint);
    else
        print_orders(out, setting);
    print_factors(out, setting);
    print_weights(out, setting);
    print_truth(out, setting);
    for (auto const& warning : setting.warnings) fmt::format_to(out, "Warning      {}\n", warning);
    print_statement(out, statements.back());
    fmt::format_to(out, "\n");
}

} // namespace

std::string to_text(Summary const& summary, TextLength length)
{
    std::string text;
    auto const out = std::back_inserter(text);
    if (!summary.complete)
        fmt::format_to(out, "Interim results: the run is not finished. Continue it with --resume.\n\n");
    if (length == TextLength::brief) {
        for (auto const& setting : summary.settings)
            print_brief(out, setting, summary.benchmarks, summary.settings.size() > 1);
        return text;
    }
    for (auto const& setting : summary.settings) print_setting(out, setting, summary.benchmarks);
    if (summary.across) {
        fmt::format_to(out, "Across settings\n---------------\n");
        fmt::format_to(out, "Same as most to within {:.0f}°, by level: the span of the first factors\n",
                       same_flag_degrees);
        print_across(out, *summary.across);
        for (auto const& statement : story_across(summary)) print_statement(out, statement);
        fmt::format_to(out, "\n");
    }
    print_factor_choice(out, summary);
    if (summary.failed_tasks > 0)
        fmt::format_to(out, "{} tasks failed: their reasons are in group /failures\n", summary.failed_tasks);
    return text;
}

} // namespace exahca
