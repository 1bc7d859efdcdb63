#include "io/number_text.hpp"

#include "exahca/core/spelling.hpp"
#include "exahca/core/trimmed.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace exahca::io {
namespace {

constexpr std::string_view plus_minus_sign = "\xc2\xb1";
/// What says "about": ~, and the signs U+2248, U+223C, U+2243, U+2245. (A full-width ~ is a plain one by now.)
constexpr std::array<std::string_view, 5> about_signs{"~", "\xe2\x89\x88", "\xe2\x88\xbc", "\xe2\x89\x83",
                                                      "\xe2\x89\x85"};

// The letters are raised ones: a to e.
constexpr std::array<std::string_view, 10> note_signs{"*",      "\u2020", "\u2021", "\u00a7", "\u00b6",
                                                      "\u1d43", "\u1d47", "\u1d9c", "\u1d48", "\u1d49"};
constexpr std::array<std::string_view, 10> raised_digits{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view without_blanks(std::string_view text) { return trimmed(text, " \t"); }

/// Takes one of these signs off the end, and spaces before it. A sign alone stays.
template <std::size_t Count>
bool take_last(std::string_view& text, std::array<std::string_view, Count> const& signs)
{
    for (auto const sign : signs)
        if (text.size() > sign.size() && text.ends_with(sign)) {
            text = without_blanks(text.substr(0, text.size() - sign.size()));
            return true;
        }
    return false;
}

/// Digits and what may stand beside them behind ± or in brackets.
bool is_spread(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), is_digit) && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || std::string_view(" .,;:+-/%\t'").find(c) != std::string_view::npos;
           });
}

/// A cell without its per cent sign and without what is left out.
struct Parts
{
    std::string_view core;
    bool percent = false;
    Spread spread = Spread::none;
    bool approximate = false;
    std::string_view whole = {}; ///< digits of what the core is a part of; empty where there is none
};

bool take_about(std::string_view& text)
{
    text = without_blanks(text);
    for (auto const sign : about_signs)
        if (text.starts_with(sign)) {
            text = without_blanks(text.substr(sign.size()));
            return true;
        }
    return false;
}

/// Takes "/50" off. \returns false when what stands behind a slash is no whole
bool take_whole(std::string_view& text, std::string_view& whole)
{
    constexpr std::size_t most_digits = 9;
    auto const slash = text.find('/');
    if (slash == text.npos) return true;
    whole = without_blanks(text.substr(slash + 1));
    text = without_blanks(text.substr(0, slash));
    return !whole.empty() && whole.size() <= most_digits && std::all_of(whole.begin(), whole.end(), is_digit) &&
           whole.find_first_not_of('0') != whole.npos;
}

bool take_percent(std::string_view& text)
{
    text = without_blanks(text);
    if (!text.ends_with('%')) return false;
    text.remove_suffix(1);
    text = without_blanks(text);
    return true;
}

std::optional<Parts> take_apart(std::string_view text)
{
    Parts parts;
    parts.approximate = take_about(text);
    parts.percent = take_percent(text);
    if (!text.empty() && (text.back() == ')' || text.back() == ']')) {
        auto const open = text.rfind(text.back() == ')' ? '(' : '[');
        if (open == text.npos || open == 0) return {};
        auto inside = text.substr(open + 1, text.size() - open - 2);
        if (inside.starts_with(plus_minus_sign)) inside.remove_prefix(plus_minus_sign.size());
        if (!is_spread(inside)) return {};
        parts.spread = Spread::bracket;
        text = text.substr(0, open);
    } else {
        for (std::string_view const sign : {plus_minus_sign, std::string_view("+/-"), std::string_view("+-")}) {
            auto const place = text.find(sign);
            if (place == text.npos || place == 0) continue;
            if (!is_spread(text.substr(place + sign.size()))) return {};
            parts.spread = Spread::plus_minus;
            text = text.substr(0, place);
            break;
        }
    }
    parts.percent = take_percent(text) || parts.percent;
    if (!take_whole(text, parts.whole) || (parts.percent && !parts.whole.empty())) return {};
    parts.core = text;
    if (text.empty()) return {};
    return parts;
}

/// "10", or the end of "5×10": with raised digits behind it, a power.
bool may_be_power(std::string_view text)
{
    if (!text.ends_with("10")) return false;
    text.remove_suffix(2);
    return text.empty() || !(is_digit(text.back()) || text.back() == '.' || text.back() == ',');
}

/// A number as read with one of the two decimal marks.
struct Reading
{
    double value = 0;
    bool grouped = false; ///< thousands were apart
    bool decimals = false;
};

