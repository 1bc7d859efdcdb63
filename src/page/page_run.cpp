#include "exahca/estimate/support.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "page.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

std::string setting_number(Summary const& summary, std::string const& name)
{
    for (std::size_t i = 0; summary.settings.size() > 1 && i < summary.settings.size(); ++i)
        if (summary.settings[i].name == name) return fmt::format("Setting {}", i + 1);
    return name;
}

std::string settled_word(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "no resamples";
    if (has_too_few_resamples(setting)) return "too few resamples";
    return setting.settled ? "yes" : "no";
}

void write_settings_table(Page& page, Summary const& summary)
{
    page.heading(2, "Settings", "settings");
    PageTable table{"Every analysis of this run. Support is the share of resamples that give the same order, with its "
                    "95 % interval.",
                    {"", "estimator", "base models", "direction", "support", "settled", "factors", "screening",
                     "contrast or density", "MIC", "BIC"},
                    {},
                    6};
    for (std::size_t i = 0; i < summary.settings.size(); ++i) {
        auto const& s = summary.settings[i];
        auto const domains = domain_names(s);
        std::vector<std::string> labels;
        for (auto const& factor : s.factors_found) labels.push_back(factor.benchmark);
        bool const done = s.failure.empty();
        table.rows.push_back({fmt::format("{}", i + 1), s.estimator, domains.empty() ? s.name : domains,
                              done ? (labels.empty() ? std::string("orders only") : chain_text(labels))
                                   : "none: " + shortened(s.failure, 60),
                              s.bootstrap ? fmt::format("{}\u00A0[{:.0f},\u00A0{:.0f}]", percent(s.bootstrap->support),
                                                        100 * s.bootstrap->low, 100 * s.bootstrap->high)
                                          : "no resamples",
                              settled_word(s), fmt::format("{}", s.factors), screening_text(s),
                              s.factors_found.empty() ? std::string{} : s.variant,
                              done && !s.orders.empty() ? plain_number(s.orders[0].mic, 4) : "",
                              s.joint ? plain_number(s.joint->bic, 1) : ""});
    }
    page.table(table);
}

void write_failures(Page& page, Summary const& summary)
{
    page.heading(2, "Failed tasks", "failures");
    if (summary.failures.empty()) {
        page.paragraph("No task failed.");
        return;
    }
    constexpr std::size_t most = 40;
    auto const count = summary.failures.size();
    PageTable table{fmt::format("{}, by reason{}.", counted(summary.failed_tasks, "task failed", "tasks failed"),
                                count > most ? fmt::format("; {} of {} reasons shown", most, count) : ""),
                    {"setting", "kind", "reason", "tasks"},
                    {},
                    3};
    for (std::size_t i = 0; i < std::min(most, count); ++i) {
        auto const& failure = summary.failures[i];
        table.rows.push_back(
            {setting_number(summary, failure.setting), failure.kind, failure.reason, grouped(failure.tasks)});
    }
    page.table(table);
}

void write_provenance(Page& page, Summary const& summary, RunDetails const& run)
{
    page.heading(2, "How it was made, and how to repeat it", "made");
    if (!run.command.empty()) {
        bool const merged = !run.part_commands.empty();
        page.paragraph(
            fmt::format("The same scores, options and seed give the same numbers on the same kind of machine, with any "
                        "number of processes. {} produced these; exahca compare shows whether a repetition agrees:",
                        merged ? "These commands" : "This command"));
        std::istringstream parts(run.part_commands);
        for (std::string part; std::getline(parts, part);) page.code(shown_command(part));
        page.code(shown_command(run.command));
    }
    std::vector<std::pair<std::string, std::string>> facts{
        {"Data",
         fmt::format("{}, {}{}", counted(summary.models, "model", "models"),
                     counted(static_cast<std::int64_t>(summary.benchmarks.size()), "benchmark", "benchmarks"),
                     summary.simulated_design.empty() ? "" : "; simulated, design " + summary.simulated_design)},
        {"Fingerprint of the scores", run.fingerprint},
        {"Seed", fmt::format("{}", run.seed)},
        {"ExaHCA", run.program_version}};
    for (auto const& [name, value] : run.provenance) {
        if (name == "command" || name == "part_commands") continue;
        auto readable = name;
        std::replace(readable.begin(), readable.end(), '_', ' ');
        facts.emplace_back(readable, value);
    }
    page.definitions(facts);
}

void write_glossary(Page& page)
{
    page.heading(2, "How to read this page", "reading");
    page.paragraph("A leaderboard gives many fine-tuned models a score on each benchmark. The analysis assumes that a "
                   "few hidden capabilities produce these scores, in the same way for models of every base model, and "
                   "that capabilities act on each other in one order, with strengths that differ between base models. "
                   "It is these differences that identify the order from scores alone; if they are small, or the "
                   "assumption is wrong, the order cannot be found, however well it fits.");
    page.definitions(
        {{"Capability, factor, z1 …", "A hidden quantity behind the scores, named after the benchmark to which it is "
                                      "closest. The name is an aid to the reader, not a finding."},
         {"Base model, domain", "The pretrained model from which others were fine-tuned. Comparing only models that "
                                "share one keeps its own quality out of the answer."},
         {"Causal order", "A → B: changing A changes B, never the other way round."},
         {"Resample, support", "The analysis repeated on models drawn with replacement; support is the share of "
                               "repetitions with the same answer. It shows how much depends on individual models, not "
                               "whether the assumptions of the analysis are true."},
         {"MIC", "Maximum inexactness coefficient: from 0, if an order fits every base model exactly, up to 1. Low "
                 "values are necessary, but no evidence by themselves."},
         {"BIC, log-likelihood", "How probable the scores are under a fit; BIC adds a penalty for parameters, and "
                                 "lower is better. Differences below 2 mean nothing; from 10 on they are decisive."},
         {"Angle", fmt::format("How far apart two sets of directions of score space are: 0 degrees is the same, 90 "
                               "unrelated; up to {:.0f} counts as the same.",
                               same_flag_degrees)}});
}

} // namespace exahca
