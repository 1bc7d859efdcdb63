#include "exahca/text/next.hpp"

#include "csv_field.hpp"
#include "exahca/read/words.hpp"
#include "fit_notes.hpp"
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

constexpr int benchmark_width = 24;

/// Mean, least and most of some shares.
struct Range
{
    double sum = 0, low = 0, high = 0;
    std::int64_t count = 0;

    void add(double value)
    {
        if (std::isnan(value)) return;
        low = count == 0 ? value : std::min(low, value);
        high = count == 0 ? value : std::max(high, value);
        sum += value;
        ++count;
    }
    [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
};

std::string known_share(double share) { return std::isnan(share) ? "-" : fmt::format("{:.1f}", 100 * share); }

std::string range_text(double middle, Range const& range)
{
    if (range.count == 0) return "-";
    return fmt::format("{:>5} [{:>4}, {:>4}]", known_share(middle), known_share(range.low), known_share(range.high));
}

double cost_of(NextReport const& report, NamedGain const& gain)
{
    return report.costs[static_cast<std::size_t>(gain.gain.benchmark)];
}

std::vector<Range> by_benchmark(NextReport const& report, std::vector<NamedGain> const& gains)
{
    std::vector<Range> ranges(report.fit.benchmarks.size());
    for (auto const& one : gains) ranges[static_cast<std::size_t>(one.gain.benchmark)].add(one.gain.gain);
    return ranges;
}

void print_benchmarks(Out out, NextReport const& report)
{
    auto const first = by_benchmark(report, report.first), missing = by_benchmark(report, report.gains);
    auto const value = [&](std::size_t j) { return first[j].count == 0 ? -1 : first[j].mean() / report.costs[j]; };
    std::vector<std::size_t> order(first.size());
    for (std::size_t j = 0; j < order.size(); ++j) order[j] = j;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
    auto const cost = report.has_costs ? fmt::format("{:>7}{:>10}", "cost", "per cost") : "";
    fmt::format_to(out, "\n  {} {:<22}{} {:>15} {:>8}  {}\n", padded("", benchmark_width), "a new model: one score",
                   cost, "missing: models", "mean", "explained by others");
    for (std::size_t const j : order) {
        Range explained;
        for (double const share : report.redundancy.by_domain.col(static_cast<Index>(j))) explained.add(share);
        fmt::format_to(out, "  {} {:<22}", padded(report.fit.benchmarks[j], benchmark_width),
                       range_text(first[j].mean(), first[j]));
        if (report.has_costs) fmt::format_to(out, "{:>7g}{:>10}", report.costs[j], known_share(value(j)));
        fmt::format_to(out, " {:>15} {:>8}  {}\n", grouped(missing[j].count), known_share(missing[j].mean()),
                       range_text(report.redundancy.pooled[static_cast<Index>(j)], explained));
    }
}

std::string nothing_missing(NextReport const& report)
{
    return fmt::format("No score of the {} is missing", counted(report.models, "model", "models"));
}

void print_models(Out out, NextReport const& report, std::size_t top)
{
    std::vector<NamedGain const*> ranked;
    for (auto const& one : report.gains) ranked.push_back(&one);
    auto const value = [&](NamedGain const* one) { return one->gain.gain / cost_of(report, *one); };
    std::stable_sort(ranked.begin(), ranked.end(), [&](auto const* a, auto const* b) { return value(a) > value(b); });
    fmt::format_to(out, "\n{}\n",
                   ranked.empty() ? nothing_missing(report)
                                  : fmt::format("Most informative missing scores{}: {} of {}",
                                                report.has_costs ? " for their cost" : "", grouped(std::ssize(ranked)),
                                                counted(report.models, "model", "models")));
    for (std::size_t i = 0; i < std::min(top, ranked.size()); ++i) {
        auto const& [model, domain, gain] = *ranked[i];
        fmt::format_to(out, "  {} {} {} {:>5} % known, then {:>5} %\n", padded(model, 44),
                       padded(report.fit.domains[domain], 20),
                       padded(report.fit.benchmarks[static_cast<std::size_t>(gain.benchmark)], 14),
                       known_share(gain.known), known_share(gain.known + gain.gain));
    }
}

Json gain_json(NextReport const& report, NamedGain const& one)
{
    return {{"model", one.model.empty() ? Json(nullptr) : Json(one.model)},
            {"base_model", report.fit.domains[one.domain]},
            {"benchmark", report.fit.benchmarks[static_cast<std::size_t>(one.gain.benchmark)]},
            {"known", one.gain.known},
            {"gain", one.gain.gain},
            {"cost", cost_of(report, one)},
            {"gain_per_cost", one.gain.gain / cost_of(report, one)}};
}

} // namespace

