#include "command.hpp"

#include "exahca/io/run_lock.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/profiles.hpp"
#include "models_compared.hpp"
#include "print_form.hpp"
#include "results_input.hpp"
#include "stored_input.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <iterator>

namespace exahca {
namespace {

namespace po = boost::program_options;

std::vector<ProfiledModel> profiles(StoredInput const& input, std::vector<AskedDomain> const& asked)
{
    std::vector<ProfiledModel> models;
    for (auto const& domain : asked) {
        auto found = profile_models(input.model, domain.domain, domain.scores);
        for (std::size_t i = 0; i < found.size(); ++i) {
            auto const row = domain.scores.row(static_cast<Index>(i));
            models.push_back({domain.models[i], domain.domain, domain.fitted[i],
                              std::vector<double>(row.begin(), row.end()), std::move(found[i]), domain.rows[i]});
        }
    }
    return models;
}

/// Everything is asked of all models that were fitted, and nothing is printed.
void check_store_options(Command::Values const& values)
{
    constexpr std::array excluded{"new", "model", "against", "rank", "csv", "json"};
    auto const given =
        std::find_if(excluded.begin(), excluded.end(), [&](auto name) { return values.count(name) > 0; });
    if (given != excluded.end())
        throw UsageError(fmt::format("--store and --{} exclude each other", *given),
                         "the results file keeps the profiles of all models that were fitted, and nothing else",
                         "give one of them");
}

/// Writes the profiles into the results file, which nobody else writes meanwhile.
void store(Command::Values const& values, std::string const& command_line)
{
    RunLock const lock(values["results"].as<std::string>()); // before reading: a search may be about to finish
    StoredInput input(values);
    auto const models = profiles(input, input.fitted_tables(values));
    store_profiles(input.results, input.model, models);
    auto& provenance = input.results.group("provenance").attributes;
    std::erase_if(provenance, [](auto const& attribute) { return attribute.first == "models_command"; });
    provenance.emplace_back("models_command", command_line);
    write_tree(input.path, input.results);
    fmt::print("{}: profiles of {} stored as /models/{}\n", input.path, counted(std::ssize(models), "model", "models"),
               input.model.name);
}

class ModelsCommand final : public Command
{
public:
    std::string_view name() const override { return "models"; }
    std::string_view summary() const override { return "estimate each model's capabilities, compare and rank models"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 [--model NAME] [--against OTHER | --rank QUANTITY] [--new SCORES] [--csv | --json | "
               "--store] "
               "[options]";
    }
    std::string_view description() const override
    {
        return "Estimates the capabilities of every model from its scores, with the fitted model of noisy, missing and "
               "cut-off\n"
               "scores: mean and 90 % interval, in points of the benchmark that names the capability, relative to the "
               "other models\n"
               "with the same base model. Also lists scores that the other scores of a model do not explain. --against "
               "compares\n"
               "models with one of them, with their base models, or with the medians of their siblings (all models "
               "with the same\n"
               "base model); --rank ranks them. Both give intervals. Results do not contain the scores: the score file "
               "must be\n"
               "where the search found it, or next to the results. --store adds the profiles of all models, with their "
               "scores, to\n"
               "the results file, for the report and for other programs.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca models results.h5",
                "exahca models results.h5 --model \"org/my-fine-tune\"",
                "exahca models results.h5 --new new-scores.csv --json",
                "exahca models results.h5 --model \"org/mine\" --against \"org/other\"",
                "exahca models results.h5 --against base --csv > against-base.csv",
                "exahca models results.h5 --rank z1",
                "exahca models results.h5 --store"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        add_stored_options(options);
        add_top_option(options, 5, "number of extremes of each capability to list");
        add_print_options(options, "all models");
        add_label_option(options);
        add_comparison_options(options);
        options.add_options()("store", "add the profiles of all models to the results file (group /models)");
    }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        auto const top = top_option(values, 1);
        auto const form = print_form(values);
        check_comparison_options(values);
        auto const capabilities = capability_names(values);
        if (values.count("store") > 0) {
            check_store_options(values);
            store(values, context.command_line);
            return ExitStatus::done;
        }
        StoredInput const input(values);
        auto const print = [&](auto const& report, bool in_full) {
            print_report(form, report, [&] {
                if constexpr (requires { to_cards(report); })
                    if (in_full) return to_cards(report);
                return to_text(report, top);
            });
        };
        bool const in_full = values.count("model") > 0;
        if (values.count("against") > 0)
            print(compare_models(input, values, capabilities), in_full);
        else if (values.count("rank") > 0)
            print(rank_models(input, values, capabilities), false);
        else
            print(profile_report(input.model, capabilities, profiles(input, input.asked(values))), in_full);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_models_command() { return std::make_unique<ModelsCommand>(); }

} // namespace exahca
