#include "exahca/page/html_report.hpp"

#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "page.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

std::string section_id(std::size_t setting) { return fmt::format("setting-{}", setting + 1); }

/// A setting that is told in full.
struct Section
{
    std::size_t setting; ///< position among Summary::settings
    std::string title;
};

/// The settings told in full, in their order on the page: of many the best.
std::vector<Section> sections_of(Summary const& summary, ReportOptions const& options)
{
    constexpr std::size_t best_told = 5;
    std::vector<std::size_t> told;
    if (summary.overview) {
        for (auto const i : summary.overview->ranked)
            if (summary.settings[i].detailed) told.push_back(i);
        told.resize(std::min(told.size(), options.settings == 0 ? best_told : options.settings));
    } else {
        for (std::size_t i = 0; i < summary.settings.size(); ++i) told.push_back(i);
        if (options.settings > 0) told.resize(std::min(told.size(), options.settings));
    }
    SettingDifferences const differences(summary);
    std::vector<Section> sections;
    for (auto const i : told)
        sections.push_back(
            {i, (summary.settings.size() > 1 ? fmt::format("Setting {}: ", i + 1) : std::string("Estimator ")) +
                    differences.label(summary.settings[i])});
    return sections;
}

void write_contents(Page& page, Summary const& summary, std::vector<Section> const& sections, bool models)
{
    std::vector<std::pair<std::string, std::string>> links{{"settings", "Settings"}};
    if (summary.across && !summary.overview) links.emplace_back("across", "What holds in every setting");
    for (auto const& section : sections) links.emplace_back(section_id(section.setting), section.title);
    if (models) links.emplace_back("models", "Models");
    if (!summary.scales.empty()) links.emplace_back("scales", "Ends of scales and missing scores");
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
            fmt::format("{} failed; see the list towards the end.", counted(summary.failed_tasks, "task", "tasks")));
    page.notice("Before you read on", notes);
}

/// What the data say of the assumptions, and what may be quoted.
void write_bottom_line(Page& page, Summary const& summary, SettingSummary const& setting)
{
    if (setting.failure.empty() && !setting.factors_found.empty())
        write_statements(page, {assumptions(setting), bottom_line(setting, summary.benchmarks)});
}

} // namespace

HtmlReport html_report(Summary const& summary, RunDetails const& run, ReportOptions const& options,
                       ReportModels const& models)
{
    Page page(shown_command(run.command));
    page.heading(1, "What acts on what: capabilities behind a leaderboard");
    bool const settled =
        std::all_of(summary.settings.begin(), summary.settings.end(), [](auto const& s) { return s.settled; });
    page.answer(answer_sentences(summary), !settled);
    bool const single = summary.settings.size() == 1;
    if (single) write_bottom_line(page, summary, summary.settings[0]);
    write_run_notices(page, summary);
    auto const sections = sections_of(summary, options);
    write_contents(page, summary, sections, !models.profiles.empty() || !models.without.empty());
    if (summary.overview) {
        write_overview(page, summary);
    } else {
        write_settings_table(page, summary);
        write_across(page, summary);
    }
    for (auto const& [i, title] : sections) {
        auto const& setting = summary.settings[i];
        page.heading(2, title, section_id(i));
        page.note("Name of the setting in all files: " + setting.name);
        if (!single) {
            page.answer(answer_sentences(setting), !setting.settled);
            write_bottom_line(page, summary, setting);
        }
        if (setting.failure.empty()) write_setting(page, summary, setting, run.settings.at(setting.name));
    }
    write_models(page, summary, models);
    write_scales(page, summary);
    write_failures(page, summary);
    write_provenance(page, summary, run);
    write_glossary(page);
    return std::move(page).finish("ExaHCA report");
}

} // namespace exahca
