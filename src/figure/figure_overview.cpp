#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr double row_height = 16, header = 40, labels = 110, number = 22;
constexpr double fullest_ratio = 4; ///< a pair four times as frequent as expected, or a quarter, has the full colour
constexpr double fullest = 0.85;

/// Base models of the map, those first that good settings hold most more often.
std::vector<std::size_t> shown_models(BaseModelMap const& map, std::size_t most)
{
    std::vector<std::size_t> models;
    for (std::size_t a = 0; a < map.held.size(); ++a)
        if (map.held[a] > 0) models.push_back(a);
    std::stable_sort(models.begin(), models.end(), [&](auto a, auto b) { return map.lift(a, a) > map.lift(b, b); });
    if (models.size() > most) models.resize(most);
    return models;
}

/// -1 .. 1 of a ratio of frequencies; no pair at all is as rare as can be.
double strength(double lift)
{
    if (std::isnan(lift)) return 0;
    double const logarithm = std::log(std::max(lift, 1 / fullest_ratio)) / std::log(fullest_ratio);
    return std::clamp(logarithm, -1.0, 1.0);
}

} // namespace

Svg draw_base_model_map(Overview const& overview, BaseModelMap const& map)
{
    auto const models = shown_models(map, most_mapped_models);
    auto const count = static_cast<double>(models.size());
    double const first = labels + number;
    double const cell = std::min(30.0, (drawing_width - first) / count);
    double const best = map.lift(models[0], models[0]);
    auto const title = "Which base models go together: " + family_name(overview.families[map.family]);
    Svg svg(
        drawing_width, header + row_height * count + 2, title,
        fmt::format(
            "Of {} base models, {} is the most over-represented in the good settings: {} times as frequent as in all.",
            models.size(), overview.base_models[models[0]], plain_number(best, 2)));
    svg.text("strong", 0, 14, fitted(title, drawing_width, 12));
    for (std::size_t a = 0; a < models.size(); ++a) {
        auto const place = static_cast<double>(a);
        double const y = header + row_height * place;
        svg.text("", 0, y + 12, fitted(overview.base_models[models[a]], labels - 4, 12));
        svg.text("muted", first - 7, y + 12, fmt::format("{}", a + 1), Anchor::end);
        if (cell >= 14 || a % 5 == 0)
            svg.text("muted", first + (place + 0.5) * cell, header - 6, fmt::format("{}", a + 1), Anchor::middle);
        for (std::size_t b = 0; b < models.size(); ++b) {
            double const x = first + static_cast<double>(b) * cell;
            double const colour = strength(map.lift(models[a], models[b]));
            svg.shade(colour < 0 ? "negative-fill" : "positive-fill", x, y, cell, row_height,
                      fullest * std::abs(colour));
            svg.rect("cell", x, y, cell, row_height);
        }
    }
    return svg;
}

Svg draw_mic_by_family(Overview const& overview)
{
    constexpr double top = 34, step = 34, left = 8, right = drawing_width - 14;
    auto const& families = overview.families;
    double most = 0;
    for (auto const& family : families) most = std::max(most, family.quantiles[6]);
    auto const title = std::string("MIC of all settings, by kind");
    auto const shown = std::min(families.size(), most_drawn_families);
    double const bottom = top + step * static_cast<double>(shown);
    Svg svg(drawing_width, bottom + 38, title,
            fmt::format("The median MIC is {} in {}{}.", plain_number(families[0].quantiles[3], 4),
                        family_name(families[0]),
                        shown > 1 ? fmt::format(" and {} in {}", plain_number(families[shown - 1].quantiles[3], 4),
                                                family_name(families[shown - 1]))
                                  : ""));
    svg.text("strong", 0, 12, title);
    Axis const x(0, most, left, right);
    x.draw_horizontal(svg, top - 8, bottom, 5);
    for (std::size_t f = 0; f < shown; ++f) {
        auto const& q = families[f].quantiles;
        double const y = top + step * static_cast<double>(f) + 20;
        svg.text("small", left, y - 12, fitted(family_name(families[f]), right - left, 11));
        svg.line("whisker", x.pixel(q[1]), y, x.pixel(q[5]), y, 1.5);
        svg.shade("positive-fill", x.pixel(q[2]), y - 6, std::max(1.0, x.pixel(q[4]) - x.pixel(q[2])), 12, 0.75);
        svg.line("whisker", x.pixel(q[3]), y - 6, x.pixel(q[3]), y + 6, 2);
        svg.circle("best-fill", x.pixel(q[0]), y, 4);
        svg.circle("other-fill", x.pixel(q[6]), y, 2.5);
    }
    svg.text("muted", (left + right) / 2, bottom + 31, "MIC of the best order", Anchor::middle);
    return svg;
}

} // namespace exahca
