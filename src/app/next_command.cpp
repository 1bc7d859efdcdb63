#include "column_options.hpp"
#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/text_lists.hpp"
#include "exahca/text/comparisons.hpp"
#include "exahca/text/next.hpp"
#include "models_compared.hpp"
#include "print_form.hpp"
#include "results_input.hpp"
#include "stored_input.hpp"

#include <cmath>
#include <fmt/core.h>
#include <numeric>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// What is to be known: all capabilities, or one quantity. \throws UsageError  when there is no such one
std::vector<Index> wanted_quantities(Command::Values const& values, NextReport& report)
{
    std::vector<Index> wanted(report.fit.factors.size());
    std::iota(wanted.begin(), wanted.end(), Index{0});
    report.target = "all capabilities";
    if (values.count("for") == 0) return wanted;
    auto const place = quantity_of(report.fit, "--for", values["for"].as<std::string>());
    report.target = quantity_names(report.fit)[place];
    return {static_cast<Index>(place)};
}

/// Costs by --cost NAME=VALUE,...; 1 where nothing is said.
void read_costs(Command::Values const& values, NextReport& report)
{
    report.costs.assign(report.fit.benchmarks.size(), 1);
    if (values.count("cost") == 0) return;
    report.has_costs = true;
    for (auto const& list : values["cost"].as<std::vector<std::string>>())
        for (auto const& text : split_names("--cost", list)) {
            auto const [benchmark, value] = parse_named("cost", text, report.fit.benchmarks);
            auto const cost = parse_number<double>("cost", value);
            if (!(cost > 0) || !std::isfinite(cost))
                throw UsageError(fmt::format("--cost {} is out of range", text), {}, "give a number above 0");
            report.costs[static_cast<std::size_t>(benchmark)] = cost;
        }
}

void add_gains(StoredInput const& input, ModelComparer const& comparer, std::vector<Index> const& wanted,
               std::vector<AskedDomain> const& asked, NextReport& report)
{
    Matrix const nothing = Matrix::Constant(1, std::ssize(report.fit.benchmarks), std::nan(""));
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k)
        for (auto const& gain : next_scores(input.model, comparer, k, wanted, nothing))
            report.first.push_back({{}, k, gain});
    for (auto const& domain : asked) {
        report.models += std::ssize(domain.models);
        for (auto const& gain : next_scores(input.model, comparer, domain.domain, wanted, domain.scores))
            report.gains.push_back({domain.models[static_cast<std::size_t>(gain.model)], domain.domain, gain});
    }
}

class NextCommand final : public Command
{
public:
    std::string_view name() const override { return "next"; }
    std::string_view summary() const override { return "say which benchmark to run next, and which are redundant"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 [--for QUANTITY] [--cost NAME=VALUE,...] [--model NAME] [--new SCORES] [--csv | --json] "
               "[options]";
    }
    std::string_view description() const override
    {
        return "Says how much one more score is expected to reveal about a model's capabilities, about one of them, or "
               "about a\n"
               "benchmark's true score: for a new model of each base model, and for every missing score, with the "
               "fitted model of\n"
               "noisy scores. Also says how much of each benchmark the others explain.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca next results.h5", "exahca next results.h5 --for z1 --cost \"MATH Lvl 5=12,IFEval=3\"",
                "exahca next results.h5 --model \"org/my-fine-tune\"", "exahca next results.h5 --redundant --csv"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        add_stored_options(options);
        add_top_option(options, 10, "number of missing scores to list");
        add_label_option(options);
        add_print_options(options, "everything");
        options.add_options()("for", po::value<std::string>()->value_name("QUANTITY"),
                              "quantity to learn about: a capability (z1, ..), a benchmark's true score, or all "
                              "benchmarks (all); default: all capabilities")(
            "cost", po::value<std::vector<std::string>>()->value_name("NAME=VALUE,..."),
            "cost of a score on a benchmark, in any unit; default 1; may be repeated")(
            "redundant", "instead, print what benchmarks have in common, by base model");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const top = top_option(values, 1);
        auto const form = print_form(values);
        bool const redundant = values.count("redundant") > 0;
        auto const capabilities = capability_names(values);
        StoredInput const input(values);
        NextReport report;
        report.fit = fit_facts(input.model, capabilities);
        auto const wanted = wanted_quantities(values, report);
        read_costs(values, report);
        ModelComparer const comparer(input.model);
        add_gains(input, comparer, wanted, input.asked(values), report);
        Vector models(std::ssize(report.fit.domains));
        auto const fitted = input.fitted_scores(values);
        for (std::size_t k = 0; k < fitted.size(); ++k)
            models[static_cast<Index>(k)] = static_cast<double>(fitted[k].rows());
        report.redundancy = redundancy_of(input.model, models);
        if (redundant && form == PrintForm::csv)
            fmt::print("{}", redundancy_csv(report));
        else
            print_report(form, report, [&] {
                return redundant ? redundancy_text(report) : to_text(report, top, values.count("model") > 0);
            });
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_next_command() { return std::make_unique<NextCommand>(); }

} // namespace exahca
