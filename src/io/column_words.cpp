#include "io/column_look.hpp"

#include "exahca/core/shell_words.hpp"
#include "io/missing_codes.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace exahca::io {

std::string unreadable_cells(std::span<ColumnLook const* const> looks, std::span<NumberStyle const> styles)
{
    constexpr std::size_t most_told = 6;
    std::int64_t all = 0, told = 0;
    std::vector<ColumnLook::Text> texts;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        auto const count = looks[i]->filled() - looks[i]->readable(styles[i]);
        if (count == 0) continue;
        all += count;
        auto found = looks[i]->no_numbers();
        // Numbers in another dress than their column's: one of them stands for all.
        if (found.empty()) found.push_back({looks[i]->unreadable(styles[i]), 1});
        for (auto const& [text, times] : found) {
            auto const known = std::find_if(texts.begin(), texts.end(),
                                            [&, &text = text](auto const& one) { return one.text == text; });
            if (known != texts.end())
                known->count += times;
            else
                texts.push_back({text, times});
        }
    }
    if (all < 2) return {};
    std::stable_sort(texts.begin(), texts.end(), [](auto const& a, auto const& b) { return a.count > b.count; });
    std::vector<std::string> parts;
    for (auto const& [text, times] : texts) {
        if (parts.size() == most_told) break;
        if (text.empty()) continue; // more kinds of looks than are kept
        told += times;
        parts.push_back(fmt::format("\"{}\" {}", shortened(text), times));
    }
    if (told < all) parts.push_back(fmt::format("others {}", all - told));
    return fmt::format("one of {} such cells: {}", all, fmt::join(parts, ", "));
}

std::string letters_remedy(std::span<ColumnLook const* const> looks)
{
    std::vector<ColumnLook::Text> marks;
    std::int64_t all = 0;
    for (auto const* const look : looks)
        for (auto const& [letters, count] : look->letters_behind()) {
            all += count;
            auto const known = std::find_if(marks.begin(), marks.end(),
                                            [&, &letters = letters](auto const& one) { return one.text == letters; });
            if (known != marks.end())
                known->count += count;
            else
                marks.push_back({letters, count});
        }
    if (all < 2) return {};
    std::stable_sort(marks.begin(), marks.end(), [](auto const& a, auto const& b) { return a.count > b.count; });
    std::vector<std::string> told, letters;
    for (auto const& [text, count] : marks) {
        told.push_back(fmt::format("\"{}\" behind {}", text, count));
        letters.push_back(text);
    }
    return fmt::format("take letters off that only mark a number ({}; units have to be converted) with "
                       "sed -E 's/([0-9]) ?({})([^[:alnum:]]|$)/\\1\\3/g' FILE > NEW",
                       fmt::join(told, ", "), fmt::join(letters, "|"));
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

} // namespace exahca::io
