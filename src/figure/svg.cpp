#include "exahca/figure/svg.hpp"

#include "exahca/figure/style.hpp"
#include "exahca/read/words.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace exahca {

Svg::Svg(double width, double height, std::string_view title, std::string_view description)
    : width_(width), height_(height), title_(escape_markup(title)), description_(escape_markup(description))
{
}

void Svg::line(std::string_view classes, double x1, double y1, double x2, double y2, double width)
{
    fmt::format_to(
        std::back_inserter(body_),
        "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke-width=\"{:.1f}\"/>\n",
        classes, x1, y1, x2, y2, width);
}

void Svg::rect(std::string_view classes, double x, double y, double width, double height, double radius)
{
    fmt::format_to(std::back_inserter(body_),
                   "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:.1f}\"/>\n",
                   classes, x, y, std::max(0.0, width), std::max(0.0, height), radius);
}

void Svg::shade(std::string_view classes, double x, double y, double width, double height, double opacity)
{
    fmt::format_to(
        std::back_inserter(body_),
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill-opacity=\"{:.2f}\"/>\n",
        classes, x, y, std::max(0.0, width), std::max(0.0, height), opacity);
}

void Svg::circle(std::string_view classes, double x, double y, double radius)
{
    fmt::format_to(std::back_inserter(body_), "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>\n",
                   classes, x, y, radius);
}

void Svg::path(std::string_view classes, std::string_view data, double width)
{
    fmt::format_to(std::back_inserter(body_), "<path class=\"{}\" d=\"{}\" stroke-width=\"{:.1f}\"/>\n", classes, data,
                   width);
}

void Svg::marks(std::string_view classes, std::vector<NamedMark> const& marks, double width)
{
    auto const out = std::back_inserter(body_);
    fmt::format_to(out, "<g class=\"{}\" stroke-width=\"{:.1f}\">\n", classes, width);
    for (auto const& [data, name] : marks)
        fmt::format_to(out, "<path d=\"{}\"><title>{}</title></path>\n", data, escape_markup(name));
    body_ += "</g>\n";
}

void Svg::text(std::string_view classes, double x, double y, std::string_view text, Anchor anchor)
{
    constexpr std::array names{"start", "middle", "end"};
    fmt::format_to(std::back_inserter(body_),
                   "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", classes, x, y,
                   names[static_cast<std::size_t>(anchor)], escape_markup(text));
}

void Svg::arrow_head(std::string_view classes, double x, double y, double dx, double dy, double size)
{
    double const length = std::hypot(dx, dy);
    double const ux = dx / length * size, uy = dy / length * size;
    path(classes, fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z", x, y, x - ux - uy * 0.55,
                              y - uy + ux * 0.55, x - ux + uy * 0.55, y - uy - ux * 0.55));
}

std::string Svg::with_style(std::string_view style) const
{
    // Names and not ids hold title and description: one page holds many drawings.
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" aria-label=\"{2}. {3}\">\n<title>{2}</title>\n<desc>{3}</desc>\n{4}{5}</svg>\n",
        width_, height_, title_, description_, style, body_);
}

std::string Svg::inline_text() const { return with_style({}); }

std::string Svg::file_text() const
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
           with_style(fmt::format(
               "<style>{}{}</style>\n<rect class=\"paper\" x=\"0\" y=\"0\" width=\"100%\" height=\"100%\"/>\n",
               colour_style, drawing_style));
}

} // namespace exahca
