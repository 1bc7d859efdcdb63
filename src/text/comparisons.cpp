#include "exahca/text/comparisons.hpp"

#include "csv_field.hpp"
#include "exahca/text/text.hpp"
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

constexpr int pair_name_width = 44;

std::string_view word(Verdict verdict)
{
    return verdict == Verdict::better ? "better" : verdict == Verdict::worse ? "worse" : "open";
}

/// "97 %", "> 99.9 %": nothing is certain.
std::string chance(double probability)
{
    double const value = 100 * probability;
    if (value > 99.9) return "> 99.9 %";
    if (value < 0.1) return "< 0.1 %";
    return fmt::format("{:.{}f} %", value, value > 99 || value < 1 ? 1 : 0);
}

std::string difference_text(ComparisonReport const& report, Difference const& difference)
{
    if (std::isnan(difference.mean)) return "not comparable";
    auto const at = fmt::format("{:>+7.2f} [{:+.2f}, {:+.2f}]", difference.mean, difference.low, difference.high);
    return fmt::format("{:<28}{:>9}  {}", at, chance(difference.better), word(verdict_of(difference, report.rate)));
}

/// Above what difference_text writes.
std::string heading() { return fmt::format("{:<28}{:>9}", " mean and 90 % interval", "P(better)"); }

void print_meaning(Out out, ComparisonReport const& report)
{
    auto const share = fmt::format("{:.3g} %", 100 * report.rate);
    std::string notes =
        fmt::format("Capabilities in points of the benchmarks that name them; true scores, which are scores without "
                    "their noise, in points; all benchmarks: the mean of true scores in standard deviations. Means and "
                    "90 % intervals, given the scores of the models, and the probability that the model is the better "
                    "one. \"better\" and \"worse\" hold with a false discovery rate of {}: if the fit holds, the "
                    "expected share of wrong signs among those reported in a line for all models together is at most "
                    "{}, and none is reported that is wrong with a probability above {:.0f} %. ",
                    share, share, 100 * least_sure);
    notes += fit_notes(report.fit);
    for (auto const& note : report.notes) notes += " " + note;
    fmt::format_to(out, "{}\n", wrapped(notes, paragraph_columns));
}

void print_counts(Out out, ComparisonReport const& report, std::vector<std::string> const& titles)
{
    fmt::format_to(out, "\n  {}{:>8}{:>8}{:>8}\n", padded("", pair_name_width), "better", "worse", "open");
    for (std::size_t q = 0; q < titles.size(); ++q) {
        std::int64_t counts[3] = {}, compared = 0;
        for (auto const& model : report.models) {
            if (std::isnan(model.differences[q].mean)) continue;
            ++compared;
            ++counts[static_cast<int>(verdict_of(model.differences[q], report.rate))];
        }
        if (compared > 0)
            fmt::format_to(out, "  {}{:>8}{:>8}{:>8}\n", padded(titles[q], pair_name_width), grouped(counts[0]),
                           grouped(counts[1]), grouped(counts[2]));
    }
}

void print_extremes(Out out, ComparisonReport const& report, std::size_t quantity, std::string const& title,
                    std::size_t top)
{
    std::vector<ComparedModel const*> ranked;
    for (auto const& model : report.models)
        if (!std::isnan(model.differences[quantity].mean)) ranked.push_back(&model);
    if (ranked.empty()) return;
    std::stable_sort(ranked.begin(), ranked.end(), [&](auto const* a, auto const* b) {
        return a->differences[quantity].mean > b->differences[quantity].mean;
    });
    fmt::format_to(out, "\n{} {}\n", padded(title, pair_name_width + 23), heading());
    auto const print = [&](ComparedModel const* model) {
        fmt::format_to(out, "  {} {} {}\n", padded(model->name, pair_name_width),
                       padded(report.fit.domains[model->domain], 20),
                       difference_text(report, model->differences[quantity]));
    };
    auto const count = std::min(top, ranked.size());
    for (std::size_t i = 0; i < count; ++i) print(ranked[i]);
    if (ranked.size() > 2 * count) fmt::format_to(out, "  ...\n");
    for (auto i = std::max(count, ranked.size() - count); i < ranked.size(); ++i) print(ranked[i]);
}

} // namespace