std::string to_text(NextReport const& report, std::size_t top, bool named)
{
    std::string text;
    Out const out(text);
    if (named && report.gains.empty()) {
        fmt::format_to(out, "{}; without --model, the command says what to measure for others\n",
                       nothing_missing(report));
        return text;
    }
    fmt::format_to(out, "What to measure next to learn about {}, by the fit of {}\n", report.target,
                   report.fit.setting);
    fmt::format_to(
        out, "{}\n",
        wrapped("Per cent of the variance among models with the same base model that a score is expected to resolve: "
                "for a new model, about which nothing is known (mean over base models, with the smallest and the "
                "largest), and on average for the models that lack it. Explained by others: per cent of the variance "
                "of the benchmark's true score that the scores of the other benchmarks explain, within all base models "
                "(smallest and largest in one of them); a benchmark that they explain almost completely adds little to "
                "them. The fitted model is taken as known.",
                paragraph_columns));
    print_benchmarks(out, report);
    print_models(out, report, top);
    return text;
}

std::string to_csv(NextReport const& report)
{
    std::string text = "setting,target,model,base_model,benchmark,known,gain,cost,gain_per_cost\n";
    for (auto const* gains : {&report.first, &report.gains})
        for (auto const& one : *gains)
            text += fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(report.fit.setting), csv_field(report.target),
                                csv_field(one.model), csv_field(report.fit.domains[one.domain]),
                                csv_field(report.fit.benchmarks[static_cast<std::size_t>(one.gain.benchmark)]),
                                csv_field(one.gain.known), csv_field(one.gain.gain), csv_field(cost_of(report, one)),
                                csv_field(one.gain.gain / cost_of(report, one)));
    return text;
}

std::string redundancy_text(NextReport const& report)
{
    std::string text;
    Out const out(text);
    fmt::format_to(out,
                   "Per cent of the variance of each benchmark's true score that the scores of the others explain, by "
                   "the fit of {}\n"
                   "\n",
                   report.fit.setting);
    fmt::format_to(out, "  {}", padded("", 26));
    for (auto const& benchmark : report.fit.benchmarks) fmt::format_to(out, " {}", padded(benchmark, 12));
    fmt::format_to(out, "\n");
    auto const print = [&](std::string const& name, auto const& shares) {
        fmt::format_to(out, "  {}", padded(name, 26));
        for (double const share : shares) fmt::format_to(out, " {:<12}", known_share(share));
        fmt::format_to(out, "\n");
    };
    print("within all base models", report.redundancy.pooled);
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k)
        print(report.fit.domains[k], report.redundancy.by_domain.row(static_cast<Index>(k)));
    return text;
}

std::string redundancy_csv(NextReport const& report)
{
    std::string text = "setting,base_model,benchmark,explained_by_others\n";
    auto const add = [&](std::string const& domain, auto const& shares) {
        for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j)
            text += fmt::format("{},{},{},{}\n", csv_field(report.fit.setting), csv_field(domain),
                                csv_field(report.fit.benchmarks[j]), csv_field(shares[static_cast<Index>(j)]));
    };
    add("", report.redundancy.pooled);
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k)
        add(report.fit.domains[k], report.redundancy.by_domain.row(static_cast<Index>(k)));
    return text;
}

std::string to_json(NextReport const& report)
{
    Json json{{"setting", report.fit.setting},
              {"target", report.target},
              {"new_models", Json::array()},
              {"models", Json::array()},
              {"redundancy", Json::array()}};
    for (auto const& one : report.first) json["new_models"].push_back(gain_json(report, one));
    for (auto const& one : report.gains) json["models"].push_back(gain_json(report, one));
    for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j) {
        Json domains = Json::array();
        for (double const share : report.redundancy.by_domain.col(static_cast<Index>(j)))
            domains.push_back(json_number(share));
        json["redundancy"].push_back(
            {{"benchmark", report.fit.benchmarks[j]},
             {"explained_by_others", json_number(report.redundancy.pooled[static_cast<Index>(j)])},
             {"base_models", std::move(domains)}});
    }
    json["base_models"] = report.fit.domains;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
