#include "exahca/text/predictions.hpp"

#include "csv_field.hpp"
#include "exahca/read/words.hpp"
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

void print_line(Out out, std::string const& name, PredictionScores const& scores)
{
    if (scores.scores == 0) {
        fmt::format_to(out, "  {}{:>8}\n", padded(name, 22), 0);
        return;
    }
    fmt::format_to(out, "  {}{:>8}{:>8.1f} %{:>7.2f}{:>9.1f} %{:>7.2f}  ", padded(name, 22), grouped(scores.scores),
                   100 * scores.held, scores.width, 100 * scores.gaussian_held, scores.gaussian_width);
    for (double const error : scores.error) fmt::format_to(out, "{:>9.3f}", error);
    fmt::format_to(out, "\n");
}

void print_check(Out out, PredictionReport const& report)
{
    auto const& check = *report.check;
    fmt::format_to(out,
                   "\n"
                   "Check on known scores of {}: each is hidden in one of {} folds, and the model and its rivals are "
                   "refitted to the rest\n",
                   counted(check.models, "model", "models"), check.folds);
    fmt::format_to(out, "  {:<22}{:>8}{:>20}{:>18}    {}\n", "", "", "90 % intervals", "Gaussian's", "error of");
    fmt::format_to(out, "  {:<22}{:>8}{:>10}{:>7}{:>11}{:>7}  {:>9}{:>9}{:>9}{:>9}\n", "", "hidden", "hold", "width",
                   "hold", "width", "model", "means", "Gaussian", "low rank");
    print_line(out, "all", check.all);
    for (std::size_t k = 0; k < report.domains.size(); ++k) print_line(out, report.domains[k], check.domains[k]);
    for (std::size_t j = 0; j < report.benchmarks.size(); ++j)
        print_line(out, report.benchmarks[j], check.benchmarks[j]);
    std::string notes = "Widths and root mean square errors in standard deviations of the benchmark within base "
                        "models: predicting the base model's mean has an error of 1. Rivals: means of rows and "
                        "columns, a Gaussian for each base model, low-rank completion of the whole table.";
    if (check.too_few > 0)
        notes += fmt::format(" {} known, so nothing of {} is hidden.",
                             counted(check.too_few, "model has one score", "models have one score"),
                             check.too_few == 1 ? "it" : "them");
    if (check.unpredicted > 0)
        notes += fmt::format(
            " {} not predicted: the scores of the benchmark that were left in the base model were constant.",
            counted(check.unpredicted, "hidden score was", "hidden scores were"));
    fmt::format_to(out, "{}\n", wrapped(notes, paragraph_columns));
}

Json scores_json(PredictionScores const& scores)
{
    Json json{{"scores", scores.scores}};
    if (scores.scores == 0) return json;
    json["held"] = scores.held;
    json["width"] = scores.width;
    json["gaussian_held"] = scores.gaussian_held;
    json["gaussian_width"] = scores.gaussian_width;
    json["error"] = {{"model", scores.error[static_cast<std::size_t>(Predictor::model)]},
                     {"means", scores.error[static_cast<std::size_t>(Predictor::means)]},
                     {"gaussian", scores.error[static_cast<std::size_t>(Predictor::gaussian)]},
                     {"low_rank", scores.error[static_cast<std::size_t>(Predictor::low_rank)]}};
    return json;
}

Json check_json(PredictionReport const& report)
{
    auto const& check = *report.check;
    Json json{{"folds", check.folds},
              {"models", check.models},
              {"models_with_one_score", check.too_few},
              {"unpredicted", check.unpredicted},
              {"all", scores_json(check.all)},
              {"base_models", Json::array()},
              {"benchmarks", Json::array()}};
    auto const part = [](std::string const& name, PredictionScores const& scores) {
        Json line{{"name", name}};
        line.update(scores_json(scores));
        return line;
    };
    for (std::size_t k = 0; k < report.domains.size(); ++k)
        json["base_models"].push_back(part(report.domains[k], check.domains[k]));
    for (std::size_t j = 0; j < report.benchmarks.size(); ++j) {
        auto line = part(report.benchmarks[j], check.benchmarks[j]);
        line["deviation"] = check.deviations[static_cast<Index>(j)];
        json["benchmarks"].push_back(std::move(line));
    }
    return json;
}

std::string const& benchmark_of(PredictionReport const& report, NamedPrediction const& prediction)
{
    return report.benchmarks[static_cast<std::size_t>(prediction.score.benchmark)];
}

} // namespace

std::string to_text(PredictionReport const& report, std::size_t top)
{
    std::string text;
    Out const out(text);
    auto const count = report.predictions.size();
    fmt::format_to(out, "{} predicted by the fit of {}; 90 % intervals\n",
                   counted(std::ssize(report.predictions), "missing score", "missing scores"), report.setting);
    for (std::size_t i = 0; i < std::min(top, count); ++i) {
        auto const& prediction = report.predictions[i];
        auto const& [row, column, mean, low, high] = prediction.score;
        fmt::format_to(out, "  {} {} {} {:>7.2f} [{:.2f}, {:.2f}]\n", padded(prediction.model, 44),
                       padded(report.domains[prediction.domain], 20), padded(benchmark_of(report, prediction), 14),
                       mean, low, high);
    }
    if (count > top)
        fmt::format_to(out, "  and {} more: --csv lists all\n",
                       grouped(std::ssize(report.predictions) - static_cast<std::int64_t>(top)));
    if (report.unpredicted > 0)
        fmt::format_to(
            out, "{} not predicted: no model of the base model has a score on that benchmark, or all have the same\n",
            counted(report.unpredicted, "missing score is", "missing scores are"));
    if (report.check) print_check(out, report);
    return text;
}

std::string to_csv(PredictionReport const& report)
{
    std::string text = "setting,model,base_model,benchmark,predicted,low,high\n";
    for (auto const& prediction : report.predictions)
        text += fmt::format("{},{},{},{},{},{},{}\n", csv_field(report.setting), csv_field(prediction.model),
                            csv_field(report.domains[prediction.domain]), csv_field(benchmark_of(report, prediction)),
                            csv_field(prediction.score.mean), csv_field(prediction.score.low),
                            csv_field(prediction.score.high));
    return text;
}

std::string to_json(PredictionReport const& report)
{
    Json json{{"setting", report.setting}, {"unpredicted", report.unpredicted}, {"predictions", Json::array()}};
    for (auto const& prediction : report.predictions)
        json["predictions"].push_back({{"model", prediction.model},
                                       {"base_model", report.domains[prediction.domain]},
                                       {"benchmark", benchmark_of(report, prediction)},
                                       {"predicted", prediction.score.mean},
                                       {"low", prediction.score.low},
                                       {"high", prediction.score.high}});
    if (report.check) json["check"] = check_json(report);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
