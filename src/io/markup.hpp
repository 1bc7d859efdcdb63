#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

/// What typesetting puts around a number and is left out, as bits.
enum class Markup : std::uint8_t {
    none = 0,
    html = 1,    ///< "<b>47.7</b>", "47.7&nbsp;%"
    latex = 2,   ///< "\textbf{47.7}", "$47.7_{\pm 0.5}$"
    picture = 4, ///< "🟢 47.7", "47.7 🥇", "47.7↑"
};

struct Unmarked
{
    std::string text; ///< as it would stand there without
    std::uint8_t kinds = 0;
};

/// A text without tags and entities of HTML, commands, braces and dollar signs of LaTeX, and pictures at its ends. A
/// subscript of LaTeX with a plus-minus sign follows the number, any other one in brackets.
///
/// \param plain  as plain_signs makes it
/// \returns nothing where there is none of it, or where numbers would run together or change their meaning without:
/// "10<sup>3</sup>", "\frac{1}{2}", "▼ 3.2"
[[nodiscard]] std::optional<Unmarked> without_markup(std::string_view plain);
/// The same of a text that need not hold a number: "$-$", "<b>n/a</b>".
[[nodiscard]] std::optional<Unmarked> text_without_markup(std::string_view plain);

/// "HTML", "LaTeX and pictures or arrows": what these bits stand for.
[[nodiscard]] std::string markup_text(std::uint8_t kinds);

/// The text of a name that is a link as a whole, "<a href=...>name</a>" or "[name](https://...)", or stands between
/// other tags of HTML or signs of Markdown, "**name**" or "`name`". The same where it is none, or where nothing would
/// be left: "<unk>". Part of `name`.
[[nodiscard]] std::string_view link_text(std::string_view name);

/// The same of a column's name, also without line breaks of HTML and pairs of asterisks within.
[[nodiscard]] std::string header_text(std::string_view name);
/// Puts it in the place of each of these names. \returns whether any is another now
bool take_header_texts(std::vector<std::string>& header);

/// Takes the texts of links for names, and remembers that it did.
class LinkedNames
{
public:
    /// Part of `name`.
    [[nodiscard]] std::string_view text_of(std::string_view name);
    /// Adds a line for the user where any name was a link.
    void add_note(std::vector<std::string>& notes) const;

private:
    std::string first_, first_text_;
    std::int64_t count_ = 0;
};

} // namespace exahca::io
