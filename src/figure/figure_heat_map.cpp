#include "exahca/figure/figures.hpp"
#include "exahca/read/words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr double row_height = 24, header = 44;
constexpr double fullest = 0.55; ///< numbers on the strongest colour keep their contrast

std::string short_number(double value, bool narrow)
{
    if (!std::isfinite(value)) return "";
    // In a table of like things the size of what is near zero says nothing.
    if (std::abs(value) < (narrow ? 0.05 : 0.005)) return "0";
    if (!narrow) return signed_number(value);
    return std::abs(value) >= 9.95 ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

/// Each factor with the benchmarks that move most with it.
std::string described(std::vector<std::string> const& benchmarks, Rows const& values, std::string const& meaning)
{
    std::string text = meaning;
    auto const factors = values.empty() ? 0 : values[0].size();
    for (std::size_t j = 0; j < factors; ++j) {
        std::size_t strongest = 0;
        for (std::size_t i = 1; i < values.size(); ++i)
            if (std::abs(values[i][j]) > std::abs(values[strongest][j])) strongest = i;
        text +=
            fmt::format(" z{} moves {} most, {}.", j + 1, benchmarks[strongest], signed_number(values[strongest][j]));
    }
    return text;
}

} // namespace

Svg draw_heat_map(std::string const& title, std::string const& meaning, std::vector<std::string> const& benchmarks,
                  Rows const& values, double largest)
{
    auto const factors = values.empty() ? 0 : values[0].size();
    double const labels = 96;
    double const cell =
        std::min(62.0, (drawing_width - labels) / static_cast<double>(std::max<std::size_t>(1, factors)));
    Svg svg(drawing_width, header + row_height * static_cast<double>(values.size()) + 2, title,
            described(benchmarks, values, meaning));
    svg.text("strong", 0, 14, fitted(title, drawing_width, 12));
    for (std::size_t j = 0; j < factors; ++j)
        svg.text("muted", labels + (static_cast<double>(j) + 0.5) * cell, header - 8, fmt::format("z{}", j + 1),
                 Anchor::middle);
    for (std::size_t i = 0; i < values.size(); ++i) {
        double const y = header + row_height * static_cast<double>(i);
        svg.text("", labels - 8, y + 16, fitted(benchmarks[i], labels - 8, 12), Anchor::end);
        for (std::size_t j = 0; j < factors; ++j) {
            double const x = labels + static_cast<double>(j) * cell, value = values[i][j];
            double const share = largest > 0 && std::isfinite(value) ? std::min(1.0, std::abs(value) / largest) : 0;
            svg.shade(value < 0 ? "negative-fill" : "positive-fill", x, y, cell, row_height, fullest * share);
            svg.rect("cell", x, y, cell, row_height);
            svg.text("small", x + cell / 2, y + 16, short_number(value, cell < 40), Anchor::middle);
        }
    }
    return svg;
}

Svg draw_angles(SettingSummary const& setting, Rows const& angles)
{
    constexpr double unrelated = 90; // degrees
    auto const domains = angles.size();
    double const labels = 110, number = 22, first = labels + number;
    double const cell =
        std::min(46.0, (drawing_width - first) / static_cast<double>(std::max<std::size_t>(1, domains)));
    double widest = 0;
    std::size_t one = 0, other = 0;
    for (std::size_t a = 0; a < domains; ++a)
        for (std::size_t b = 0; b < a; ++b)
            if (angles[a][b] > widest) {
                widest = angles[a][b];
                one = b;
                other = a;
            }
    std::string const title = "Angles between base models";
    Svg svg(drawing_width, header + row_height * static_cast<double>(domains) + 2, title,
            fmt::format("The widest of {} base models is {} degrees, between {} and {}.", domains,
                        plain_number(widest, 1), setting.domains[one].name, setting.domains[other].name));
    svg.text("strong", 0, 14, title);
    // Columns bear the numbers of the rows: names are too long to stand there.
    for (std::size_t a = 0; a < domains; ++a) {
        auto const place = static_cast<double>(a);
        double const y = header + row_height * place;
        svg.text("", 0, y + 16, fitted(setting.domains[a].name, labels - 4, 12));
        svg.text("muted", first - 7, y + 16, fmt::format("{}", a + 1), Anchor::end);
        svg.text("muted", first + (place + 0.5) * cell, header - 8, fmt::format("{}", a + 1), Anchor::middle);
        for (std::size_t b = 0; b < domains; ++b) {
            double const x = first + static_cast<double>(b) * cell, angle = angles[a][b];
            double const share = a != b && std::isfinite(angle) ? std::min(1.0, angle / unrelated) : 0;
            svg.shade("negative-fill", x, y, cell, row_height, fullest * share);
            svg.rect("cell", x, y, cell, row_height);
            if (a != b && cell >= 18) // else there is no room for numbers
                svg.text("small", x + cell / 2, y + 16, plain_number(angle, cell < 30 ? 0 : 1), Anchor::middle);
        }
    }
    return svg;
}

} // namespace exahca
