#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/text.hpp"
#include "page.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace exahca {
namespace {

constexpr std::size_t told_extremes = 5, told_surprises = 10;

/// The highest and the lowest models of a factor, nullptr between them where others are left out.
std::vector<ProfiledModel const*> extremes(ProfileReport const& report, std::size_t factor)
{
    auto ranked = ranked_by(report, factor);
    if (ranked.size() <= 2 * told_extremes) return ranked;
    ranked.erase(ranked.begin() + told_extremes, ranked.end() - told_extremes);
    ranked.insert(ranked.begin() + told_extremes, nullptr);
    return ranked;
}

/// The models whose furthest score is furthest from what their others say, each with that score.
std::vector<Surprise> worst_fitting(std::vector<Surprise> const& surprises)
{
    std::set<ProfiledModel const*> known;
    std::vector<Surprise> worst;
    for (auto const& surprise : surprises)
        if (worst.size() < told_surprises && known.insert(surprise.model).second) worst.push_back(surprise);
    return worst;
}

void write_extremes(Page& page, ProfileReport const& report, std::size_t factor)
{
    PageTable table{fmt::format("z{} {}: highest and lowest within their base models, of {}", factor + 1,
                                factor_title(report.fit.factors[factor]),
                                counted(std::ssize(report.models), "model", "models")),
                    {"model", "base model", "points", "90 % interval", "% below", "90 % interval"},
                    {},
                    2};
    for (auto const* model : extremes(report, factor)) {
        if (model == nullptr) {
            table.rows.push_back({"…", "", "", "", "", ""});
            continue;
        }
        auto const& at = model->profile.factors[factor];
        table.rows.push_back(
            {model->name, report.fit.domains[model->domain], signed_number(at.mean), interval_text(at.low, at.high),
             percentile_text(at.percentile),
             fmt::format("{} to {}", percentile_text(at.percentile_low), percentile_text(at.percentile_high))});
    }
    page.table(table);
}

void write_worst_fitting(Page& page, ProfileReport const& report, std::vector<Surprise> const& surprises)
{
    if (surprises.empty()) return;
    PageTable table{
        fmt::format(
            "Models that fit worst, each with the score that its other scores explain least. Of all scores, {}.",
            far_scores_text(surprises)),
        {"model", "base model", "benchmark", "score", "expected", "deviations"},
        {},
        3};
    for (auto const& [model, j, deviations] : worst_fitting(surprises))
        table.rows.push_back({model->name, report.fit.domains[model->domain], report.fit.benchmarks[j],
                              plain_number(model->scores[j], 2), plain_number(model->profile.surprises[j].expected, 2),
                              fmt::format("{:+.1f}", deviations)});
    page.table(table);
}

/// Models that are drawn: all that can be, of too many those that tables name and an even choice of the others.
struct DrawnModels
{
    std::vector<std::size_t> shown;   ///< positions in the report, rising
    bool thinned = false;             ///< whether some are left out that could be drawn
    std::vector<std::string> nowhere; ///< base models without a mean in some benchmark
};

std::set<ProfiledModel const*> told_models(ProfileReport const& report, std::vector<Surprise> const& surprises)
{
    std::set<ProfiledModel const*> told;
    for (std::size_t i = 0; i < report.fit.factors.size(); ++i)
        for (auto const* model : extremes(report, i)) told.insert(model);
    for (auto const& surprise : worst_fitting(surprises)) told.insert(surprise.model);
    return told;
}

DrawnModels drawn_models(ProfileReport const& report, std::vector<Surprise> const& surprises)
{
    auto const has_place = [&](std::size_t domain) {
        return report.factor_means.row(static_cast<Index>(domain)).allFinite();
    };
    DrawnModels drawn;
    for (std::size_t k = 0; k < report.fit.domains.size(); ++k)
        if (!has_place(k)) drawn.nowhere.push_back(report.fit.domains[k]);
    auto const told = told_models(report, surprises);
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < report.models.size(); ++i)
        if (has_place(report.models[i].domain)) (told.contains(&report.models[i]) ? drawn.shown : others).push_back(i);
    auto const room = most_drawn_models - std::min(most_drawn_models, drawn.shown.size());
    drawn.thinned = others.size() > room;
    auto const chosen = std::min(room, others.size());
    for (std::size_t i = 0; i < chosen; ++i) drawn.shown.push_back(others[i * others.size() / chosen]);
    std::sort(drawn.shown.begin(), drawn.shown.end());
    return drawn;
}

std::string planes_caption(ProfileReport const& report, DrawnModels const& drawn)
{
    std::string caption =
        "Each mark is a model; its shape and colour show the base model. Capabilities are posterior means in points of "
        "the benchmarks that name them, including the mean of the base model; the less a model's scores reveal, the "
        "closer they are to that mean. Point at a mark to read the model's name and its capabilities";
    caption += report.fit.factors.size() > 2 ? ", and to see it in every plane." : ".";
    if (report.fit.factors.size() > 3)
        caption += fmt::format(" Only the first three of {} capabilities are drawn.", report.fit.factors.size());
    if (drawn.thinned)
        caption +=
            fmt::format(" {} of {} models are drawn: those in the tables below, and an even selection of the others.",
                        grouped(std::ssize(drawn.shown)), grouped(std::ssize(report.models)));
    if (!drawn.nowhere.empty())
        caption += fmt::format(" Models of {} are not drawn: a benchmark is missing there, so the mean is unknown.",
                               listed(drawn.nowhere));
    return caption;
}

void write_profiles(Page& page, Summary const& summary, ProfileReport const& report)
{
    auto const setting = std::find_if(summary.settings.begin(), summary.settings.end(),
                                      [&](auto const& s) { return s.name == report.fit.setting; });
    auto const surprises = surprises_of(report);
    page.paragraph(profile_notes(report));
    auto const drawn = drawn_models(report, surprises);
    if (report.fit.factors.size() > 1 && !drawn.shown.empty())
        page.figure({{"models", draw_models(report, drawn.shown)}}, planes_caption(report, drawn),
                    setting == summary.settings.end() ? std::string("none") : replicates_text(*setting));
    for (std::size_t i = 0; i < report.fit.factors.size(); ++i) write_extremes(page, report, i);
    write_worst_fitting(page, report, surprises);
}

} // namespace

void write_models(Page& page, Summary const& summary, ReportModels const& models)
{
    if (models.profiles.empty() && models.without.empty()) return;
    page.heading(2, "Models", "models");
    for (auto const& report : models.profiles) {
        if (summary.settings.size() > 1) page.heading(3, setting_number(summary, report.fit.setting));
        write_profiles(page, summary, report);
    }
    if (!models.profiles.empty()) return;
    page.paragraph("These results do not contain the capabilities of individual models. This command adds them, and "
                   "the next report shows them:");
    page.code(fmt::format("exahca models {}{} --store", shell_word(models.file),
                          models.without.size() > 1 ? " --setting NAME" : ""));
    if (models.without.size() > 1) page.note("Name one of the settings: " + join_names(models.without, ", "));
}

} // namespace exahca