std::vector<std::string> quantity_names(FitFacts const& fit)
{
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= fit.factors.size(); ++i) names.push_back(fmt::format("z{}", i));
    names.insert(names.end(), fit.benchmarks.begin(), fit.benchmarks.end());
    names.emplace_back("all benchmarks");
    return names;
}

std::vector<std::string> quantity_titles(FitFacts const& fit)
{
    auto titles = quantity_names(fit);
    for (std::size_t i = 0; i < fit.factors.size(); ++i) titles[i] += "  " + factor_title(fit.factors[i]);
    for (std::size_t j = 0; j < fit.benchmarks.size(); ++j) titles[fit.factors.size() + j] += ", true score";
    return titles;
}

std::string to_text(ComparisonReport const& report, std::size_t top)
{
    std::string text;
    Out const out(text);
    fmt::format_to(out, "{} compared with {}, by the fit of {}\n",
                   counted(std::ssize(report.models), "model", "models"), clean_text(report.others),
                   report.fit.setting);
    print_meaning(out, report);
    auto const titles = quantity_titles(report.fit);
    print_counts(out, report, titles);
    for (std::size_t i = 0; i < report.fit.factors.size(); ++i) print_extremes(out, report, i, titles[i], top);
    print_extremes(out, report, titles.size() - 1, titles.back(), top);
    return text;
}

std::string to_cards(ComparisonReport const& report)
{
    std::string text;
    Out const out(text);
    auto const titles = quantity_titles(report.fit);
    for (auto const& model : report.models) {
        fmt::format_to(out, "{}, base model {}, compared with {}\n", clean_text(model.name),
                       report.fit.domains[model.domain], clean_text(model.other));
        fmt::format_to(out, "  {} {}\n", padded("", pair_name_width), heading());
        for (std::size_t q = 0; q < titles.size(); ++q)
            fmt::format_to(out, "  {} {}\n", padded(titles[q], pair_name_width),
                           difference_text(report, model.differences[q]));
        text += "\n";
    }
    print_meaning(out, report);
    return text;
}

std::string to_csv(ComparisonReport const& report)
{
    std::string text = "setting,model,base_model,against,quantity,difference,low,high,better,worse,"
                       "false_discovery_rate,verdict\n";
    auto const names = quantity_names(report.fit);
    for (auto const& model : report.models)
        for (std::size_t q = 0; q < names.size(); ++q) {
            auto const& at = model.differences[q];
            text +=
                fmt::format("{},{},{},{},{}", csv_field(report.fit.setting), csv_field(model.name),
                            csv_field(report.fit.domains[model.domain]), csv_field(model.other), csv_field(names[q]));
            for (double const value : {at.mean, at.low, at.high, at.better, at.worse, at.rate})
                text += ',' + csv_field(value);
            text += fmt::format(",{}\n", std::isnan(at.mean) ? "" : word(verdict_of(at, report.rate)));
        }
    return text;
}

std::string to_json(ComparisonReport const& report)
{
    auto const names = quantity_names(report.fit), titles = quantity_titles(report.fit);
    Json json{{"setting", report.fit.setting},
              {"against", report.others},
              {"notes", report.notes},
              {"false_discovery_rate", report.rate},
              {"noise_at_bound", report.fit.at_bound},
              {"resamples", report.fit.resamples},
              {"decided", report.fit.decided},
              {"quantities", Json::array()},
              {"models", Json::array()}};
    for (std::size_t q = 0; q < names.size(); ++q)
        json["quantities"].push_back({{"name", names[q]}, {"title", titles[q]}});
    for (auto const& model : report.models) {
        Json differences = Json::array();
        for (auto const& at : model.differences)
            differences.push_back(
                {{"difference", json_number(at.mean)},
                 {"low", json_number(at.low)},
                 {"high", json_number(at.high)},
                 {"better", json_number(at.better)},
                 {"worse", json_number(at.worse)},
                 {"false_discovery_rate", json_number(at.rate)},
                 {"verdict", std::isnan(at.mean) ? Json(nullptr) : Json(word(verdict_of(at, report.rate)))}});
        json["models"].push_back({{"model", model.name},
                                  {"base_model", report.fit.domains[model.domain]},
                                  {"against", model.other},
                                  {"differences", std::move(differences)}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
