#include "io/number_text.hpp"

#include "exahca/core/spelling.hpp"
#include "io/missing_codes.hpp"

#include <algorithm>
#include <cmath>

namespace exahca::io {
namespace {

constexpr std::string_view plus_minus_sign = "\xc2\xb1";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
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
};

bool take_percent(std::string_view& text)
{
    text = trimmed(text);
    if (!text.ends_with('%')) return false;
    text.remove_suffix(1);
    text = trimmed(text);
    return true;
}

std::optional<Parts> take_apart(std::string_view text)
{
    Parts parts;
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
    parts.core = text;
    if (text.empty()) return {};
    return parts;
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
    // Groups of three behind the first, all with one separator.
    if (may_group && place < core.size() && (core[place] == group || core[place] == ' ' || core[place] == '\'')) {
        char const separator = core[place];
        while (place < core.size() && core[place] == separator) {
            ++place;
            if (run() != 3) return {};
        }
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

/// The common case, without a look from two sides: sign, digits, and perhaps a point with other than three digits.
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

bool fits(NumberLook const& look, NumberStyle const& style)
{
    if (look.percent != style.percent) return false;
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

NumberLook look_from(std::size_t place)
{
    NumberLook look;
    look.separators = static_cast<Separators>(place % separator_kinds);
    look.spread = static_cast<Spread>(place / separator_kinds % 3);
    look.percent = place / separator_kinds / 3 > 0;
    return look;
}

} // namespace

std::optional<NumberLook> look_at_number(std::string_view text)
{
    NumberLook look;
    if (look_at_plain(text, look)) return look;
    double value = 0;
    if (parse_plain_number(text, value)) { // with an exponent, or infinite
        look.separators = text.find('.') == text.npos ? Separators::bare : Separators::point;
        return look;
    }
    auto const plain = plain_signs(text);
    auto const parts = take_apart(plain);
    if (!parts) return {};
    auto const separators = separators_of(parts->core);
    if (!separators) return {};
    look = {parts->percent, parts->spread, *separators, false};
    auto const bare = read_core(parts->core, *separators == Separators::comma ? ',' : '.');
    look.long_bare = bare && !bare->grouped && std::abs(bare->value) >= 100;
    return look;
}

std::optional<double> read_number(std::string_view text, NumberStyle const& style)
{
    double value = 0;
    if (style.is_plain()) {
        if (parse_plain_number(text, value)) return value;
        auto const signs = plain_signs(text);
        if (parse_plain_number(trimmed(signs), value)) return value;
        return {};
    }
    auto const plain = plain_signs(text);
    auto const parts = take_apart(plain);
    if (!parts || parts->percent != style.percent) return {};
    if (parts->spread != Spread::none && parts->spread != style.spread) return {};
    auto const reading = read_core(parts->core, style.decimal);
    if (!reading || (reading->grouped && !style.groups)) return {};
    return reading->value;
}

void ColumnLook::count_look(NumberLook const& look)
{
    auto const place = (static_cast<std::size_t>(look.percent) * spread_kinds + static_cast<std::size_t>(look.spread)) *
                           separator_kinds +
                       static_cast<std::size_t>(look.separators);
    ++looks_[place];
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
    count_look(look);
    return true;
}

void ColumnLook::add(std::string_view text)
{
    auto const look = look_at_number(text);
    bool const is_dressed =
        !look || look->percent || look->spread != Spread::none || look->separators > Separators::point_or_groups;
    if (is_dressed && example_.empty()) example_ = text;
    if (look) {
        count_look(*look);
        return;
    }
    ++filled_;
    auto const rest = text.substr(std::min(text.find_first_not_of("+-$<>~=(* "), text.size()));
    number_like_ += !rest.empty() && is_digit(rest.front()) ? 1 : 0;
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

std::string dress_of(NumberStyle const& style, ColumnLook const& look)
{
    std::vector<std::string> parts;
    if (style.decimal == ',') parts.emplace_back("decimal commas");
    NumberStyle bare = style;
    bare.groups = false;
    if (style.groups && look.readable(style) > look.readable(bare)) parts.emplace_back("thousands separators");
    if (style.percent) parts.emplace_back("per cent signs");
    if (style.spread == Spread::plus_minus) parts.emplace_back("\u00b1 behind them (left out)");
    if (style.spread == Spread::bracket) parts.emplace_back("brackets behind them (left out)");
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

} // namespace exahca::io
