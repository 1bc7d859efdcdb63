#include "exahca/text/profiles.hpp"

#include "csv_field.hpp"
#include "exahca/numerics/normal.hpp"
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

constexpr int name_width = 44;

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
    auto const ranked = ranked_by(report, factor);
    auto const position = [&](ProfiledModel const* model) { return model->profile.factors[factor]; };
    fmt::format_to(out, "\nz{}  {}\n", factor + 1, factor_title(report.fit.factors[factor]));
    auto const print = [&](ProfiledModel const* model) {
        auto const text = position_text(position(model));
        fmt::format_to(out, "  {} {} {:<28} {}\n", padded(model->name, name_width),
                       padded(report.fit.domains[model->domain], 20), text, percentile_interval(position(model)));
    };
    auto const count = std::min(top, ranked.size());
    for (std::size_t i = 0; i < count; ++i) print(ranked[i]);
    if (ranked.size() > 2 * count) fmt::format_to(out, "  ...\n");
    for (auto i = std::max(count, ranked.size() - count); i < ranked.size(); ++i) print(ranked[i]);
}

void print_surprises(Out out, ProfileReport const& report, std::size_t top)
{
    auto const all = surprises_of(report);
    if (all.empty()) return;
    fmt::format_to(out,
                   "\n"
                   "Scores that the other scores of their model explain least: {}\n",
                   far_scores_text(all));
    for (std::size_t i = 0; i < std::min(top, all.size()); ++i) {
        auto const& [model, j, z] = all[i];
        fmt::format_to(out, "  {} {} {} {:>7.2f}, expected {:>6.2f}  ({:+.1f})\n", padded(model->name, name_width),
                       padded(report.fit.domains[model->domain], 20), padded(report.fit.benchmarks[j], 12),
                       model->scores[j], model->profile.surprises[j].expected, z);
    }
}

void print_meaning(Out out, ProfileReport const& report)
{
    fmt::format_to(out, "{}\n", wrapped(profile_notes(report), paragraph_columns));
}

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
    for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j)
        scores.push_back({{"score", json_number(model.scores[j])},
                          {"expected", json_number(model.profile.surprises[j].expected)},
                          {"deviations", json_number(model.profile.surprises[j].deviations)}});
    return {{"model", model.name},           {"base_model", report.fit.domains[model.domain]},
            {"fitted", model.fitted},        {"known_scores", model.profile.known},
            {"factors", std::move(factors)}, {"scores", std::move(scores)}};
}

} // namespace

ProfileReport profile_report(StoredModel const& model, CapabilityNames const& capabilities,
                             std::vector<ProfiledModel> models)
{
    return {fit_facts(model, capabilities), factor_means(model), std::move(models)};
}

std::vector<ProfileReport> stored_profiles(DataGroup const& results, CapabilityNames const& capabilities)
{
    std::vector<ProfileReport> reports;
    for (auto const& name : settings_with_profiles(results)) {
        auto const model = read_stored_model(results, name);
        reports.push_back(profile_report(model, capabilities, read_profiles(results, model)));
    }
    return reports;
}

std::vector<ProfiledModel const*> ranked_by(ProfileReport const& report, std::size_t factor)
{
    std::vector<ProfiledModel const*> ranked;
    for (auto const& model : report.models) ranked.push_back(&model);
    auto const mean = [&](ProfiledModel const* model) { return model->profile.factors[factor].mean; };
    std::stable_sort(ranked.begin(), ranked.end(), [&](auto const* a, auto const* b) { return mean(a) > mean(b); });
    return ranked;
}

std::vector<Surprise> surprises_of(ProfileReport const& report)
{
    std::vector<Surprise> all;
    for (auto const& model : report.models)
        for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j)
            if (double const z = model.profile.surprises[j].deviations; !std::isnan(z)) all.push_back({&model, j, z});
    std::stable_sort(all.begin(), all.end(), [](Surprise const& a, Surprise const& b) {
        return std::abs(a.deviations) > std::abs(b.deviations);
    });
    return all;
}

std::string far_scores_text(std::vector<Surprise> const& surprises)
{
    constexpr double far = 4;
    auto const beyond =
        std::count_if(surprises.begin(), surprises.end(), [](auto const& s) { return std::abs(s.deviations) > far; });
    double const expected = 2 * normal_cdf(-far) * static_cast<double>(surprises.size());
    return fmt::format("{} of {} lie beyond {} standard deviations; {} would if the model held", beyond,
                       grouped(std::ssize(surprises)), far, plain_number(expected, expected < 10 ? 1 : 0));
}

std::string profile_notes(ProfileReport const& report)
{
    return "Points of the benchmark that names a capability, relative to the mean of all models with the same base "
           "model; 90 % intervals, given the scores of each model; then the percentage of those models that lie below, "
           "according to the fit. " +
           fit_notes(report.fit);
}

