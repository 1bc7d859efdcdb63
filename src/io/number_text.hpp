#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exahca::io {

class MissingCodes;

/// What stands behind a number in the same cell and is left out.
enum class Spread : std::uint8_t {
    none,
    plus_minus, ///< "47.7 ± 0.5", "47.7 +/- 0.5", "47.7 +- 0.5"
    bracket,    ///< "47.7 (0.5)", "47.7 [46.9, 48.5]"
};

/// How the numbers of one column are written. As it is: as C writes them, "-1234.5e-3".
struct NumberStyle
{
    char decimal = '.';   ///< or ','
    bool groups = false;  ///< thousands may be apart: "1,147", "1.147,5" where the comma is decimal, "1 147", "1'147"
    bool percent = false; ///< every number has a per cent sign
    Spread spread = Spread::none;

    [[nodiscard]] bool is_plain() const { return decimal == '.' && !groups && !percent && spread == Spread::none; }
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
    bool long_bare = false; ///< no thousands apart, and its size is 100 or more
};

/// Looks at a text that is not known to be missing. \returns nothing when it is no number in any dress
[[nodiscard]] std::optional<NumberLook> look_at_number(std::string_view text);

/// Reads a text in a column's style.
/// \returns nothing when it is no number in that style. May be infinite or NaN in the plain style
[[nodiscard]] std::optional<double> read_number(std::string_view text, NumberStyle const& style);

/// Counts what the cells of one column look like, and decides how they are to be read.
class ColumnLook
{
public:
    /// A cell that is not missing.
    void add(std::string_view text);
    /// A cell of which nothing is known yet: counts it if it is digits with a point, the common case, and no code of a
    /// missing score. \returns whether nothing else has to be done about it
    bool add_if_plain(std::string_view text, MissingCodes const& codes);

    [[nodiscard]] std::int64_t filled() const { return filled_; }
    /// Whether the cells show a decimal comma that cannot be anything else, and no decimal point.
    [[nodiscard]] bool shows_decimal_comma() const;
    /// Whether any cell does that.
    [[nodiscard]] bool has_decimal_comma() const;
    /// Whether they show a decimal point that cannot be anything else.
    [[nodiscard]] bool shows_decimal_point() const;
    /// Whether a "1,147" or "1.147" leaves open how the column is to be read.
    [[nodiscard]] bool is_ambiguous() const;

    /// A dress counts as the column's own when more than half of its filled cells wear it; a decimal comma also when it
    /// is the file's, thousands apart also where the numbers without reach 100, so that those apart go on from there.
    /// \param forced  '.' or ',' when the user has decided; 0: not.  \param of_file  ',' when other columns show it
    [[nodiscard]] NumberStyle style(char forced, char of_file) const;
    /// How many cells are numbers in this style.
    [[nodiscard]] std::int64_t readable(NumberStyle const& style) const;
    /// Cells that begin like a number, whether one can be read or not.
    [[nodiscard]] std::int64_t number_like() const { return number_like_; }
    /// The first cell that is more than digits with a point; empty when there is none.
    [[nodiscard]] std::string const& example() const { return example_; }

private:
    static constexpr std::size_t spread_kinds = 3;
    [[nodiscard]] std::int64_t count(Separators kind) const;
    void count_look(NumberLook const& look);
    template <class Choice>
    [[nodiscard]] std::int64_t count_if(Choice const& choice) const;
    [[nodiscard]] NumberStyle style_of(char decimal) const;

    // [per cent][spread][separators]
    std::array<std::int64_t, 2 * spread_kinds * separator_kinds> looks_{};
    std::int64_t filled_ = 0;
    std::int64_t long_bare_ = 0;
    std::int64_t number_like_ = 0;
    std::string example_;
};

/// What is special about a column's style: "decimal commas and per cent signs"; empty when nothing is.
[[nodiscard]] std::string dress_of(NumberStyle const& style, ColumnLook const& look);

} // namespace exahca::io
