#include "figures.hpp"
#include "page.hpp"
#include "story.hpp"
#include "text.hpp"

#include <fmt/format.h>

namespace exahca {

std::string replicates_text(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "none";
    auto const& bootstrap = *setting.bootstrap;
    auto text = counted(bootstrap.replicates, "resample", "resamples");
    if (bootstrap.failed > 0) text += fmt::format(", {} more failed", grouped(bootstrap.failed));
    return text;
}

void write_support(Page& page, SettingSummary const& setting, SettingDetails const& details)
{
    page.heading(3, "How far the order is settled");
    if (!setting.bootstrap) {
        page.paragraph("No resamples were analysed, so nothing is known about how far the order is settled. Run the "
                       "search again with "
                       "--bootstrap 200 or more; with --resume what is computed is kept.");
        return;
    }
    auto const& bootstrap = *setting.bootstrap;
    page.paragraph(fmt::format("The models of each base model were drawn again with replacement and everything was "
                               "computed anew. A resample agrees "
                               "when its capabilities span the same directions of score space, to within 15 degrees, "
                               "level by level. An order counts as "
                               "settled when the lower end of its interval reaches {} (dashed line).",
                               percent(settled_support)));
    if (!bootstrap.level_angle.empty()) {
        std::string angles;
        for (std::size_t j = 0; j < bootstrap.level_angle.size(); ++j)
            angles += fmt::format("{}{} {:.1f}°", angles.empty() ? "" : ", ",
                                  j == 0 ? std::string("first factor") : fmt::format("first {} together", j + 1),
                                  bootstrap.level_angle[j]);
        page.paragraph(fmt::format("95 % of the resamples lie within these angles of the answer: {}.", angles));
    }
    page.figure({{"support", draw_support(bootstrap, details)}, {"directions", draw_groups(bootstrap)}},
                fmt::format("First: share of resamples that agree with the order shown, as a whole and level by level. "
                            "Second: the most frequent "
                            "directions, each named by the benchmarks that its resamples choose most often; different "
                            "directions can bear the same "
                            "names. Whiskers are 95 % Wilson intervals. {}",
                            details.unlisted_members > 0
                                ? fmt::format("{} fit none of the directions stored.",
                                              counted(details.unlisted_members, "resample", "resamples"))
                                : ""),
                replicates_text(setting));
}

void write_nulls(Page& page, SettingSummary const& setting, SettingDetails const& details)
{
    if (setting.placebos.empty() && !setting.no_control && !setting.parametric) return;
    page.heading(3, "Checks against data that have no common order");
    std::vector<Drawing> drawings;
    std::string counts;
    double const observed = setting.orders.empty() ? 0 : setting.orders[0].mic;
    for (auto const& null : details.nulls) {
        if (null.mic.empty()) continue;
        drawings.push_back({null.kind, draw_histogram(null, observed)});
        counts +=
            fmt::format("{}{} of {}{}", counts.empty() ? "" : ", ", grouped(static_cast<std::int64_t>(null.mic.size())),
                        null.kind, null.failed > 0 ? fmt::format(" ({} failed)", grouped(null.failed)) : "");
    }
    for (auto const& placebo : setting.placebos) {
        auto text =
            fmt::format("Placebo, {}: p = {:.3g} from {}. {}.", placebo.kind, placebo.p_value,
                        counted(placebo.replicates, "data set", "data sets"),
                        placebo.p_value <= 0.05
                            ? "Data without a common order rarely fit so well"
                            : "Data without a common order fit as well, so the fit is no evidence for an order");
        if (placebo.choice)
            text += fmt::format(" This set of base models has the lowest MIC of {} sets; when the placebo chooses its "
                                "set in the same way, p = {:.3g}.",
                                placebo.choice->sets, placebo.choice->p_value);
        page.paragraph(text);
    }
    if (setting.no_control)
        page.paragraph(fmt::format("No control: when all models are pooled and split at random, {} of {} have a MIC as "
                                   "low as the observed, yet their "
                                   "directions lie {} degrees apart. A low MIC alone is no evidence.",
                                   percent(setting.no_control->as_low),
                                   counted(setting.no_control->replicates, "split", "splits"),
                                   plain_number(setting.no_control->median_angle, 0)));
    if (setting.parametric)
        page.paragraph(fmt::format("If the fit were true: {} of {} drawn from it give its order again [{}, {}].",
                                   percent(setting.parametric->recovered),
                                   counted(setting.parametric->replicates, "data set", "data sets"),
                                   percent(setting.parametric->low), percent(setting.parametric->high)));
    if (auto const reading = calibrated(setting)) page.paragraph(reading->text);
    if (!drawings.empty())
        page.figure(drawings,
                    "How well an order fits data in which there is none to find: each bar counts data sets by the MIC "
                    "of their best order, "
                    "the line marks the real data. Evidence is a line far left of all bars.",
                    counts);
}

} // namespace exahca
