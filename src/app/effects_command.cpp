#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/text/curves.hpp"
#include "exahca/text/effects.hpp"
#include "print_form.hpp"
#include "results_input.hpp"
#include "stored_input.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// The kept column of that name.
KeptColumn const& find_kept(std::vector<KeptColumn> const& kept, std::string const& name, char const* option)
{
    auto const found = std::find_if(kept.begin(), kept.end(), [&](auto const& column) { return column.name == name; });
    if (found != kept.end()) return *found;
    std::vector<std::string> names;
    for (auto const& column : kept) names.push_back(column.name);
    auto const why = kept.empty() ? std::string("it keeps no columns beside its scores")
                                  : fmt::format("it keeps {}", join_names(names, ", "));
    throw UsageError(fmt::format("--{} {}: the score file has no such column", option, name), why,
                     "import the table again with --keep, which changes nothing of the scores");
}

/// The values of some rows of the table.
KeptColumn at_rows(KeptColumn const& column, std::vector<Index> const& rows)
{
    KeptColumn some{column.name, {}};
    std::visit(
        [&](auto const& values) {
            std::decay_t<decltype(values)> picked;
            for (Index const row : rows) picked.push_back(values[static_cast<std::size_t>(row)]);
            some.values = std::move(picked);
        },
        column.values);
    return some;
}

/// The models that the fit used, with the columns that are asked about.
/// \param option  names the column: --treatment or --curve
TreatedModels treated_models(StoredInput const& input, Command::Values const& values, char const* option)
{
    auto const kept = input.kept_columns(values);
    auto const treatment = values[option].as<std::string>();
    auto const& column = find_kept(kept, treatment, option);
    std::vector<std::string> adjust;
    if (values.count("adjust") > 0)
        for (auto const& list : values["adjust"].as<std::vector<std::string>>())
            for (auto& name : split_names("adjust", list)) adjust.push_back(std::move(name));
    TreatedModels models;
    std::vector<Index> rows;
    Index total = 0;
    auto const domains = input.fitted_tables(values);
    for (auto const& domain : domains) total += domain.scores.rows();
    models.scores.resize(total, std::ssize(input.model.benchmarks));
    for (auto const& domain : domains)
        for (std::size_t i = 0; i < domain.models.size(); ++i) {
            if (!domain.fitted[i]) continue;
            models.scores.row(std::ssize(rows)) = domain.scores.row(static_cast<Index>(i));
            models.domains.push_back(static_cast<Index>(domain.domain));
            rows.push_back(domain.rows[i]);
        }
    models.scores.conservativeResize(std::ssize(rows), Eigen::NoChange);
    models.treatment = at_rows(column, rows);
    for (auto const& name : adjust) {
        if (name == treatment) throw UsageError(fmt::format("--adjust {} is the treatment", name));
        models.adjust.push_back(at_rows(find_kept(kept, name, "adjust"), rows));
    }
    return models;
}

/// What is asked for. \throws UsageError  when options contradict each other
void check_questions(Command::Values const& values)
{
    bool const curve = values.count("curve") > 0;
    if (curve == (values.count("treatment") > 0))
        throw UsageError(curve ? "--treatment and --curve exclude each other" : "no column is asked about", {},
                         "give --treatment COLUMN, or --curve COLUMN");
    if (!curve) return;
    if (values.count("adjust") > 0 || !values["fdr"].defaulted())
        throw UsageError(fmt::format("--{} goes with --treatment", values.count("adjust") > 0 ? "adjust" : "fdr"),
                         "a curve describes models as they are", "leave it out");
}

class EffectsCommand final : public Command
{
public:
    std::string_view name() const override { return "effects"; }
    std::string_view summary() const override
    {
        return "compare capabilities between training choices, within base models";
    }
    std::string_view usage() const override
    {
        return "RESULTS.h5 (--treatment COLUMN [--adjust A,B] [--fdr RATE] | --curve COLUMN) [--csv | --json] "
               "[options]";
    }
    std::string_view description() const override
    {
        return "Compares each capability and each benchmark between the values of a column that was kept with the "
               "scores (import\n"
               "--keep), such as how models were tuned, or their size: differences within base models, adjusted for "
               "other columns,\n"
               "with 90 % intervals and a false discovery rate, and the part of each that is mediated by the "
               "hierarchy. Says what\n"
               "can be read as a cause and what cannot. --curve prints the median and quartiles of each capability "
               "along a numeric\n"
               "column.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca import leaderboard.csv -o scores.h5 --keep \"Type,Merged,#Params (B)\"",
                "exahca effects results.h5 --treatment Merged",
                "exahca effects results.h5 --treatment Type --adjust \"#Params (B)\" --json",
                "exahca effects results.h5 --curve \"#Params (B)\""};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        add_fit_options(options);
        options.add_options()("treatment", po::value<std::string>()->value_name("COLUMN"),
                              "column whose values are compared: texts with the most frequent one, numbers per unit")(
            "adjust", po::value<std::vector<std::string>>()->value_name("A,B,..."),
            "columns to adjust for; may be repeated")(
            "curve", po::value<std::string>()->value_name("COLUMN"),
            "numeric column: print capabilities by its quarters within each base model");
        add_rate_option(options, "of the differences that are reported");
        add_label_option(options);
        add_print_options(options, "all differences");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const form = print_form(values);
        auto const rate = rate_option(values);
        check_questions(values);
        auto const capabilities = capability_names(values);
        StoredInput const input(values);
        if (values.count("curve") > 0) {
            CurvesReport const curves{fit_facts(input.model, capabilities),
                                      capability_curves(input.model, treated_models(input, values, "curve"))};
            print_report(form, curves, [&] { return to_text(curves); });
            return ExitStatus::done;
        }
        EffectsReport report{fit_facts(input.model, capabilities), rate, {}};
        report.found = treatment_effects(input.model, treated_models(input, values, "treatment"));
        print_report(form, report, [&] { return to_text(report); });
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_effects_command() { return std::make_unique<EffectsCommand>(); }

} // namespace exahca
