#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exahca::io {

/// What stands behind a number in the same cell and is left out.
enum class Spread : std::uint8_t {
    none,
    plus_minus, ///< "47.7 ± 0.5", "47.7 +/- 0.5", "47.7 +- 0.5"
    bracket,    ///< "47.7 (0.5)", "47.7 [46.9, 48.5]"
};
inline constexpr std::size_t spread_kinds = 3;

/// How the numbers of one column are written. As it is: as C writes them, "-1234.5e-3".
struct NumberStyle
{
    char decimal = '.';   ///< or ','
    bool groups = false;  ///< thousands may be apart: "1,147", "1.147,5" where the comma is decimal, "1 147", "1'147"
    bool percent = false; ///< every number has a per cent sign
    Spread spread = Spread::none;
    bool approximate =
        false;          ///< numbers may have a sign before them that says "about", which is left out: "~60", "≈60.03"
    bool share = false; ///< every number is a part of a whole, "37/50", and is read in per cent: 74
    bool marks = false; ///< numbers may have marks of notes behind them, which are left out: "49.4*", "56.9³"
    bool markup = false; ///< numbers may be typeset: "<b>47.7</b>", "\textbf{47.7}", "47.7 🥇"
    bool labels = false; ///< numbers may be steps of a scale with their labels: "4 - Agree", "Agree (4)"

    [[nodiscard]] bool is_plain() const { return *this == NumberStyle(); }
    [[nodiscard]] bool operator==(NumberStyle const&) const = default;
};

/// How the separators of one number can be read.
enum class Separators : std::uint8_t {
    bare,            ///< none, or none to be thought about
    point,           ///< "47.7": decimal
    point_or_groups, ///< "1.147": decimal, or thousands where the comma is decimal
    comma,           ///< "47,7", "1.147,5", "1.234.567": only if the comma is decimal
    comma_or_groups, ///< "1,147": decimal, or thousands where the point is decimal
    comma_groups,    ///< "1,147.5", "1,234,567": only if the point is decimal
    spaced,          ///< "1 147", "1'147"
    spaced_point,    ///< "1 147.5"
    spaced_comma,    ///< "1 147,5"
};
inline constexpr std::size_t separator_kinds = 9;

/// What one cell shows.
struct NumberLook
{
    bool percent = false;
    Spread spread = Spread::none;
    Separators separators = Separators::bare;
    bool approximate = false;
    bool share = false;
    bool long_bare = false;  ///< no thousands apart, and its size is 100 or more
    bool calendar = false;   ///< a share that may be a month or a season: "12/2023", "2023/2024", "23/24"
    bool marked = false;     ///< with marks of notes behind it, which the rest of the look leaves out
    std::uint8_t markup = 0; ///< typeset in these ways (Markup), which the rest of the look leaves out
};

/// The text without marks that point to notes behind it: * † ‡ § ¶ and raised digits; and without the asterisks before
/// it where some stand behind it, as Markdown emphasises. The same, but for spaces at its ends, where there is none, or
/// nothing else, or where raised digits make a power of ten.
/// \param plain  as plain_signs makes it
[[nodiscard]] std::string_view without_marks(std::string_view plain);

/// A part of a whole is a number of digits, perhaps with decimals, between 0 and the whole, which is a number of digits
/// above 0: "7/4" and "3/14/2024" are dates, versions or ratios, and no number.
///
/// Looks at a text that is not known to be missing. \returns nothing when it is no number in any dress
[[nodiscard]] std::optional<NumberLook> look_at_number(std::string_view text);

/// The common case, without a look from two sides: sign, digits, and perhaps a point and digits behind it.
/// \returns false when the text is anything else; `look` is undefined then
[[nodiscard]] bool look_at_plain(std::string_view text, NumberLook& look);

/// A step of a scale: a whole number of one or two digits and what it means, "4 - Agree", "5: always", "Agree (4)"; not
/// where that is no answer, "8 - Don't know".
struct LabelledStep
{
    std::string number;
    std::string label;
};
/// Looks at a text that is no number in any dress. \returns nothing when it is no such step
[[nodiscard]] std::optional<LabelledStep> look_at_step(std::string_view text);

/// Reads a text in a column's style.
/// \returns nothing when it is no number in that style. May be infinite or NaN in the plain style
[[nodiscard]] std::optional<double> read_number(std::string_view text, NumberStyle const& style);

} // namespace exahca::io
