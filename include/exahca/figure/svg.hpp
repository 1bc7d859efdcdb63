#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// A shape, and what readers see who point at it.
struct NamedMark
{
    std::string data; ///< of a path
    std::string name;
};

enum class Anchor { start, middle, end };

/// A drawing in pixels, made narrow enough to be read on a phone without scaling.
///
/// Colours come from classes of the style sheet (style.hpp), so that one drawing serves light and dark pages. All text
/// is escaped here and nowhere else.
class Svg
{
public:
    /// \param title        what readers of the text alternative hear first
    /// \param description  the message of the drawing in words
    Svg(double width, double height, std::string_view title, std::string_view description);

    void line(std::string_view classes, double x1, double y1, double x2, double y2, double width = 1);
    void rect(std::string_view classes, double x, double y, double width, double height, double radius = 0);
    /// A rectangle filled by a class at an opacity of 0 to 1.
    void shade(std::string_view classes, double x, double y, double width, double height, double opacity);
    void circle(std::string_view classes, double x, double y, double radius);
    void path(std::string_view classes, std::string_view data, double width = 1);
    /// Many shapes of one look.
    void marks(std::string_view classes, std::vector<NamedMark> const& marks, double width);
    void text(std::string_view classes, double x, double y, std::string_view text, Anchor anchor = Anchor::start);
    /// A triangle that points along (dx, dy), its tip at (x, y).
    void arrow_head(std::string_view classes, double x, double y, double dx, double dy, double size);

    [[nodiscard]] double width() const { return width_; }
    /// For a page that holds the style sheet.
    [[nodiscard]] std::string inline_text() const;
    /// A file of its own, with the style sheet.
    [[nodiscard]] std::string file_text() const;

private:
    [[nodiscard]] std::string with_style(std::string_view style) const;

    double width_, height_;
    std::string title_, description_, body_;
};

} // namespace exahca
