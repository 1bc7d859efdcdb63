#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

struct Bar
{
    std::string name, value;
    double length = 0;
    double low = std::nan(""), high = std::nan("");
    bool chosen = true; ///< belongs to the answer
};

constexpr double bar_step = 42, first_bar = 30, right_end = drawing_width - 20;

/// Horizontal bars, each below its name, which may be long.
void draw_bars(Svg& svg, std::vector<Bar> const& bars, Axis const& axis, double zero)
{
    for (std::size_t i = 0; i < bars.size(); ++i) {
        auto const& bar = bars[i];
        double const y = first_bar + bar_step * static_cast<double>(i);
        svg.text("halo", 0, y, fitted(bar.name, drawing_width - text_width(bar.value, 11) - 8, 11));
        svg.text("halo strong", drawing_width, y, bar.value, Anchor::end);
        double const end = axis.pixel(bar.length);
        svg.rect(bar.chosen ? "positive-fill" : "other-fill", std::min(zero, end), y + 6, std::abs(end - zero), 14);
        if (!std::isfinite(bar.low) || !std::isfinite(bar.high)) continue;
        double const from = axis.pixel(bar.low), to = axis.pixel(bar.high);
        // On a band of paper, so that it is seen on a bar of any colour.
        for (auto const& [classes, width] : {std::pair{"whisker-band", 5.0}, {"whisker", 1.5}}) {
            svg.line(classes, from, y + 13, to, y + 13, width);
            svg.line(classes, from, y + 9, from, y + 17, width);
            svg.line(classes, to, y + 9, to, y + 17, width);
        }
    }
}

double bottom_of(std::size_t bars) { return first_bar + bar_step * static_cast<double>(bars) - 14; }

std::string spoken(std::vector<Bar> const& bars)
{
    std::string text;
    for (auto const& bar : bars) text += fmt::format("{}: {}. ", bar.name, bar.value);
    return text;
}

Bar share_bar(std::string name, double share, double low, double high)
{
    return {std::move(name),
            fmt::format("{} [{}, {}]", percent(share), percent(low), percent(high)),
            share,
            low,
            high,
            true};
}

Svg share_drawing(std::string const& title, std::vector<Bar> const& bars, bool with_limit)
{
    double const bottom = bottom_of(bars.size());
    Svg svg(drawing_width, bottom + 22, title, spoken(bars));
    svg.text("strong", 0, 12, title);
    Axis const axis(0, 1, 10, right_end);
    for (double const tick : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        svg.line("grid", axis.pixel(tick), 36, axis.pixel(tick), bottom);
        svg.text("muted", axis.pixel(tick), bottom + 14, fmt::format("{:.0f}", 100 * tick) + (tick == 1 ? " %" : ""),
                 Anchor::middle);
    }
    draw_bars(svg, bars, axis, axis.pixel(0));
    for (std::size_t i = 0; with_limit && i < bars.size(); ++i) { // beside the bars only: the numbers stay readable
        double const x = axis.pixel(settled_support), y = first_bar + bar_step * static_cast<double>(i);
        svg.line("whisker-band", x, y + 5, x, y + 21, 5);
        svg.line("limit", x, y + 4, x, y + 22, 1.8);
    }
    return svg;
}

} // namespace

Svg draw_support(BootstrapSummary const& bootstrap, SettingDetails const& details)
{
    std::vector<Bar> bars{share_bar("whole order", bootstrap.support, bootstrap.low, bootstrap.high)};
    for (std::size_t j = 0; j < bootstrap.level_support.size(); ++j)
        bars.push_back(share_bar(j == 0 ? "first factor, z1" : fmt::format("first {} factors together", j + 1),
                                 bootstrap.level_support[j], details.level_low[j], details.level_high[j]));
    return share_drawing("Resamples that agree", bars, true);
}

Svg draw_groups(SettingSummary const& setting)
{
    constexpr std::size_t most = 6;
    auto const& groups = setting.bootstrap->groups;
    std::vector<Bar> bars;
    for (std::size_t g = 0; g < std::min(most, groups.size()); ++g) {
        auto const& group = groups[g];
        bars.push_back(share_bar(group_direction(setting, g), group.share, group.low, group.high));
        bars.back().value = percent(group.share) + (g == 0 ? " (shown)" : "");
        bars.back().chosen = g == 0;
    }
    return share_drawing("Directions in resamples", bars, false);
}

std::vector<OptimumSummary const*> nearest_first(JointSummary const& joint)
{
    std::vector<OptimumSummary const*> sorted;
    for (auto const& optimum : joint.optima) sorted.push_back(&optimum);
    std::stable_sort(sorted.begin(), sorted.end(), [](auto const* a, auto const* b) {
        return a->answer != b->answer ? a->answer : a->behind < b->behind;
    });
    return sorted;
}

Svg draw_optima(JointSummary const& joint)
{
    constexpr std::size_t most = 8;
    std::vector<Bar> bars;
    double largest = 1, least = 0;
    for (auto const* optimum : nearest_first(joint)) {
        if (bars.size() == most) break;
        bars.push_back({fmt::format("{}{}", chain_text(optimum->labels), optimum->answer ? " (shown)" : ""),
                        plain_number(optimum->behind, 1), optimum->behind, std::nan(""), std::nan(""),
                        optimum->answer});
        largest = std::max(largest, optimum->behind);
        least = std::min(least, optimum->behind);
    }
    double const bottom = bottom_of(bars.size());
    Svg svg(drawing_width, bottom + 34, "Likelihood gaps of the optima", spoken(bars));
    svg.text("strong", 0, 12, "Optima of the likelihood");
    Axis const axis(least, largest, 10, right_end);
    axis.draw_horizontal(svg, 36, bottom, 5);
    draw_bars(svg, bars, axis, axis.pixel(0));
    // A bar of no length must still be seen.
    for (std::size_t i = 0; i < bars.size(); ++i)
        svg.circle(bars[i].chosen ? "positive-fill" : "other-fill", axis.pixel(bars[i].length),
                   first_bar + bar_step * static_cast<double>(i) + 13, 4.5);
    svg.text("muted", drawing_width / 2, bottom + 29, "log-likelihood behind the one shown", Anchor::middle);
    return svg;
}

} // namespace exahca
