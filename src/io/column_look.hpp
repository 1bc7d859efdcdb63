#pragma once

#include "io/number_text.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace exahca::io {

class MissingCodes;

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
    /// Cells that begin like a number, behind any signs, whether one can be read or not.
    [[nodiscard]] std::int64_t number_like() const { return number_like_; }
    /// The first cell that is more than digits with a point; empty when there is none.
    [[nodiscard]] std::string const& example() const { return example_; }
    /// A cell that is no number in this style; empty where none is known to be.
    [[nodiscard]] std::string const& unreadable(NumberStyle const& style) const;

private:
    static constexpr std::size_t spread_kinds = 3;
    [[nodiscard]] std::int64_t count(Separators kind) const;
    void count_look(NumberLook const& look);
    template <class Choice>
    [[nodiscard]] std::int64_t count_if(Choice const& choice) const;
    [[nodiscard]] NumberStyle style_of(char decimal) const;

    // [share][approximate][per cent][spread][separators]
    std::array<std::int64_t, 8 * spread_kinds * separator_kinds> looks_{};
    std::int64_t filled_ = 0;
    std::int64_t long_bare_ = 0;
    std::int64_t number_like_ = 0;
    std::string example_;
    std::string no_number_;     // the first cell that is no number in any dress
    bool has_no_share_ = false; // a cell with a slash is no part of a whole: others may be dates, versions, ratios
};

/// What is special about a column's style: "decimal commas and per cent signs"; empty when nothing is.
[[nodiscard]] std::string dress_of(NumberStyle const& style, ColumnLook const& look);

} // namespace exahca::io
