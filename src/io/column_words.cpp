#include "io/column_look.hpp"

#include "exahca/core/shell_words.hpp"
#include "io/missing_codes.hpp"
#include "io/text.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace exahca::io {

std::string unreadable_cells(std::span<ColumnLook const* const> looks, std::span<NumberStyle const> styles)
{
    constexpr std::size_t most_told = 6;
    std::int64_t all = 0, told = 0;
    TextCounts texts;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        auto const count = looks[i]->filled() - looks[i]->readable(styles[i]);
        if (count == 0) continue;
        all += count;
        for (auto const& [text, times] : looks[i]->no_numbers()) texts.add(text, times);
        // Numbers in another dress than their column's: one of them stands for all.
        if (looks[i]->no_numbers().empty()) texts.add(looks[i]->unreadable(styles[i]));
    }
    if (all < 2) return {};
    std::vector<std::string> parts;
    for (auto const& [text, times] : texts.by_frequency()) {
        if (parts.size() == most_told) break;
        if (text.empty()) continue; // more kinds of looks than are kept
        told += times;
        parts.push_back(fmt::format("\"{}\" {}", shortened(text), times));
    }
    if (told < all) parts.push_back(fmt::format("others {}", all - told));
    return fmt::format("one of {} such cells: {}", all, fmt::join(parts, ", "));
}

std::string limit_remedy(std::string_view cell, std::string const& column)
{
    constexpr std::string_view at_most = "\u2264", at_least = "\u2265";
    bool const is_floor = cell.starts_with('<') || cell.starts_with(at_most);
    bool const is_ceiling = cell.starts_with('>') || cell.starts_with(at_least);
    if (!is_floor && !is_ceiling) return {};
    cell.remove_prefix(cell.starts_with('<') || cell.starts_with('>') ? 1 : at_most.size());
    while (cell.starts_with('=') || cell.starts_with(' ')) cell.remove_prefix(1);
    auto const small = small_letters(cell);
    bool const is_name = small == "lod" || small == "loq" || small == "lloq" || small == "uloq" || small == "mdl" ||
                         small == "dl" || small == "rl";
    if (!is_name && (cell.empty() || !is_digit(cell.front()))) return {};
    std::string limit = "LIMIT";
    if (auto const look = look_at_number(cell)) {
        NumberStyle style;
        style.decimal = look->separators == Separators::comma ? ',' : '.';
        if (auto const value = read_number(cell, style)) limit = fmt::format("{}", *value);
    }
    return fmt::format("write the limit of what can be measured in its place and import with --{} {}",
                       is_floor ? "floor" : "ceiling", shell_word(column + "=" + limit));
}

std::string dress_of(NumberStyle const& style, ColumnLook const& look)
{
    std::vector<std::string> parts;
    if (style.decimal == ',') parts.emplace_back("decimal commas");
    NumberStyle bare = style;
    bare.groups = false;
    if (style.groups && look.readable(style) > look.readable(bare)) parts.emplace_back("thousands separators");
    if (style.percent) parts.emplace_back("per cent signs");
    if (style.share) parts.emplace_back("the whole behind a slash (read as a share, in per cent)");
    if (style.approximate) parts.emplace_back("a sign of approximation before them (left out)");
    if (style.spread == Spread::plus_minus) parts.emplace_back("\u00b1 behind them (left out)");
    if (style.spread == Spread::bracket) parts.emplace_back("brackets behind them (left out)");
    if (look.has_foreign_digits()) parts.emplace_back("digits of another script");
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

std::vector<NumberReading> readings_of(ColumnLook const& look, NumberStyle const& style, char delimiter,
                                       bool may_decide)
{
    std::vector<NumberReading> readings;
    auto const add = [&](std::string const& dress, std::string const& example, bool is_open) {
        if (dress.empty() || example.empty()) return;
        readings.push_back({dress, example, read_number(example, style).value_or(std::nan("")), is_open, {}});
    };
    bool const is_open = may_decide && look.is_ambiguous();
    add(dress_of(style, look), look.example(style), is_open);
    if (may_decide && style.decimal == '.') add("decimal points", look.perhaps_thousands(delimiter), true);
    for (auto const& [text, example] : look.asides(style)) add(text, example, is_open);
    return readings;
}

} // namespace exahca::io