/// \param core  ASCII, without spaces around it
std::optional<Reading> read_core(std::string_view core, char decimal)
{
    Reading reading;
    std::string digits; // as C writes the number
    std::size_t place = 0;
    if (place < core.size() && (core[place] == '-' || core[place] == '+')) {
        if (core[place] == '-') digits = "-";
        ++place;
    }
    auto const run = [&] {
        auto const begin = place;
        while (place < core.size() && is_digit(core[place])) digits += core[place++];
        return place - begin;
    };
    auto const first_begins_with_zero = place < core.size() && core[place] == '0';
    auto length = run();
    bool const may_group = length >= 1 && length <= 3 && !first_begins_with_zero;
    char const group = decimal == '.' ? ',' : '.';
    // Groups of three behind the first, all with one separator; or of two but for the last, as in India: 12,34,567.
    if (may_group && place < core.size() && (core[place] == group || core[place] == ' ' || core[place] == '\'')) {
        char const separator = core[place];
        std::vector<std::size_t> sizes;
        while (place < core.size() && core[place] == separator) {
            ++place;
            sizes.push_back(run());
        }
        if (sizes.back() != 3) return {};
        sizes.pop_back();
        bool const indian = !sizes.empty() && sizes[0] == 2 && separator == ',' && length <= 2;
        if (std::any_of(sizes.begin(), sizes.end(), [&](auto size) { return size != (indian ? 2U : 3U); })) return {};
        reading.grouped = true;
    }
    if (place < core.size() && core[place] == decimal) {
        ++place;
        digits += '.';
        length += run();
        reading.decimals = true;
    }
    if (length == 0) return {};
    if (place < core.size() && (core[place] == 'e' || core[place] == 'E'))
        digits += core.substr(place);
    else if (place < core.size())
        return {};
    if (!parse_plain_number(digits, reading.value) || !std::isfinite(reading.value)) return {};
    return reading;
}

/// Whether a number is a part of the whole, as both are written.
bool is_part(double part, std::string_view whole)
{
    double all = 0;
    return parse_plain_number(whole, all) && part >= 0 && part <= all;
}

/// Whether a part and its whole may as well be a month and its year, or two years one after the other.
bool may_be_calendar(std::string_view part, std::string_view whole)
{
    constexpr std::size_t year_digits = 4, short_digits = 2;
    constexpr double first_year = 1900, last_year = 2100, months = 12;
    double first = 0, second = 0;
    if (!std::all_of(part.begin(), part.end(), is_digit) || part.size() > year_digits ||
        !parse_plain_number(part, first) || !parse_plain_number(whole, second))
        return false;
    bool const is_year = whole.size() == year_digits && second >= first_year && second <= last_year;
    if (is_year && part.size() <= short_digits) return first >= 1 && first <= months;
    return part.size() == whole.size() && (is_year || whole.size() == short_digits) && second == first + 1;
}

/// A part in per cent of its whole; what has no whole, as it is.
double in_per_cent(double part, std::string_view whole)
{
    double all = 0;
    if (whole.empty() || !parse_plain_number(whole, all)) return part;
    return 100 * part / all;
}

std::optional<Separators> separators_of(std::string_view core)
{
    auto const as_point = read_core(core, '.'), as_comma = read_core(core, ',');
    if (!as_point && !as_comma) return {};
    bool const has_comma = core.find(',') != core.npos, has_point = core.find('.') != core.npos;
    if (core.find_first_of(" '") != core.npos)
        return !has_comma && !has_point ? Separators::spaced
               : as_point               ? Separators::spaced_point
                                        : Separators::spaced_comma;
    if (!has_comma && !has_point) return Separators::bare;
    if (!as_point) return Separators::comma;
    if (!as_comma) return has_comma ? Separators::comma_groups : Separators::point;
    return has_comma ? Separators::comma_or_groups : Separators::point_or_groups;
}

/// Whether a label says that there is no answer.
bool says_missing(std::string_view label)
{
    auto const small = small_letters(label);
    constexpr std::array<std::string_view, 8> words{"refus",          "don't know", "dont know", "do not know",
                                                    "not applicable", "no answer",  "missing",   "n/a"};
    return std::any_of(words.begin(), words.end(), [&](auto word) { return small.find(word) != small.npos; });
}

/// Looks at what is neither plain nor marked.
std::optional<NumberLook> look_at_dressed(std::string_view text)
{
    auto const parts = take_apart(text);
    if (!parts) return {};
    auto const separators = separators_of(parts->core);
    if (!separators) return {};
    NumberLook look{parts->percent, parts->spread, *separators, parts->approximate, !parts->whole.empty()};
    auto const bare = read_core(parts->core, *separators == Separators::comma ? ',' : '.');
    look.long_bare = bare && !bare->grouped && std::abs(bare->value) >= 100;
    if (look.share) {
        // Where the separators leave it open, one of the two numbers has to be a part.
        auto const other = read_core(parts->core, ',');
        if (!(bare && is_part(bare->value, parts->whole)) && !(other && is_part(other->value, parts->whole))) return {};
        look.calendar = may_be_calendar(parts->core, parts->whole);
    }
    return look;
}

/// Looks at what is not plain, and may have marks of notes.
std::optional<NumberLook> look_at_marked(std::string_view plain)
{
    if (auto const look = look_at_dressed(plain)) return look;
    auto const unmarked = without_marks(plain);
    if (unmarked.size() == without_blanks(plain).size()) return {};
    auto look = look_at_dressed(unmarked);
    if (look) look->marked = true;
    return look;
}

} // namespace

