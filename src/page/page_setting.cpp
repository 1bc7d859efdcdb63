#include "exahca/figure/figures.hpp"
#include "exahca/read/edges.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/warnings.hpp"
#include "page.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace exahca {
namespace {

constexpr int most_drawn_factors = 4; ///< pairs of more factors are in the table only

std::string interval_note(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "There are no intervals because there are no resamples.";
    auto const agreeing = agreeing_resamples(setting);
    if (agreeing < fewest_for_interval)
        return fmt::format("There are no intervals because only {} with this order, which is too few.",
                           counted(agreeing, "resample agrees", "resamples agree"));
    return fmt::format(
        "Intervals are nominal 90 % percentile intervals over the {} that agree with this order; they hold only if "
        "the order is right{}; {}.",
        counted(agreeing, "resample", "resamples"), agreeing < 50 ? ", and are rough with so few resamples" : "",
        coverage_note(setting));
}

void write_factors(Page& page, SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    page.heading(3, setting.has_order() ? "Capabilities in causal order" : "The capability");
    auto const words = factor_words(setting, benchmarks);
    PageTable table{"Each capability (factor) is named after the benchmark to which it is closest, and one unit of it "
                    "is one point of that benchmark. \"Weighs in scores\" lists the benchmarks that count most towards "
                    "it and, after \"against\", those that count most against it. R² is the share of its variance "
                    "explained by the benchmark and the earlier capabilities.",
                    {"", "benchmark", "measures", "weighs in scores", "R²"},
                    {},
                    4};
    for (std::size_t i = 0; i < setting.factors_found.size(); ++i) {
        auto const& factor = setting.factors_found[i];
        table.rows.push_back(
            {fmt::format("z{}", i + 1), factor.benchmark, factor.capability, words[i], plain_number(factor.r2, 4)});
    }
    page.table(table);
    std::set<std::string> names;
    for (auto const& factor : setting.factors_found) names.insert(factor.benchmark);
    if (names.size() < setting.factors_found.size())
        page.paragraph(
            "Several of them are closest to the same benchmark. They are still different directions of score space: "
            "distinguish them by their weights, and do not read the shared name as one capability acting on itself.");
}

void write_graphs(Page& page, SettingSummary const& setting)
{
    page.heading(3, "Causal graphs");
    std::vector<Drawing> drawings;
    for (auto const& domain : setting.domains)
        drawings.push_back({"graph " + domain.name, draw_graph(setting, domain)});
    page.figure(drawings,
                "One graph per base model. The number at an arrow says by how many points the lower capability changes "
                "when the upper one rises by one point and the others are held fixed. Thicker is stronger; blue "
                "raises, orange lowers; dashed means that the interval includes zero or is not known. " +
                    interval_note(setting),
                replicates_text(setting));
    PageTable table{"Weights: points of the effect per point of the cause, with intervals.", {"arrow"}, {}, 1};
    for (auto const& domain : setting.domains) table.head.push_back(domain.name);
    std::vector<std::vector<CausalEdge>> edges;
    for (auto const& domain : setting.domains) edges.push_back(causal_edges(domain));
    for (std::size_t e = 0; e < edges[0].size(); ++e) {
        auto const& first = edges[0][e];
        std::vector<std::string> row{fmt::format("z{} {} → z{} {}", first.cause + 1,
                                                 setting.factors_found[first.cause].benchmark, first.effect + 1,
                                                 setting.factors_found[first.effect].benchmark)};
        for (auto const& list : edges) {
            auto const interval = interval_text(list[e].low, list[e].high);
            row.push_back(signed_number(list[e].weight) + (interval.empty() ? "" : " " + interval));
        }
        table.rows.push_back(std::move(row));
    }
    page.table(table);
}

double largest_size(Rows const& rows)
{
    double largest = 0;
    for (auto const& row : rows)
        for (double const value : row)
            if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    return largest;
}

void write_effects(Page& page, Summary const& summary, SettingSummary const& setting, SettingDetails const& details)
{
    if (setting.factors > 1) {
        page.heading(3, "Total effects between capabilities");
        std::vector<Drawing> drawings;
        if (setting.factors <= most_drawn_factors)
            for (std::size_t cause = 0; cause < setting.factors_found.size(); ++cause)
                for (std::size_t effect = cause + 1; effect < setting.factors_found.size(); ++effect)
                    drawings.push_back({fmt::format("effect z{} z{}", cause + 1, effect + 1),
                                        draw_effects(setting, details, cause, effect)});
        if (drawings.empty())
            page.paragraph("With so many factors the pairs are not drawn; exahca export writes them with their "
                           "intervals as effects.csv.");
        else
            page.figure(drawings,
                        "Direct and indirect effect together, in points of the effect per point of the cause. " +
                            interval_note(setting),
                        replicates_text(setting));
    }
    page.heading(3, "What a capability does to each benchmark");
    double largest = largest_size(details.loadings.values);
    for (auto const& table : details.benchmark_effects) largest = std::max(largest, largest_size(table.values));
    std::vector<Drawing> drawings;
    drawings.push_back({"loadings", draw_heat_map("Loadings, shared by all",
                                                  "Points of a benchmark per point of a capability, others held fixed.",
                                                  summary.benchmarks, details.loadings.values, largest)});
    for (std::size_t k = 0; k < setting.domains.size(); ++k)
        drawings.push_back(
            {"benchmark effects " + setting.domains[k].name,
             draw_heat_map("In all, " + setting.domains[k].name,
                           "Points of a benchmark per point of a capability, effects on other capabilities included.",
                           summary.benchmarks, details.benchmark_effects[k].values, largest)});
    page.figure(drawings,
                fmt::format("First the loadings: by how many points a benchmark changes when a capability rises by one "
                            "point and the others are held fixed. Then, per base model, the total change, including "
                            "that through later capabilities. Blue raises, orange lowers.{}",
                            details.loadings.has_intervals()
                                ? " Intervals are in loadings.csv and benchmark_effects.csv of exahca export."
                                : ""),
                replicates_text(setting));
}

void write_domains(Page& page, SettingSummary const& setting)
{
    page.heading(3, "Models used and dropped");
    PageTable table{setting.screens_by_fit
                        ? std::string("Models with unusually low scores for their base model were dropped.")
                    : setting.screen > 0
                        ? fmt::format("Models whose total is below {} of their base model's median total were dropped.",
                                      setting.screen)
                        : std::string("Nothing was dropped: screening was off."),
                    {"base model", "models", "used", "dropped", "share dropped"},
                    {},
                    1};
    bool const separate = !setting.joint; // each domain has an ICA of its own, from which the orders are searched
    if (separate) table.head.insert(table.head.end(), {"ICA converged", "ICA optima found"});
    for (auto const& domain : setting.domains) {
        auto const dropped = domain.models - domain.models_used;
        table.rows.push_back({domain.name, grouped(domain.models), grouped(domain.models_used), grouped(dropped),
                              domain.models > 0 ? fmt::format("{:.1f} %", 100.0 * static_cast<double>(dropped) /
                                                                              static_cast<double>(domain.models))
                                                : ""});
        if (!separate) continue;
        table.rows.back().push_back(domain.ica_converged ? "yes" : "no");
        table.rows.back().push_back(domain.ica_optima ? grouped(*domain.ica_optima) : "");
    }
    page.table(table);
    if (!setting.joint || setting.joint->unscreened_angles.empty()) return;
    page.paragraph(unscreened_text(*setting.joint));
}

void write_subspaces(Page& page, Summary const& summary, SettingSummary const& setting, SettingDetails const& details)
{
    page.heading(3, "Do the base models share their directions?");
    if (static_cast<std::size_t>(setting.factors) == summary.benchmarks.size()) {
        page.paragraph("There are as many factors as benchmarks: every base model spans all of score space, and "
                       "nothing can be compared.");
        return;
    }
    if (largest_size(details.subspace_angles) < 0.01) {
        page.paragraph(setting.domains.size() < 2
                           ? "There is only one base model."
                           : "The estimator fits one space of directions to all base models, so their angles are zero "
                             "by construction. The section on optima of the likelihood says whether one for each would "
                             "fit better; exahca domains shows the angles between spaces estimated separately.");
        return;
    }
    page.figure({{"subspace angles", draw_angles(setting, details.subspace_angles)}},
                "Largest angle, in degrees, between the spaces that the capabilities of two base models span, each "
                "estimated on its own. Zero means the same space; sampling alone gives several degrees. A last "
                "component with little variance can turn far without that meaning much: see exahca domains.",
                "none, the data as they are");
}

} // namespace

void write_setting(Page& page, Summary const& summary, SettingSummary const& setting, SettingDetails const& details)
{
    std::vector<std::string> warnings;
    for (auto const& warning : warnings_of(setting)) warnings.push_back(warning.text);
    page.notice("Warnings", warnings);
    if (auto const known = truth(setting)) write_statements(page, {*known});
    if (setting.factors_found.empty()) { // orders of given matrices
        write_orders(page, setting);
        write_subspaces(page, summary, setting, details);
        return;
    }
    write_factors(page, setting, summary.benchmarks);
    if (setting.factors > 1) write_graphs(page, setting);
    write_support(page, setting, details);
    if (setting.joint)
        write_joint(page, setting, details, summary.benchmarks);
    else if (setting.factors > 1)
        write_orders(page, setting);
    write_effects(page, summary, setting, details);
    write_checks(page, setting, details);
    write_subspaces(page, summary, setting, details);
    write_domains(page, setting);
    write_influence(page, setting);
}

} // namespace exahca
