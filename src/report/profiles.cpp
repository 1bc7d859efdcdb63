#include "exahca/report/profiles.hpp"

#include "csv_field.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/numerics/normal.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Out = std::back_insert_iterator<std::string>;
using Json = nlohmann::ordered_json;

constexpr int name_width = 44;

std::string percentile_text(double percentile)
{
    // 99.97 is not 100: nobody is above all models that the fit can imagine.
    if (percentile > 99.5) return fmt::format("{:.1f}", std::min(99.9, percentile));
    if (percentile < 0.5) return fmt::format("{:.1f}", std::max(0.1, percentile));
    return fmt::format("{:.0f}", percentile);
}

std::string position_text(FactorPosition const& position)
{
    return fmt::format("{:>+7.2f} [{:+.2f}, {:+.2f}]", position.mean, position.low, position.high);
}

std::string percentile_interval(FactorPosition const& position)
{
    return fmt::format("{} [{}, {}]", percentile_text(position.percentile), percentile_text(position.percentile_low),
                       percentile_text(position.percentile_high));
}

void print_factor(Out out, ProfileReport const& report, std::size_t factor, std::size_t top)
{
    std::vector<ProfiledModel const*> ranked;
    for (auto const& model : report.models) ranked.push_back(&model);
    auto const position = [&](ProfiledModel const* model) { return model->profile.factors[factor]; };
    std::stable_sort(ranked.begin(), ranked.end(),
                     [&](auto const* a, auto const* b) { return position(a).mean > position(b).mean; });
    fmt::format_to(out, "\nz{}  {}\n", factor + 1, factor_title(report.factors[factor]));
    auto const print = [&](ProfiledModel const* model) {
        auto const text = position_text(position(model));
        fmt::format_to(out, "  {} {} {:<28} {}\n", padded(model->name, name_width),
                       padded(report.domains[model->domain], 20), text, percentile_interval(position(model)));
    };
    auto const count = std::min(top, ranked.size());
    for (std::size_t i = 0; i < count; ++i) print(ranked[i]);
    if (ranked.size() > 2 * count) fmt::format_to(out, "  ...\n");
    for (auto i = std::max(count, ranked.size() - count); i < ranked.size(); ++i) print(ranked[i]);
}

/// One score beside what the others of its model say.
struct Surprise
{
    ProfiledModel const* model;
    std::size_t benchmark;
    double deviations;
};

std::vector<Surprise> surprises_of(ProfileReport const& report)
{
    std::vector<Surprise> all;
    for (auto const& model : report.models)
        for (std::size_t j = 0; j < report.benchmarks.size(); ++j)
            if (double const z = model.profile.surprises[j].deviations; !std::isnan(z)) all.push_back({&model, j, z});
    std::stable_sort(all.begin(), all.end(), [](Surprise const& a, Surprise const& b) {
        return std::abs(a.deviations) > std::abs(b.deviations);
    });
    return all;
}

void print_surprises(Out out, ProfileReport const& report, std::size_t top)
{
    constexpr double far = 4;
    auto const all = surprises_of(report);
    if (all.empty()) return;
    auto const beyond =
        std::count_if(all.begin(), all.end(), [](auto const& s) { return std::abs(s.deviations) > far; });
    double const expected = 2 * normal_cdf(-far) * static_cast<double>(all.size());
    fmt::format_to(out,
                   "\nScores that the others of their model explain least: {} of {} lie beyond {} deviations; {} would "
                   "if the model held\n",
                   beyond, grouped(std::ssize(all)), far, plain_number(expected, expected < 10 ? 1 : 0));
    for (std::size_t i = 0; i < std::min(top, all.size()); ++i) {
        auto const& [model, j, z] = all[i];
        fmt::format_to(out, "  {} {} {} {:>7.2f}, expected {:>6.2f}  ({:+.1f})\n", padded(model->name, name_width),
                       padded(report.domains[model->domain], 20), padded(report.benchmarks[j], 12), model->scores[j],
                       model->profile.surprises[j].expected, z);
    }
}

void print_meaning(Out out, ProfileReport const& report)
{
    fmt::format_to(out,
                   "Points of the benchmark that names a capability, above the mean of the base model's models; 90 % "
                   "intervals, given what\neach model scored; behind them the per cent of the base model's models that "
                   "the fit has below. ");
    if (report.resamples > 0)
        fmt::format_to(out, "The spread of {} resamples with\nthe same answer is in the intervals.\n",
                       report.resamples);
    else
        fmt::format_to(out,
                       "The fitted model\ncounts as known: its own error is in the intervals only of searches with "
                       "--bootstrap {} and more.\n",
                       2 * fewest_resamples);
    if (!report.at_bound.empty())
        fmt::format_to(out,
                       "The fit takes {} for measured with next to no noise (exahca show): intervals of capabilities "
                       "named by\n{} are too narrow. Numbers of items settle it: exahca import --items.\n",
                       listed(report.at_bound), report.at_bound.size() == 1 ? "it" : "them");
    if (!report.decided)
        fmt::format_to(out,
                       "These data do not decide between this answer and others (exahca show): another one would have "
                       "other capabilities.\n");
}

