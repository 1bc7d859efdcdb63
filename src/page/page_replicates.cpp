#include "exahca/estimate/support.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"
#include "page.hpp"

#include <fmt/format.h>

namespace exahca {

std::string replicates_text(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "none";
    return resamples_text(*setting.bootstrap);
}

void write_support(Page& page, SettingSummary const& setting, SettingDetails const& details)
{
    page.heading(3, fmt::format("How far the {} is settled", answer_noun(setting)));
    if (!setting.bootstrap) {
        page.paragraph(
            fmt::format("No resamples were analysed, so nothing is known about how far the {} is settled. Run the "
                        "search again with --bootstrap 200 or more; with --resume it keeps what has been computed.",
                        answer_noun(setting)));
        return;
    }
    auto const& bootstrap = *setting.bootstrap;
    page.paragraph(
        fmt::format("The models of each base model were drawn with replacement and everything was computed anew. A "
                    "resample agrees if its capabilities span the same directions of score space, to within {:.0f} "
                    "degrees, level by level. An answer counts as settled if the lower end of its interval reaches {} "
                    "(dashed line), and would still do so if every failed resample had given another answer.",
                    same_flag_degrees, percent(settled_support)));
    if (!bootstrap.level_angle.empty())
        page.paragraph(fmt::format("95 % of the resamples lie within these angles of the answer: {}.",
                                   angles_by_level(bootstrap.level_angle)));
    page.figure(
        {{"support", draw_support(bootstrap, details)}, {"directions", draw_groups(setting)}},
        fmt::format("First: share of resamples that agree with the answer shown, as a whole and level by level. "
                    "Second: the most frequent directions, each named by the benchmarks that its resamples choose most "
                    "often; different directions can have the same names. Whiskers are 95 % Wilson intervals. {}",
                    details.unlisted_members > 0
                        ? fmt::format("{} match none of the stored directions.",
                                      counted(details.unlisted_members, "resample", "resamples"))
                        : ""),
        replicates_text(setting));
}

void write_checks(Page& page, SettingSummary const& setting, SettingDetails const& details)
{
    if (checks(setting).empty()) return;
    page.heading(3, setting.has_order() ? "Checks against data that have no common order"
                                        : "Checks against data drawn from the fit");
    std::vector<Drawing> drawings;
    std::string counts;
    double const observed = setting.orders.empty() ? 0 : setting.orders[0].mic;
    for (auto const& null : details.nulls) {
        if (null.mic.empty() || !setting.has_order()) continue; // one factor: there is no order to lack
        drawings.push_back({null.kind, draw_histogram(null, observed)});
        counts +=
            fmt::format("{}{} of {}{}", counts.empty() ? "" : ", ", grouped(static_cast<std::int64_t>(null.mic.size())),
                        null.kind, null.failed > 0 ? fmt::format(" ({} failed)", grouped(null.failed)) : "");
    }
    write_statements(page, checks(setting));
    if (!drawings.empty())
        page.figure(drawings,
                    "How well an order fits data in which there is none to find: each bar counts data sets by the MIC "
                    "of their best order, and the line marks the real data. Only a line far to the left of all bars "
                    "is evidence.",
                    counts);
}

} // namespace exahca
