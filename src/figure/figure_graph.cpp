#include "exahca/figure/figures.hpp"
#include "exahca/read/edges.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr std::size_t most_labelled = 4; ///< factors; with more the numbers would cover the arrows
constexpr double node_height = 38;
constexpr double small_width = 290; ///< of up to three factors

struct Layout
{
    double gap, left, width; ///< between boxes; of a box
    bool labelled;

    [[nodiscard]] double top(std::size_t factor) const
    {
        return 26 + static_cast<double>(factor) * (node_height + gap);
    }
    [[nodiscard]] double middle(std::size_t factor) const { return top(factor) + node_height / 2; }
};

double stroke_of(CausalEdge const& edge, double largest)
{
    return largest > 0 && std::isfinite(edge.weight) ? 0.8 + 4.2 * std::abs(edge.weight) / largest : 0.8;
}

std::string side_of(CausalEdge const& edge) { return edge.weight < 0 ? "negative" : "positive"; }

void draw_label(Svg& svg, CausalEdge const& edge, double x, double y, Anchor anchor)
{
    auto const interval = interval_text(edge.low, edge.high);
    svg.text("halo strong", x, interval.empty() ? y + 4 : y - 2, signed_number(edge.weight), anchor);
    if (!interval.empty()) svg.text("halo", x, y + 11, interval, anchor);
}

/// From a factor to the next: a straight arrow.
void draw_straight(Svg& svg, Layout const& layout, CausalEdge const& edge, double width)
{
    double const x = layout.left + layout.width / 2, from = layout.top(edge.cause) + node_height,
                 to = layout.top(edge.effect);
    auto const classes = side_of(edge);
    double const head = 7 + width;
    svg.line(classes + (edge.clear ? "" : " dashed"), x, from, x, to - head + 1, width);
    svg.arrow_head(classes + "-fill", x, to, 0, 1, head);
}

/// Over other factors: an arc beside them, the farther out the more it skips. Longer ones leave to the right, those
/// over one factor alternate.
void draw_arc(Svg& svg, Layout const& layout, CausalEdge const& edge, double width, bool left)
{
    double const sign = left ? -1 : 1;
    double const x = left ? layout.left : layout.left + layout.width;
    double const skipped = static_cast<double>(edge.effect - edge.cause);
    double const reach = layout.labelled ? (left ? 20.0 : 44.0) : 14 + (left ? 4.5 : 15.0) * (skipped - 1);
    double const from = layout.middle(edge.cause) + 5, to = layout.middle(edge.effect) - 5;
    auto const classes = side_of(edge);
    double const head = 7 + width;
    svg.path(classes + (edge.clear ? "" : " dashed"),
             fmt::format("M{0:.1f} {1:.1f}C{2:.1f} {1:.1f} {2:.1f} {3:.1f} {4:.1f} {3:.1f}", x, from,
                         x + sign * reach * 4 / 3, to, x + sign * (head - 1)),
             width);
    svg.arrow_head(classes + "-fill", x, to, -sign, 0, head);
}

std::string described(SettingSummary const& setting, std::vector<CausalEdge> const& edges)
{
    std::string text = setting.factors_found.size() < 2 ? "One factor, so there are no arrows." : "";
    for (auto const& edge : edges)
        text += fmt::format("{}One point of {} changes {} by {} points{}. ", text.empty() ? "" : " ",
                            setting.factors_found[edge.cause].benchmark, setting.factors_found[edge.effect].benchmark,
                            signed_number(edge.weight),
                            interval_text(edge.low, edge.high).empty()
                                ? " (no interval)"
                                : ", 90 % interval " + interval_text(edge.low, edge.high));
    return text;
}

} // namespace

Svg draw_graph(SettingSummary const& setting, DomainSummary const& domain)
{
    auto const edges = causal_edges(domain);
    auto const factors = setting.factors_found.size();
    bool const labelled = factors <= most_labelled;
    // With four factors the longest arrow leaves to the left, and its number needs room there.
    bool const small = factors < most_labelled;
    Layout const layout{labelled ? 46.0 : 22.0,
                        small                      ? 2.0
                        : factors == most_labelled ? 116.0
                                                   : 58.0,
                        factors == most_labelled ? 100.0 : 116.0, labelled};
    double const drawn = small ? small_width : drawing_width;
    double largest = 0;
    for (auto const& edge : edges)
        if (std::isfinite(edge.weight)) largest = std::max(largest, std::abs(edge.weight));
    Svg svg(drawn, layout.top(factors - 1) + node_height + 8, fmt::format("Causal graph of {}", domain.name),
            described(setting, edges));
    svg.text("strong", 0, 14,
             fitted(fmt::format("{} ({} models)", domain.name, grouped(domain.models_used)), drawn, 12));
    auto const goes_left = [&](CausalEdge const& edge) {
        return labelled ? edge.effect - edge.cause > 2 : (edge.cause + edge.effect) % 2 == 1;
    };
    for (auto const& edge : edges) {
        double const width = stroke_of(edge, largest);
        if (edge.effect == edge.cause + 1)
            draw_straight(svg, layout, edge, width);
        else
            draw_arc(svg, layout, edge, width, goes_left(edge));
    }
    for (std::size_t i = 0; i < factors; ++i) {
        svg.rect("node", layout.left, layout.top(i), layout.width, node_height, 8);
        double const x = layout.left + layout.width / 2;
        svg.text("muted", x, layout.top(i) + 14, fmt::format("z{}", i + 1), Anchor::middle);
        svg.text("strong", x, layout.top(i) + 29, fitted(setting.factors_found[i].benchmark, layout.width - 4, 12),
                 Anchor::middle);
    }
    if (!layout.labelled) return svg;
    for (auto const& edge : edges) {
        double const middle = (layout.middle(edge.cause) + layout.middle(edge.effect)) / 2;
        if (edge.effect == edge.cause + 1)
            draw_label(svg, edge, layout.left + layout.width / 2 + 9, layout.top(edge.effect) - layout.gap / 2 - 3,
                       Anchor::start);
        else if (goes_left(edge))
            draw_label(svg, edge, layout.left - 26, middle, Anchor::end);
        else
            draw_label(svg, edge, layout.left + layout.width + 50, middle, Anchor::start);
    }
    return svg;
}

} // namespace exahca
