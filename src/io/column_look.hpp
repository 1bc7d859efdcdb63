#pragma once

#include "exahca/io/csv_import.hpp"
#include "io/number_text.hpp"
#include "io/text_counts.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

    /// A number such as "1.147" where points may separate thousands in spite of what is read: no number shows a decimal
    /// mark, and whole numbers stand beside, or fields are parted as where the comma is decimal. Else empty.
    [[nodiscard]] std::string const& perhaps_thousands(char delimiter) const;

    /// A dress counts as the column's own when more than half of its filled cells wear it; a decimal comma also when it
    /// is the file's, thousands apart also where the numbers without reach 100, so that those apart go on from there.
    /// Marks of notes are the other way round: they are marks where half of the cells or fewer have them. What
    /// typesetting adds changes no number, whether few or all cells have it; labels belong to steps where has_steps()
    /// says so and they are known words, or half of the cells or fewer have one. Shares of which each may be a month or
    /// a season, "12/2023", are none.
    ///
    /// \param forced   '.' or ',' when the user has decided; 0: not
    /// \param of_file  ',' when other columns show it
    [[nodiscard]] NumberStyle style(char forced, char of_file) const;
    /// How many cells are numbers in this style.
    [[nodiscard]] std::int64_t readable(NumberStyle const& style) const;
    /// Cells that begin like a number, behind any signs, whether one can be read or not.
    [[nodiscard]] std::int64_t number_like() const { return number_like_; }
    /// A number in this style that is more than digits with a point, and has no marks of notes; empty when none is
    /// kept.
    [[nodiscard]] std::string const& example(NumberStyle const& style) const;
    /// What else stands beside some of its numbers in this style, with the first of them: marks of notes, what
    /// typesetting adds, labels of steps.
    struct Aside
    {
        std::string text;
        std::string example;
    };
    [[nodiscard]] std::vector<Aside> asides(NumberStyle const& style) const;
    /// A cell that is no number in this style; empty where none is known to be.
    [[nodiscard]] std::string const& unreadable(NumberStyle const& style) const;

    /// The first few different cells that are no numbers in any dress, and how often each is there.
    [[nodiscard]] std::vector<TextCount> const& no_numbers() const { return no_numbers_.counts(); }
    /// The few letters behind numbers that are none for them, "SB" of "2.06 SB", and how often each is there; the first
    /// few.
    [[nodiscard]] std::vector<TextCount> const& letters_behind() const { return letters_behind_.counts(); }
    /// Whether cells are numbers with labels as steps of a scale have them, or categories: each number has one label,
    /// each label one number, and all numbers without are whole.
    [[nodiscard]] bool has_steps() const;
    [[nodiscard]] std::vector<LabelledStep> const& steps() const { return steps_; }
    /// All different texts of a column that holds no numbers, if they are few; else nothing.
    [[nodiscard]] std::vector<std::string> all_texts() const;
    /// How the numbers differ where there is nothing else: "per cent signs on 30 ("22.0%"), none on 30 ("0.301")",
    /// "decimal commas in 31 ("59,2"), points in 29 ("47.1")". Else empty.
    [[nodiscard]] std::string mixture() const;
    /// Whether digits of another script than Latin are there.
    [[nodiscard]] bool has_foreign_digits() const { return has_foreign_digits_; }

private:
    [[nodiscard]] std::int64_t count(Separators kind) const;
    void count_look(NumberLook const& look);
    void keep_example(NumberLook const& look, std::string_view text);
    void keep_grouped(NumberLook const& look, std::string_view text);
    void count_step(LabelledStep step, std::string_view text);
    void count_text(std::string_view text);
    template <class Choice>
    [[nodiscard]] std::string const& example_of(Choice const& choice) const;
    template <class Choice>
    [[nodiscard]] std::int64_t count_if(Choice const& choice) const;
    [[nodiscard]] NumberStyle style_of(char decimal) const;

    // [marked][share][approximate][per cent][spread][separators]
    std::array<std::int64_t, 16 * spread_kinds * separator_kinds> looks_{};
    std::int64_t filled_ = 0;
    std::int64_t long_bare_ = 0;
    std::int64_t calendar_ = 0; // shares that may be months or seasons
    std::int64_t number_like_ = 0;
    std::vector<std::pair<NumberLook, std::string>> examples_; // the first of each look that is not plain
    std::string grouped_by_points_;                            // the first number such as "1.147"
    std::string first_plain_;
    static constexpr std::size_t most_texts = 8;
    TextCounts no_numbers_{most_texts}, letters_behind_{most_texts};
    std::string typeset_; // the first number that is
    std::uint8_t markup_ = 0;
    std::vector<LabelledStep> steps_; // different ones
    std::string labelled_;            // the first cell that is one
    std::int64_t labelled_count_ = 0;
    bool are_steps_ = true;
    bool has_foreign_digits_ = false;
    bool has_no_share_ = false; // a cell with a slash is no part of a whole: others may be dates, versions, ratios
};

/// What in columns of scores cannot be read, for the message on the first such cell: "one of 7 such cells: "<5" 4,
/// "ill" 3". Empty where there is one alone. \param styles  of these columns
[[nodiscard]] std::string unreadable_cells(std::span<ColumnLook const* const> looks,
                                           std::span<NumberStyle const> styles);

/// What to do about a cell such as "<0.6", "<LOD" or ">100", which names a limit of what can be measured: "write the
/// limit ... in its place and import with --floor NAME=0.6". Empty of any other.
[[nodiscard]] std::string limit_remedy(std::string_view cell, std::string const& column);

/// What is special about a column's style: "decimal commas and per cent signs"; empty when nothing is.
[[nodiscard]] std::string dress_of(NumberStyle const& style, ColumnLook const& look);

/// How the numbers of a column of scores are written where that is to be told, as findings of an import that name no
/// columns yet. \param may_decide  whether the user can say how they are read: what is ambiguous is told so then alone
[[nodiscard]] std::vector<NumberReading> readings_of(ColumnLook const& look, NumberStyle const& style, char delimiter,
                                                     bool may_decide);

} // namespace exahca::io
