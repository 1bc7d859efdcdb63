#include "io/column_look.hpp"

#include "exahca/core/shell_words.hpp"
#include "exahca/core/spelling.hpp"
#include "io/missing_codes.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace exahca::io {
namespace {

/// A letter of ASCII, or the first byte of a character that may be a letter: beyond U+00BF, and not among the signs
/// from U+2000 to U+2FFF.
bool is_letter(char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (byte >= 0xc3 && byte != 0xe2);
}

bool fits(NumberLook const& look, NumberStyle const& style)
{
    if (look.percent != style.percent || look.share != style.share) return false;
    if ((look.approximate && !style.approximate) || (look.marked && !style.marks)) return false;
    if (look.spread != Spread::none && look.spread != style.spread) return false;
    bool const point = style.decimal == '.';
    switch (look.separators) {
    case Separators::bare:
        return true;
    case Separators::point:
        return point;
    case Separators::point_or_groups:
        return point || style.groups;
    case Separators::comma:
        return !point;
    case Separators::comma_or_groups:
        return !point || style.groups;
    case Separators::comma_groups:
        return point && style.groups;
    case Separators::spaced:
        return style.groups;
    case Separators::spaced_point:
        return point && style.groups;
    case Separators::spaced_comma:
        return !point && style.groups;
    }
    return false;
}

/// Where looks of this kind are counted.
std::size_t place_of(NumberLook const& look)
{
    auto const flags = static_cast<std::size_t>(look.percent) + 2 * static_cast<std::size_t>(look.approximate) +
                       4 * static_cast<std::size_t>(look.share) + 8 * static_cast<std::size_t>(look.marked);
    return (flags * spread_kinds + static_cast<std::size_t>(look.spread)) * separator_kinds +
           static_cast<std::size_t>(look.separators);
}

NumberLook look_from(std::size_t place)
{
    NumberLook look;
    look.separators = static_cast<Separators>(place % separator_kinds);
    look.spread = static_cast<Spread>(place / separator_kinds % spread_kinds);
    auto const flags = place / separator_kinds / spread_kinds;
    look.percent = (flags & 1U) != 0;
    look.approximate = (flags & 2U) != 0;
    look.share = (flags & 4U) != 0;
    look.marked = (flags & 8U) != 0;
    return look;
}

} // namespace

void ColumnLook::count_look(NumberLook const& look)
{
    ++looks_[place_of(look)];
    ++filled_;
    ++number_like_;
    long_bare_ += look.long_bare ? 1 : 0;
}

bool ColumnLook::add_if_plain(std::string_view text, MissingCodes const& codes)
{
    NumberLook look;
    if (!look_at_plain(text, look)) return false;
    if (codes.has_numbers()) {
        double value = 0;
        if (parse_plain_number(text, value) && codes.is_code(value)) return true;
    }
    keep_grouped(look, text);
    count_look(look);
    return true;
}

void ColumnLook::keep_grouped(NumberLook const& look, std::string_view text)
{
    if (look.separators == Separators::point_or_groups && grouped_by_points_.empty()) grouped_by_points_ = text;
}