/// NaN as null, as JSON has it.
Json number(double value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Json model_json(ProfileReport const& report, ProfiledModel const& model)
{
    Json factors = Json::array(), scores = Json::array();
    for (auto const& position : model.profile.factors)
        factors.push_back({{"mean", position.mean},
                           {"low", position.low},
                           {"high", position.high},
                           {"percentile", position.percentile},
                           {"percentile_low", position.percentile_low},
                           {"percentile_high", position.percentile_high}});
    for (std::size_t j = 0; j < report.benchmarks.size(); ++j)
        scores.push_back({{"score", number(model.scores[j])},
                          {"expected", number(model.profile.surprises[j].expected)},
                          {"deviations", number(model.profile.surprises[j].deviations)}});
    return {{"model", model.name},           {"base_model", report.domains[model.domain]},
            {"fitted", model.fitted},        {"known_scores", model.profile.known},
            {"factors", std::move(factors)}, {"scores", std::move(scores)}};
}

} // namespace

std::string to_text(ProfileReport const& report, std::size_t top)
{
    std::string text;
    Out const out(text);
    auto const fitted =
        std::count_if(report.models.begin(), report.models.end(), [](auto const& model) { return model.fitted; });
    fmt::format_to(out, "Capabilities of {}, {} of them in the fit of {}\n",
                   counted(std::ssize(report.models), "model", "models"), grouped(fitted), report.setting);
    print_meaning(out, report);
    for (std::size_t i = 0; i < report.factors.size(); ++i) print_factor(out, report, i, top);
    print_surprises(out, report, 2 * top);
    return text;
}

std::string to_cards(ProfileReport const& report)
{
    std::string text;
    Out const out(text);
    for (auto const& model : report.models) {
        fmt::format_to(out, "{}, base model {}: {} of {}{}\n", clean_text(model.name), report.domains[model.domain],
                       model.profile.known, counted(std::ssize(report.benchmarks), "score", "scores"),
                       model.fitted ? "" : ", not in the fit");
        for (std::size_t i = 0; i < report.factors.size(); ++i)
            fmt::format_to(out, "  z{}  {} {:<28} {}\n", i + 1, padded(factor_title(report.factors[i]), name_width),
                           position_text(model.profile.factors[i]), percentile_interval(model.profile.factors[i]));
        for (std::size_t j = 0; j < report.benchmarks.size(); ++j) {
            auto const& [expected, deviations] = model.profile.surprises[j];
            if (std::isnan(model.scores[j]))
                fmt::format_to(out, "      {}       -\n", padded(report.benchmarks[j], 20));
            else if (std::isnan(deviations)) // at the end of its scale, or of no use in this base model
                fmt::format_to(out, "      {} {:>7.2f}\n", padded(report.benchmarks[j], 20), model.scores[j]);
            else
                fmt::format_to(out, "      {} {:>7.2f}, by the other scores {:>6.2f}  ({:+.1f} deviations)\n",
                               padded(report.benchmarks[j], 20), model.scores[j], expected, deviations);
        }
        text += "\n";
    }
    print_meaning(out, report);
    return text;
}

std::string to_csv(ProfileReport const& report)
{
    std::string text = "setting,model,base_model,fitted,known_scores";
    Out const out(text);
    for (std::size_t i = 1; i <= report.factors.size(); ++i)
        fmt::format_to(out,
                       ",z{0},z{0}_low,z{0}_high,z{0}_percentile,z{0}_percentile_low,z{0}_percentile_high,"
                       "z{0}_base_mean",
                       i);
    for (auto const& benchmark : report.benchmarks)
        fmt::format_to(out, ",{},{},{}", csv_field(benchmark), csv_field(benchmark + "_expected"),
                       csv_field(benchmark + "_deviations"));
    text += '\n';
    for (auto const& model : report.models) {
        fmt::format_to(out, "{},{},{},{},{}", csv_field(report.setting), csv_field(model.name),
                       csv_field(report.domains[model.domain]), csv_field(model.fitted),
                       csv_field(model.profile.known));
        for (std::size_t i = 0; i < report.factors.size(); ++i) {
            auto const& at = model.profile.factors[i];
            double const base = report.factor_means(static_cast<Index>(model.domain), static_cast<Index>(i));
            for (double const value :
                 {at.mean, at.low, at.high, at.percentile, at.percentile_low, at.percentile_high, base})
                text += ',' + csv_field(value);
        }
        for (std::size_t j = 0; j < report.benchmarks.size(); ++j)
            for (double const value :
                 {model.scores[j], model.profile.surprises[j].expected, model.profile.surprises[j].deviations})
                text += ',' + csv_field(value);
        text += '\n';
    }
    return text;
}

std::string to_json(ProfileReport const& report)
{
    Json json{{"setting", report.setting},       {"noise_at_bound", report.at_bound},
              {"resamples", report.resamples},   {"decided", report.decided},
              {"benchmarks", report.benchmarks}, {"factors", Json::array()},
              {"base_models", Json::array()},    {"models", Json::array()}};
    for (auto const& factor : report.factors)
        json["factors"].push_back({{"benchmark", factor.benchmark}, {"capability", factor.capability}});
    for (std::size_t k = 0; k < report.domains.size(); ++k) {
        Json means = Json::array();
        for (double const mean : report.factor_means.row(static_cast<Index>(k))) means.push_back(number(mean));
        json["base_models"].push_back({{"name", report.domains[k]}, {"factor_means", std::move(means)}});
    }
    for (auto const& model : report.models) json["models"].push_back(model_json(report, model));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
