#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace exahca {
namespace {

constexpr double left = 58, right = drawing_width - 12, top = 62, bottom = 300;

/// Dots on a grid of pixels: tens of thousands of orders share few places, and a place's strength tells how many.
void draw_dots(Svg& svg, Landscape const& landscape, Axis const& x, Axis const& y)
{
    std::map<std::pair<int, int>, int> places;
    for (std::size_t i = 0; i < landscape.mic.size(); ++i)
        ++places[{static_cast<int>(std::lround(x.pixel(landscape.mic[i]))),
                  static_cast<int>(std::lround(y.pixel(landscape.log_likelihood[i])))}];
    std::string one, some, many;
    for (auto const& [place, count] : places)
        (count == 1 ? one : count < 10 ? some : many) += fmt::format("M{} {}h0", place.first, place.second);
    for (auto const& [classes, data] : {std::pair{"dots faint", &one}, {"dots middling", &some}, {"dots", &many}})
        if (!data->empty()) svg.path(classes, *data, 4);
}

} // namespace

Svg draw_landscape(Landscape const& landscape, std::string const& title)
{
    auto const& mic = landscape.mic;
    auto const& likelihood = landscape.log_likelihood;
    auto const [least_mic, most_mic] = std::minmax_element(mic.begin(), mic.end());
    auto const [lowest, highest] = std::minmax_element(likelihood.begin(), likelihood.end());
    auto const by_mic = static_cast<std::size_t>(least_mic - mic.begin()),
               by_likelihood = static_cast<std::size_t>(highest - likelihood.begin());
    Svg svg(drawing_width, bottom + 40, title,
            fmt::format("{} fitted orders. The order of least MIC, {}, reaches log-likelihood {}; the order of highest "
                        "log-likelihood, {}, starts from MIC {}.",
                        grouped(static_cast<std::int64_t>(mic.size())), plain_number(mic[by_mic], 4),
                        plain_number(likelihood[by_mic], 1), plain_number(likelihood[by_likelihood], 1),
                        plain_number(mic[by_likelihood], 4)));
    Axis const x(std::min(0.0, *least_mic), *most_mic, left, right);
    Axis const y(*lowest - 0.03 * (*highest - *lowest), *highest + 0.03 * (*highest - *lowest), bottom, top);
    x.draw_horizontal(svg, top, bottom, 5);
    for (double const tick : y.ticks(5)) {
        svg.line("grid", left, y.pixel(tick), right, y.pixel(tick));
        svg.text("muted", left - 6, y.pixel(tick) + 4, y.label(tick), Anchor::end);
    }
    draw_dots(svg, landscape, x, y);
    svg.circle("best-fill", x.pixel(mic[by_likelihood]), y.pixel(likelihood[by_likelihood]), 6);
    svg.rect("negative-fill", x.pixel(mic[by_mic]) - 5, y.pixel(likelihood[by_mic]) - 5, 10, 10);
    svg.text("strong", 0, 12, title);
    svg.circle("best-fill", 10, 30, 6);
    svg.text("small", 22, 34, "highest log-likelihood");
    svg.rect("negative-fill", 172, 25, 10, 10);
    svg.text("small", 189, 34, "least MIC");
    svg.text("muted", 0, 54, "log-likelihood of the fit");
    svg.text("muted", (left + right) / 2, bottom + 31, "MIC of the starting order", Anchor::middle);
    return svg;
}

} // namespace exahca