std::string percentile_text(double percentile)
{
    // 99.97 is not 100: nobody is above all models that the fit can imagine.
    if (percentile > 99.5) return fmt::format("{:.1f}", std::min(99.9, percentile));
    if (percentile < 0.5) return fmt::format("{:.1f}", std::max(0.1, percentile));
    return fmt::format("{:.0f}", percentile);
}

std::string to_text(ProfileReport const& report, std::size_t top)
{
    std::string text;
    Out const out(text);
    auto const fitted =
        std::count_if(report.models.begin(), report.models.end(), [](auto const& model) { return model.fitted; });
    fmt::format_to(out, "Capabilities of {}, {} of them in the fit of {}\n",
                   counted(std::ssize(report.models), "model", "models"), grouped(fitted), report.fit.setting);
    print_meaning(out, report);
    for (std::size_t i = 0; i < report.fit.factors.size(); ++i) print_factor(out, report, i, top);
    print_surprises(out, report, 2 * top);
    return text;
}

std::string to_cards(ProfileReport const& report)
{
    std::string text;
    Out const out(text);
    for (auto const& model : report.models) {
        fmt::format_to(out, "{}, base model {}: {} of {}{}\n", clean_text(model.name), report.fit.domains[model.domain],
                       model.profile.known, counted(std::ssize(report.fit.benchmarks), "score", "scores"),
                       model.fitted ? "" : ", not in the fit");
        for (std::size_t i = 0; i < report.fit.factors.size(); ++i)
            fmt::format_to(out, "  z{}  {} {:<28} {}\n", i + 1, padded(factor_title(report.fit.factors[i]), name_width),
                           position_text(model.profile.factors[i]), percentile_interval(model.profile.factors[i]));
        for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j) {
            auto const& [expected, deviations] = model.profile.surprises[j];
            if (std::isnan(model.scores[j]))
                fmt::format_to(out, "      {}       -\n", padded(report.fit.benchmarks[j], 20));
            else if (std::isnan(deviations)) // at the end of its scale, or of no use in this base model
                fmt::format_to(out, "      {} {:>7.2f}\n", padded(report.fit.benchmarks[j], 20), model.scores[j]);
            else
                fmt::format_to(
                    out, "      {} {:>7.2f}, expected from the other scores {:>6.2f}  ({:+.1f} standard deviations)\n",
                    padded(report.fit.benchmarks[j], 20), model.scores[j], expected, deviations);
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
    for (std::size_t i = 1; i <= report.fit.factors.size(); ++i)
        fmt::format_to(out,
                       ",z{0},z{0}_low,z{0}_high,z{0}_percentile,z{0}_percentile_low,z{0}_percentile_high,"
                       "z{0}_base_mean",
                       i);
    for (auto const& benchmark : report.fit.benchmarks)
        fmt::format_to(out, ",{},{},{}", csv_field(benchmark), csv_field(benchmark + "_expected"),
                       csv_field(benchmark + "_deviations"));
    text += '\n';
    for (auto const& model : report.models) {
        fmt::format_to(out, "{},{},{},{},{}", csv_field(report.fit.setting), csv_field(model.name),
                       csv_field(report.fit.domains[model.domain]), csv_field(model.fitted),
                       csv_field(model.profile.known));
        for (std::size_t i = 0; i < report.fit.factors.size(); ++i) {
            auto const& at = model.profile.factors[i];
            double const base = report.factor_means(static_cast<Index>(model.domain), static_cast<Index>(i));
            for (double const value :
                 {at.mean, at.low, at.high, at.percentile, at.percentile_low, at.percentile_high, base})
                text += ',' + csv_field(value);
        }
        for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j)
            for (double const value :
                 {model.scores[j], model.profile.surprises[j].expected, model.profile.surprises[j].deviations})
                text += ',' + csv_field(value);
        text += '\n';
    }
    return text;
}

std::string to_json(ProfileReport const& report)
{
    Json json{{"setting", report.fit.setting},       {"noise_at_bound", report.fit.at_bound},
              {"resamples", report.fit.resamples},   {"decided", report.fit.decided},
              {"benchmarks", report.fit.benchmarks}, {"factors", Json::array()},
              {"base_models", Json::array()},        {"models", Json::array()}};
    for (auto const& factor : report.fit.factors)
        json["factors"].push_back({{"benchmark", factor.benchmark}, {"capability", factor.capability}});
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k) {
        Json means = Json::array();
        for (double const mean : report.factor_means.row(static_cast<Index>(k))) means.push_back(json_number(mean));
        json["base_models"].push_back({{"name", report.fit.domains[k]}, {"factor_means", std::move(means)}});
    }
    for (auto const& model : report.models) json["models"].push_back(model_json(report, model));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
