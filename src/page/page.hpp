#pragma once

#include "exahca/figure/svg.hpp"
#include "exahca/page/html_report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// A table of plain text; every cell is escaped.
struct PageTable
{
    std::string caption;
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
    std::size_t first_number = 1; ///< columns from here on are aligned to the right
};

struct Drawing
{
    std::string name; ///< of its file, together with the section; any text
    Svg svg;
};

/// Collects the body of the report and the drawings in it. Escapes all text it is given.
class Page
{
public:
    /// \param command  that made the results, for the captions; empty where unknown
    explicit Page(std::string command);

    void heading(int level, std::string_view text, std::string_view id = {});
    void paragraph(std::string_view text);
    void note(std::string_view text); ///< in small print
    void code(std::string_view text);
    /// A box of sentences; `open` when the data do not settle the answer.
    void answer(std::vector<std::string> const& sentences, bool open);
    void notice(std::string_view title, std::vector<std::string> const& items);
    void table(PageTable const& table);
    void definitions(std::vector<std::pair<std::string, std::string>> const& items);
    void links(std::vector<std::pair<std::string, std::string>> const& items); ///< (id, text)
    /// Small multiples with one caption, which ends with the replicates and the command.
    void figure(std::vector<Drawing> const& drawings, std::string_view caption, std::string_view replicates);

    [[nodiscard]] HtmlReport finish(std::string_view title) &&;

private:
    std::string command_, section_, body_;
    std::vector<FigureFile> figures_;
};

/// Parts of the page about one setting. `number` counts settings from 1.
[[nodiscard]] std::vector<std::string> answer_sentences(SettingSummary const& setting);
[[nodiscard]] std::vector<std::string> answer_sentences(Summary const& summary);
void write_setting(Page& page, Summary const& summary, SettingSummary const& setting, SettingDetails const& details);
void write_support(Page& page, SettingSummary const& setting, SettingDetails const& details);
void write_checks(Page& page, SettingSummary const& setting, SettingDetails const& details);
void write_joint(Page& page, SettingSummary const& setting, SettingDetails const& details,
                 std::vector<std::string> const& benchmarks);
void write_orders(Page& page, SettingSummary const& setting);
void write_influence(Page& page, SettingSummary const& setting);
/// Statements with their topics; one without a topic continues the one before.
void write_statements(Page& page, std::vector<Statement> const& statements);

/// "Setting 3" of the setting with this name; the name itself where the run has one setting only.
[[nodiscard]] std::string setting_number(Summary const& summary, std::string const& name);

/// Whether resampling settles the answer, as tables say it: "yes", "no", or why that is not known.
[[nodiscard]] std::string settled_word(SettingSummary const& setting);

/// Parts about the whole run.
/// What many settings say together: the sentences, the distributions, the base models, the ranking.
/// \pre summary.overview
void write_overview(Page& page, Summary const& summary);
void write_settings_table(Page& page, Summary const& summary);
/// What holds in all settings; nothing where there is only one.
void write_across(Page& page, Summary const& summary);
/// Single models: their capabilities, the extremes, those that fit worst; or how to have them. Nothing where no setting
/// has a fitted model of single models.
void write_models(Page& page, Summary const& summary, ReportModels const& models);
/// Where scales end and what is missing; nothing where no benchmark has either.
void write_scales(Page& page, Summary const& summary);
void write_failures(Page& page, Summary const& summary);
void write_provenance(Page& page, Summary const& summary, RunDetails const& run);
void write_glossary(Page& page);

/// "300 resamples, 2 failed" of a setting.
[[nodiscard]] std::string replicates_text(SettingSummary const& setting);
/// The command without the folder of the program.
[[nodiscard]] std::string shown_command(std::string const& command);

} // namespace exahca
