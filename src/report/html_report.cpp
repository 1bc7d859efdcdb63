#include "exahca/report/html_report.hpp"

#include "page.hpp"
#include "story.hpp"
#include "text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

std::string section_id(std::size_t setting) { return fmt::format("setting-{}", setting + 1); }

std::string section_title(Summary const& summary, std::size_t i)
{
    return fmt::format("{}{}",
                       summary.settings.size() > 1 ? fmt::format("Setting {}: ", i + 1) : std::string("Estimator "),
                       setting_label(summary, summary.settings[i]));
}

void write_contents(Page& page, Summary const& summary)
{
    std::vector<std::pair<std::string, std::string>> links{{"settings", "Settings"}};
    if (summary.across) links.emplace_back("across", "What holds in every setting");
    for (std::size_t i = 0; i < summary.settings.size(); ++i)
        links.emplace_back(section_id(i), section_title(summary, i));
    if (!summary.scales.empty()) links.emplace_back("scales", "Ends of scales, missing scores");
    links.insert(links.end(),
                 {{"failures", "Failed tasks"}, {"made", "How it was made"}, {"reading", "How to read this page"}});
    page.links(links);
}

void write_run_notices(Page& page, Summary const& summary)
{
    std::vector<std::string> notes;
    if (!summary.complete)
        notes.emplace_back(
            "These are interim results: the run is not finished, and numbers will change. Continue it with --resume.");
    if (!summary.simulated_design.empty())
        notes.push_back(fmt::format("The scores are simulated (design {}); they say nothing about real models.",
                                    summary.simulated_design));
    if (summary.failed_tasks > 0)
        notes.push_back(
            fmt::format("{} failed; see the list near the end.", counted(summary.failed_tasks, "task", "tasks")));
    page.notice("Before you read on", notes);
}

/// What the data say of the assumptions, and what may be quoted.
void write_bottom_line(Page& page, Summary const& summary, SettingSummary const& setting)
{
    if (setting.failure.empty() && !setting.factors_found.empty())
        write_statements(page, {assumptions(setting), bottom_line(setting, summary.benchmarks)});
}

} // namespace

HtmlReport html_report(Summary const& summary, RunDetails const& run)
{
    Page page(shown_command(run.command));
    page.heading(1, "What acts on what: capabilities behind a leaderboard");
    bool const settled =
        std::all_of(summary.settings.begin(), summary.settings.end(), [](auto const& s) { return s.settled; });
    page.answer(answer_sentences(summary), !settled);
    bool const single = summary.settings.size() == 1;
    if (single) write_bottom_line(page, summary, summary.settings[0]);
    write_run_notices(page, summary);
    write_contents(page, summary);
    write_settings_table(page, summary);
    write_across(page, summary);
    for (std::size_t i = 0; i < summary.settings.size(); ++i) {
        auto const& setting = summary.settings[i];
        page.heading(2, section_title(summary, i), section_id(i));
        page.note("Name of the setting in all files: " + setting.name);
        if (!single) {
            page.answer(answer_sentences(setting), !setting.settled);
            write_bottom_line(page, summary, setting);
        }
        if (setting.failure.empty()) write_setting(page, summary, setting, run.settings.at(setting.name));
    }
    write_scales(page, summary);
    write_failures(page, summary);
    write_provenance(page, summary, run);
    write_glossary(page);
    return std::move(page).finish("ExaHCA report");
}

} // namespace exahca
