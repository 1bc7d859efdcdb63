#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr double left = 30, right = drawing_width - 14, top = 50, bottom = 190;

} // namespace

Svg draw_histogram(NullDistribution const& null, double observed)
{
    auto const& values = null.mic;
    double least = observed, most = observed;
    for (double const value : values) {
        least = std::min(least, value);
        most = std::max(most, value);
    }
    least = std::min(0.0, least);
    // Square root rule, within what can be drawn.
    auto const bins =
        static_cast<std::size_t>(std::clamp(std::sqrt(static_cast<double>(values.size())) * 1.6, 6.0, 30.0));
    std::vector<std::int64_t> counts(bins);
    double const width = most > least ? (most - least) / static_cast<double>(bins) : 1;
    for (double const value : values) ++counts[std::min(bins - 1, static_cast<std::size_t>((value - least) / width))];
    auto const fullest = std::max<std::int64_t>(1, *std::max_element(counts.begin(), counts.end()));
    auto const as_low = std::count_if(values.begin(), values.end(), [&](double value) { return value <= observed; });
    auto const title = null.kind == "no control" ? std::string("No control: random splits") : "Placebo: " + null.kind;
    Svg svg(drawing_width, bottom + 38, title,
            fmt::format("Histogram of the MIC of {} data sets. {} are at or below the observed MIC of {}.",
                        grouped(static_cast<std::int64_t>(values.size())), grouped(as_low), plain_number(observed, 4)));
    svg.text("strong", 0, 12, title);
    Axis const x(least, least + width * static_cast<double>(bins), left, right),
        y(0, static_cast<double>(fullest), bottom, top);
    x.draw_horizontal(svg, bottom, bottom, 5);
    for (double const tick : y.ticks(3)) {
        if (tick != std::floor(tick)) continue;
        svg.line("grid", left, y.pixel(tick), right, y.pixel(tick));
        svg.text("muted", left - 5, y.pixel(tick) + 4, fmt::format("{:.0f}", tick), Anchor::end);
    }
    double const pixels = (right - left) / static_cast<double>(bins);
    for (std::size_t i = 0; i < bins; ++i)
        if (counts[i] > 0) {
            double const height = bottom - y.pixel(static_cast<double>(counts[i]));
            svg.rect("positive-fill", left + pixels * static_cast<double>(i) + 0.5, bottom - height, pixels - 1,
                     height);
        }
    double const mark = x.pixel(observed);
    svg.line("negative", mark, 36, mark, bottom, 2.5);
    svg.text("small strong", mark > drawing_width / 2 ? mark - 6 : mark + 6, 40,
             "observed " + plain_number(observed, 4), mark > drawing_width / 2 ? Anchor::end : Anchor::start);
    svg.text("muted", (left + right) / 2, bottom + 31, "MIC of the best order", Anchor::middle);
    return svg;
}

} // namespace exahca
