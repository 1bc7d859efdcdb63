#include "axis.hpp"
#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

namespace exahca {
namespace {

constexpr double left = 46, right = drawing_width - 12, plot_height = 264;
constexpr double first_legend = 34, legend_step = 18, legend_mark = 7;

/// Causes across, effects up: an earlier factor is never above a later one.
std::vector<std::pair<std::size_t, std::size_t>> planes_of(std::size_t factors)
{
    if (factors < 2) return {};
    if (factors == 2) return {{0, 1}};
    return {{0, 1}, {0, 2}, {1, 2}};
}

/// Base models that have a look of their own; all others share one.
constexpr std::array own_looks{"marks round series-1",  "marks round series-2",  "marks round series-3",
                               "marks round series-4",  "marks square series-1", "marks square series-2",
                               "marks square series-3", "marks square series-4"};
constexpr auto shared_look = "marks round series-other";

struct Series
{
    std::string look, name;
    std::vector<NamedMark> marks;
};

/// Capabilities of one model, its base model's mean included.
std::vector<double> place_of(ProfileReport const& report, ProfiledModel const& model)
{
    std::vector<double> place;
    for (std::size_t i = 0; i < model.profile.factors.size(); ++i)
        place.push_back(model.profile.factors[i].mean +
                        report.factor_means(static_cast<Index>(model.domain), static_cast<Index>(i)));
    return place;
}

/// A series for each base model, the largest first, so that marks of small ones lie on top.
/// \returns which series each base model belongs to
std::vector<std::size_t> assign_series(ProfileReport const& report, std::span<std::size_t const> shown,
                                       std::vector<Series>& series)
{
    std::vector<std::int64_t> counts(report.fit.domains.size());
    for (auto const i : shown) ++counts[report.models[i].domain];
    std::vector<std::size_t> by_size;
    for (std::size_t k = 0; k < counts.size(); ++k)
        if (counts[k] > 0) by_size.push_back(k);
    std::stable_sort(by_size.begin(), by_size.end(), [&](auto a, auto b) { return counts[a] > counts[b]; });
    std::vector<std::size_t> series_of(counts.size());
    for (std::size_t i = 0; i < by_size.size(); ++i) {
        series_of[by_size[i]] = std::min(i, own_looks.size());
        if (i < own_looks.size())
            series.push_back({own_looks[i], report.fit.domains[by_size[i]], {}});
        else if (i == own_looks.size())
            series.push_back(
                {shared_look, counted(std::ssize(by_size) - std::ssize(own_looks), "other", "others"), {}});
    }
    return series_of;
}

std::string axis_title(ProfileReport const& report, std::size_t factor, double width)
{
    return fitted(fmt::format("z{} {}", factor + 1, report.fit.factors[factor].benchmark), width, 11);
}

/// Names of the series beside their marks, line by line. \returns where it ends
double draw_legend(Svg& svg, std::vector<Series> const& series)
{
    double x = 0, y = first_legend;
    for (auto const& [look, name, marks] : series) {
        auto const text = fitted(name, drawing_width - 20, 11);
        double const width = text_width(text, 11) + 32;
        if (x > 0 && x + width > svg.width()) {
            x = 0;
            y += legend_step;
        }
        svg.path(look, fmt::format("M{:.0f} {:.0f}h0", x + 6, y - 4), legend_mark);
        svg.text("small", x + 15, y, text);
        x += width;
    }
    return y;
}

std::size_t legend_lines(std::vector<Series> const& series, double width)
{
    Svg measured(width, 0, {}, {});
    return static_cast<std::size_t>((draw_legend(measured, series) - first_legend) / legend_step) + 1;
}

/// Axes of one plane and their titles.
void draw_frame(Svg& svg, Axis const& x, Axis const& y, double offset, double top, std::string const& across,
                std::string const& up)
{
    double const bottom = top + plot_height;
    x.draw_horizontal(svg, top, bottom, 5);
    for (double const tick : y.ticks(5)) {
        svg.line("grid", offset + left, y.pixel(tick), offset + right, y.pixel(tick));
        svg.text("muted", offset + left - 6, y.pixel(tick) + 4, y.label(tick), Anchor::end);
    }
    svg.text("muted", offset, top - 10, up);
    svg.text("muted", offset + (left + right) / 2, bottom + 31, across, Anchor::middle);
}

} // namespace

Svg draw_models(ProfileReport const& report, std::span<std::size_t const> shown)
{
    auto const planes = planes_of(report.fit.factors.size());
    double const width = drawing_width * static_cast<double>(planes.size());
    std::vector<Series> series;
    auto const series_of = assign_series(report, shown, series);
    double const top = first_legend + legend_step * static_cast<double>(legend_lines(series, width) - 1) + 34;

    std::vector<std::vector<double>> places;
    for (auto const i : shown) places.push_back(place_of(report, report.models[i]));
    auto const range = [&](std::size_t factor) {
        auto const [low, high] = std::minmax_element(
            places.begin(), places.end(), [&](auto const& a, auto const& b) { return a[factor] < b[factor]; });
        double const room = 0.03 * ((*high)[factor] - (*low)[factor]);
        return std::pair((*low)[factor] - room, (*high)[factor] + room);
    };
    auto const title = std::string("Models by their capabilities");
    std::string spoken = fmt::format("{} of {}.", counted(std::ssize(shown), "model", "models"),
                                     counted(std::ssize(series), "base model", "base models"));
    for (std::size_t i = 0; i <= planes.back().second; ++i)
        spoken += fmt::format(" z{} {} from {} to {}.", i + 1, report.fit.factors[i].benchmark,
                              plain_number(range(i).first, 1), plain_number(range(i).second, 1));
    Svg svg(width, top + plot_height + 40, title, spoken);
    svg.text("strong", 0, 12, title);
    draw_legend(svg, series);

    std::vector<std::string> data(shown.size());
    for (std::size_t p = 0; p < planes.size(); ++p) {
        auto const [cause, effect] = planes[p];
        double const offset = drawing_width * static_cast<double>(p);
        Axis const x(range(cause).first, range(cause).second, offset + left, offset + right);
        Axis const y(range(effect).first, range(effect).second, top + plot_height, top);
        draw_frame(svg, x, y, offset, top, axis_title(report, cause, right - left), axis_title(report, effect, right));
        for (std::size_t i = 0; i < shown.size(); ++i)
            data[i] += fmt::format("M{:.0f} {:.0f}h0", x.pixel(places[i][cause]), y.pixel(places[i][effect]));
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        auto const& model = report.models[shown[i]];
        std::string values;
        for (double const value : places[i]) values += (values.empty() ? "" : ", ") + plain_number(value, 1);
        series[series_of[model.domain]].marks.push_back(
            {std::move(data[i]), fmt::format("{} ({})", shortened(model.name, 60), values)});
    }
    for (auto const& one : series) svg.marks(one.look, one.marks, shown.size() > 500 ? 4 : 5);
    return svg;
}

} // namespace exahca