bool look_at_plain(std::string_view text, NumberLook& look)
{
    std::size_t place = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    auto const first = place;
    while (place < text.size() && is_digit(text[place])) ++place;
    auto const whole = place - first;
    if (whole == 0) return false;
    look.long_bare = whole >= 3 && text[first] != '0';
    if (place == text.size()) return true;
    if (text[place] != '.') return false;
    auto const point = place++;
    while (place < text.size() && is_digit(text[place])) ++place;
    if (place != text.size()) return false;
    bool const like_groups = place - point == 4 && whole <= 3 && text[first] != '0';
    look.separators = like_groups ? Separators::point_or_groups : Separators::point;
    return true;
}

std::string_view without_marks(std::string_view plain)
{
    auto rest = without_blanks(plain);
    auto const all = rest;
    bool raised = false;
    for (bool found = true; found;) {
        bool const digit = take_last(rest, raised_digits);
        raised = raised || digit;
        found = take_last(rest, note_signs) || digit;
    }
    if (raised && may_be_power(rest)) return all;
    if (rest.size() < all.size())
        while (rest.size() > 1 && rest.front() == '*') rest.remove_prefix(1);
    return rest;
}

std::optional<NumberLook> look_at_number(std::string_view text)
{
    NumberLook plain_look;
    if (look_at_plain(text, plain_look)) return plain_look;
    double value = 0;
    if (parse_plain_number(text, value)) { // with an exponent, or infinite
        plain_look.separators = text.find('.') == text.npos ? Separators::bare : Separators::point;
        return plain_look;
    }
    auto const plain = plain_signs(text);
    if (auto const look = look_at_marked(plain)) return look;
    auto const bare = without_markup(plain);
    if (!bare) return {};
    auto look = look_at_marked(bare->text);
    if (look) look->markup = bare->kinds;
    return look;
}

std::optional<LabelledStep> look_at_step(std::string_view text)
{
    constexpr std::size_t most_digits = 2;
    auto const plain = plain_signs(text);
    auto const is_number = [](std::string_view part) {
        return !part.empty() && part.size() <= most_digits && std::all_of(part.begin(), part.end(), is_digit);
    };
    auto const is_label = [](std::string_view part) {
        return !part.empty() && !is_digit(part[0]) && part[0] != '-' && !says_missing(part);
    };
    std::string_view const all = without_blanks(plain);
    if (all.ends_with(')')) { // Agree (4)
        auto const open = all.rfind('(');
        if (open == all.npos || open == 0) return {};
        auto const number = all.substr(open + 1, all.size() - open - 2), label = without_blanks(all.substr(0, open));
        if (is_number(number) && is_label(label)) return LabelledStep{std::string(number), std::string(label)};
    }
    auto const sign = all.find_first_not_of("0123456789 ");
    if (sign == all.npos || std::string_view("-:=)").find(all[sign]) == std::string_view::npos) return {};
    if (sign + 1 == all.size() || !is_space(all[sign + 1])) return {}; // "4-bit", "12:30"
    auto const number = without_blanks(all.substr(0, sign)), label = without_blanks(all.substr(sign + 1));
    if (!is_number(number) || !is_label(label)) return {};
    return LabelledStep{std::string(number), std::string(label)};
}

std::optional<double> read_number(std::string_view text, NumberStyle const& style)
{
    if (style.markup || style.labels) {
        auto bare = style;
        bare.markup = bare.labels = false;
        if (auto const number = read_number(text, bare)) return number;
        if (auto const unmarked = style.markup ? without_markup(plain_signs(text)) : std::nullopt)
            if (auto const number = read_number(unmarked->text, bare)) return number;
        auto const step = style.labels ? look_at_step(text) : std::nullopt;
        return step ? read_number(step->number, bare) : std::nullopt;
    }
    if (style.marks) {
        auto bare = style;
        bare.marks = false;
        if (auto const number = read_number(text, bare)) return number;
        auto const plain = plain_signs(text);
        auto const unmarked = without_marks(plain);
        return unmarked.size() == without_blanks(plain).size() ? std::nullopt : read_number(unmarked, bare);
    }
    double value = 0;
    if (style.is_plain()) {
        if (parse_plain_number(text, value)) return value;
        auto const signs = plain_signs(text);
        if (parse_plain_number(without_blanks(signs), value)) return value;
        return {};
    }
    auto const plain = plain_signs(text);
    auto const parts = take_apart(plain);
    if (!parts || parts->percent != style.percent || parts->whole.empty() == style.share) return {};
    if (parts->spread != Spread::none && parts->spread != style.spread) return {};
    if (parts->approximate && !style.approximate) return {};
    auto const reading = read_core(parts->core, style.decimal);
    if (!reading || (reading->grouped && !style.groups)) return {};
    if (style.share && !is_part(reading->value, parts->whole)) return {};
    return in_per_cent(reading->value, parts->whole);
}

} // namespace exahca::io
