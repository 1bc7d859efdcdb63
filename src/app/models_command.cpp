#include "command.hpp"

#include "exahca/text/profiles.hpp"
#include "models_compared.hpp"
#include "print_form.hpp"
#include "results_input.hpp"
#include "stored_input.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

ProfileReport make_report(StoredInput const& input, std::vector<AskedDomain> const& asked,
                          CapabilityNames const& capabilities)
{
    auto const& model = input.model;
    ProfileReport report{fit_facts(model, capabilities), factor_means(model), {}};
    for (auto const& domain : asked) {
        auto profiles = profile_models(model, domain.domain, domain.scores);
        for (std::size_t i = 0; i < profiles.size(); ++i) {
            auto const row = domain.scores.row(static_cast<Index>(i));
            report.models.push_back({domain.models[i], domain.domain, domain.fitted[i],
                                     std::vector<double>(row.begin(), row.end()), std::move(profiles[i])});
        }
    }
    return report;
}

class ModelsCommand final : public Command
{
public:
    std::string_view name() const override { return "models"; }
    std::string_view summary() const override { return "say what each model's scores tell of its capabilities"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 [--model NAME] [--against OTHER | --rank QUANTITY] [--new SCORES] [--csv | --json] "
               "[options]";
    }
    std::string_view description() const override
    {
        return "Every model's capabilities given what it scored, by the fitted model of noisy, missing and cut off "
               "scores: mean\n"
               "and 90 % interval in points of the benchmark that names the capability, relative to the other models "
               "of its\n"
               "base model, and the scores that the others of a model do not explain. --against compares models with "
               "one of\n"
               "them, with their base models, or with the medians of their base models' models, and --rank ranks them, "
               "both with\n"
               "intervals. Results do not hold the scores: the score file has to be where the search found it, or "
               "beside the\nresults.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca models results.h5",
                "exahca models results.h5 --model \"org/my-fine-tune\"",
                "exahca models results.h5 --new new-scores.csv --json",
                "exahca models results.h5 --model \"org/mine\" --against \"org/other\"",
                "exahca models results.h5 --against base --csv > against-base.csv",
                "exahca models results.h5 --rank z1"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        add_stored_options(options);
        add_top_option(options, 5, "extremes of each capability to list");
        add_print_options(options, "all models");
        add_label_option(options);
        add_comparison_options(options);
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const top = top_option(values, 1);
        auto const form = print_form(values);
        check_comparison_options(values);
        auto const capabilities = capability_names(values);
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
            print(make_report(input, input.asked(values), capabilities), in_full);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_models_command() { return std::make_unique<ModelsCommand>(); }

} // namespace exahca
