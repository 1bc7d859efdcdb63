#include "command.hpp"

#include "exahca/text/predictions.hpp"
#include "print_form.hpp"
#include "stored_input.hpp"

#include <cmath>
#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

PredictionReport make_report(StoredInput const& input, std::vector<AskedDomain> const& asked)
{
    auto const& model = input.model;
    PredictionReport report{model.name, model.benchmarks, model.setting.domains, {}, 0, {}};
    for (auto const& domain : asked) {
        auto const predicted = predict_scores(model, domain.domain, domain.scores);
        report.unpredicted += domain.scores.array().isNaN().count() - std::ssize(predicted);
        for (auto const& score : predicted)
            report.predictions.push_back({domain.models[static_cast<std::size_t>(score.model)], domain.domain, score});
    }
    return report;
}

class PredictCommand final : public Command
{
public:
    std::string_view name() const override { return "predict"; }
    std::string_view summary() const override { return "predict missing scores, and check how accurate that is"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 [--check] [--model NAME] [--new SCORES] [--csv | --json] [options]";
    }
    std::string_view description() const override
    {
        return "Predicts every missing score as it would be measured, with a 90 % interval, from the other scores of "
               "its model and\n"
               "the fitted model of noisy scores. --check hides the known scores of the fitted models, a part at a "
               "time, predicts\n"
               "them, and prints the coverage of the intervals and the errors, compared with three simple methods.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca predict results.h5", "exahca predict results.h5 --check --folds 10",
                "exahca predict results.h5 --new new-scores.csv --csv"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        add_stored_options(options);
        options.add_options()("check", "also hide known scores and predict them")(
            "folds", po::value<int>()->default_value(PredictionCheckOptions{}.folds),
            "number of parts in which they are hidden, 2 to 1000")(
            "seed", po::value<std::uint64_t>()->default_value(1),
            "seed of the choice of scores that are hidden together");
        add_top_option(options, 20, "number of missing scores to list");
        add_print_options(options, "all missing scores");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const top = top_option(values, 0);
        PredictionCheckOptions options{values["folds"].as<int>(), values["seed"].as<std::uint64_t>()};
        if (options.folds < 2 || options.folds > 1000)
            throw UsageError(fmt::format("--folds {} is out of range", options.folds), {}, "give 2 to 1000");
        auto const form = print_form(values);
        bool const check = values.count("check") > 0;
        if (form == PrintForm::csv && check)
            throw UsageError("--csv lists predictions, and --check makes a table", {}, "use --json");
        StoredInput const input(values);
        auto report = make_report(input, input.asked(values));
        if (check) report.check = check_predictions(input.model, input.fitted_scores(values), options);
        print_report(form, report, [&] { return to_text(report, top); });
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_predict_command() { return std::make_unique<PredictCommand>(); }

} // namespace exahca