void ColumnLook::add(std::string_view text)
{
    if (auto const look = look_at_number(text)) {
        keep_example(*look, text);
        keep_grouped(*look, text);
        count_look(*look);
        return;
    }
    ++filled_;
    constexpr std::size_t most_kept = 8;
    auto const known =
        std::find_if(no_numbers_.begin(), no_numbers_.end(), [&](auto const& one) { return one.text == text; });
    if (known != no_numbers_.end())
        ++known->count;
    else if (no_numbers_.size() < most_kept)
        no_numbers_.push_back({std::string(text), 1});
    has_no_share_ = has_no_share_ || text.find('/') != text.npos;
    // Behind any signs, of currencies, say; a letter makes it a text.
    auto const first = std::find_if(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
    number_like_ += first != text.end() && is_digit(*first) ? 1 : 0;
}

void ColumnLook::keep_example(NumberLook const& look, std::string_view text)
{
    bool const foreign = exahca::has_foreign_digits(text);
    has_foreign_digits_ = has_foreign_digits_ || foreign;
    bool const is_plain = !look.percent && !look.approximate && !look.share && !look.marked &&
                          look.spread == Spread::none && look.separators <= Separators::point_or_groups;
    constexpr std::size_t most_kept = 16;
    if ((is_plain && !foreign) || examples_.size() == most_kept) return;
    auto const is_alike = [&](auto const& one) { return place_of(one.first) == place_of(look); };
    if (std::none_of(examples_.begin(), examples_.end(), is_alike)) examples_.emplace_back(look, text);
}

template <class Choice>
std::string const& ColumnLook::example_of(Choice const& choice) const
{
    static std::string const none;
    auto const found =
        std::find_if(examples_.begin(), examples_.end(), [&](auto const& one) { return choice(one.first); });
    return found == examples_.end() ? none : found->second;
}

std::string const& ColumnLook::example(NumberStyle const& style) const
{
    auto const& found = example_of([&](NumberLook const& look) { return !look.marked && fits(look, style); });
    // "1.147" looks plain, and is not where the comma is decimal.
    return found.empty() && style.groups && style.decimal == ',' ? grouped_by_points_ : found;
}

std::string const& ColumnLook::marked_example(NumberStyle const& style) const
{
    return example_of([&](NumberLook const& look) { return look.marked && fits(look, style); });
}

std::string const& ColumnLook::unreadable(NumberStyle const& style) const
{
    if (!no_numbers_.empty()) return no_numbers_.front().text;
    return example_of([&](NumberLook const& look) { return !fits(look, style); });
}

template <class Choice>
std::int64_t ColumnLook::count_if(Choice const& choice) const
{
    std::int64_t count = 0;
    for (std::size_t place = 0; place < looks_.size(); ++place)
        if (choice(look_from(place))) count += looks_[place];
    return count;
}

std::int64_t ColumnLook::count(Separators kind) const
{
    return count_if([&](NumberLook const& look) { return look.separators == kind; });
}

bool ColumnLook::shows_decimal_point() const
{
    return count(Separators::point) + count(Separators::comma_groups) + count(Separators::spaced_point) > 0;
}

bool ColumnLook::has_decimal_comma() const { return count(Separators::comma) + count(Separators::spaced_comma) > 0; }

bool ColumnLook::shows_decimal_comma() const
{
    if (!has_decimal_comma() || shows_decimal_point()) return false;
    auto const commas = count(Separators::comma) + count(Separators::comma_or_groups);
    // "1 147,5" is no slip of the pen, "1,5" among whole numbers may be one.
    return count(Separators::spaced_comma) > 0 || 2 * commas > filled_;
}

bool ColumnLook::is_ambiguous() const
{
    return !shows_decimal_point() && !has_decimal_comma() && count(Separators::comma_or_groups) > 0;
}

NumberStyle ColumnLook::style_of(char decimal) const
{
    NumberStyle style;
    style.decimal = decimal;
    auto const grouped = count_if([&](NumberLook const& look) {
        switch (look.separators) {
        case Separators::comma_or_groups:
        case Separators::comma_groups:
            return decimal == '.';
        case Separators::point_or_groups:
            return decimal == ',';
        case Separators::comma: // may be 1.147,5: nothing else is meant by it
            return decimal == ',';
        case Separators::spaced:
        case Separators::spaced_point:
        case Separators::spaced_comma:
            return true;
        default:
            return false;
        }
    });
    style.groups = grouped > 0 && (2 * grouped > filled_ || long_bare_ > 0);
    style.percent = 2 * count_if([](NumberLook const& look) { return look.percent; }) > filled_;
    style.approximate = 2 * count_if([](NumberLook const& look) { return look.approximate; }) > filled_;
    style.share = !has_no_share_ && 2 * count_if([](NumberLook const& look) { return look.share; }) > filled_;
    auto const marked = count_if([](NumberLook const& look) { return look.marked; });
    style.marks = marked > 0 && 2 * marked <= filled_;
    for (auto const spread : {Spread::plus_minus, Spread::bracket})
        if (2 * count_if([&](NumberLook const& look) { return look.spread == spread; }) > filled_)
            style.spread = spread;
    return style;
}

NumberStyle ColumnLook::style(char forced, char of_file) const
{
    if (forced != 0) return style_of(forced);
    bool const comma =
        shows_decimal_comma() || (of_file == ',' && !shows_decimal_point() &&
                                  count(Separators::comma) + count(Separators::comma_or_groups) +
                                          count(Separators::spaced_comma) + count(Separators::point_or_groups) >
                                      0);
    return style_of(comma ? ',' : '.');
}

std::int64_t ColumnLook::readable(NumberStyle const& style) const
{
    return count_if([&](NumberLook const& look) { return fits(look, style); });
}

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
