#include "io/column_look.hpp"

#include "exahca/core/spelling.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"
#include "io/scale_words.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>
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

/// The one to four letters of ASCII that follow a number in a cell, behind a space or not; nothing where there is none.
std::string_view letters_behind_number(std::string_view text)
{
    constexpr std::size_t most = 4;
    auto begin = text.size();
    while (begin > 0 && is_letter(text[begin - 1]) && static_cast<unsigned char>(text[begin - 1]) < 0x80) --begin;
    auto const letters = text.substr(begin);
    auto number = text.substr(0, begin);
    if (number.ends_with(' ')) number.remove_suffix(1);
    if (letters.empty() || letters.size() > most || number.empty() || !is_digit(number.back())) return {};
    return look_at_number(number) ? letters : std::string_view();
}

/// Whether the first digit stands behind nothing but signs, of currencies, say; or behind a word or two and a number
/// with decimals follows: "USD 50.20", "acc: 0.47".
bool begins_like_number(std::string_view text)
{
    auto const first = std::find_if(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
    if (first == text.end()) return false;
    if (is_digit(*first)) return true;
    if (text.front() == '\\') return std::any_of(text.begin(), text.end(), is_digit); // LaTeX
    auto const last = text.find_last_of(" :=$");
    if (last == text.npos || std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(last), is_digit))
        return false;
    auto const look = look_at_number(text.substr(last + 1));
    return look && look->separators != Separators::bare;
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
    calendar_ += look.calendar ? 1 : 0;
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
    if (first_plain_.empty()) first_plain_ = text;
    return true;
}

void ColumnLook::keep_grouped(NumberLook const& look, std::string_view text)
{
    if (look.separators == Separators::point_or_groups && grouped_by_points_.empty()) grouped_by_points_ = text;
}

void ColumnLook::add(std::string_view text)
{
    if (auto const look = look_at_number(text)) {
        if (look->markup != 0 && markup_ == 0) typeset_ = text;
        markup_ |= look->markup;
        keep_example(*look, text);
        keep_grouped(*look, text);
        count_look(*look);
    } else if (auto step = look_at_step(text)) {
        count_step(std::move(*step), text);
    } else {
        count_text(text);
    }
}

void ColumnLook::count_step(LabelledStep step, std::string_view text)
{
    constexpr std::size_t most_steps = 12;
    ++filled_;
    ++number_like_;
    ++labelled_count_;
    if (labelled_.empty()) labelled_ = text;
    if (!are_steps_) return;
    auto const known = std::find_if(steps_.begin(), steps_.end(), [&](auto const& one) {
        return one.number == step.number || one.label == step.label;
    });
    if (known == steps_.end())
        steps_.push_back(std::move(step));
    else
        are_steps_ = known->number == step.number && known->label == step.label;
    are_steps_ = are_steps_ && steps_.size() <= most_steps;
}

void ColumnLook::count_text(std::string_view text)
{
    ++filled_;
    no_numbers_.add(text);
    if (auto const letters = letters_behind_number(text); !letters.empty()) letters_behind_.add(letters);
    has_no_share_ = has_no_share_ || text.find('/') != text.npos;
    auto const bare = without_markup(text);
    number_like_ += begins_like_number(bare ? bare->text : text) ? 1 : 0;
}

void ColumnLook::keep_example(NumberLook const& look, std::string_view text)
{
    bool const foreign = exahca::has_foreign_digits(text);
    has_foreign_digits_ = has_foreign_digits_ || foreign;
    bool const is_plain = !look.percent && !look.approximate && !look.share && !look.marked &&
                          look.spread == Spread::none && look.separators <= Separators::point_or_groups;
    constexpr std::size_t most_kept = 16;
    if ((is_plain && !foreign && look.markup == 0) || examples_.size() == most_kept) return;
    auto const is_alike = [&](auto const& one) {
        return place_of(one.first) == place_of(look) && (one.first.markup == 0) == (look.markup == 0);
    };
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
    auto const& found =
        example_of([&](NumberLook const& look) { return !look.marked && look.markup == 0 && fits(look, style); });
    // "1.147" looks plain, and is not where the comma is decimal.
    return found.empty() && style.groups && style.decimal == ',' ? grouped_by_points_ : found;
}

std::vector<ColumnLook::Aside> ColumnLook::asides(NumberStyle const& style) const
{
    std::vector<Aside> asides;
    if (auto const& found =
            example_of([&](NumberLook const& look) { return look.marked && look.markup == 0 && fits(look, style); });
        !found.empty())
        asides.push_back({"marks of notes behind some of them (left out)", found});
    if (style.markup && read_number(typeset_, style))
        asides.push_back({markup_text(markup_) + " (left out)", typeset_});
    if (style.labels) asides.push_back({"labels beside them (left out)", labelled_});
    return asides;
}

std::string const& ColumnLook::unreadable(NumberStyle const& style) const
{
    if (!no_numbers().empty()) return no_numbers().front().text;
    if (!style.labels && !labelled_.empty()) return labelled_;
    return example_of([&](NumberLook const& look) { return !fits(look, style); });
}

bool ColumnLook::has_steps() const
{
    return are_steps_ && steps_.size() > 1 &&
           count_if([](NumberLook const& look) { return look.separators != Separators::bare; }) == 0;
}

std::vector<std::string> ColumnLook::all_texts() const
{
    std::vector<std::string> texts;
    std::int64_t known = 0;
    for (auto const& [text, count] : no_numbers()) {
        texts.push_back(text);
        known += count;
    }
    return known == filled_ ? texts : std::vector<std::string>();
}

std::string ColumnLook::mixture() const
{
    if (!no_numbers().empty() || labelled_count_ > 0) return {};
    auto const describe = [&](char const* one, char const* other, auto const& is_one, auto const& is_other) {
        auto const count = count_if(is_one), others = count_if(is_other);
        if (count == 0 || others == 0) return std::string();
        auto const& plain = example_of(is_other);
        return fmt::format("{} {} (\"{}\"), {} {} (\"{}\")", one, count, shortened(example_of(is_one)), other, others,
                           shortened(plain.empty() ? first_plain_ : plain));
    };
    auto text = describe(
        "per cent signs on", "none on", [](NumberLook const& look) { return look.percent; },
        [](NumberLook const& look) { return !look.percent; });
    if (!text.empty()) return text;
    return describe(
        "decimal commas in", "points in", [](NumberLook const& look) { return look.separators == Separators::comma; },
        [](NumberLook const& look) { return look.separators == Separators::point; });
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

std::string const& ColumnLook::perhaps_thousands(char delimiter) const
{
    static std::string const none;
    constexpr std::int64_t fewest = 3;
    bool const shows_mark = shows_decimal_point() || has_decimal_comma() || count(Separators::comma_or_groups) > 0;
    // Decimals of one length leave no whole number, and of several not all three.
    bool const may_be = count(Separators::point_or_groups) >= fewest && !shows_mark &&
                        (delimiter == ';' || count(Separators::bare) > 0);
    return may_be ? grouped_by_points_ : none;
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
    auto const shares = count_if([](NumberLook const& look) { return look.share; });
    style.share = !has_no_share_ && calendar_ < shares && 2 * shares > filled_;
    auto const marked = count_if([](NumberLook const& look) { return look.marked; });
    style.marks = marked > 0 && 2 * marked <= filled_;
    style.markup = markup_ != 0;
    std::vector<std::string> labels;
    for (auto const& step : steps_) labels.push_back(step.label);
    style.labels = has_steps() && (are_step_labels(labels) || 2 * labelled_count_ <= filled_);
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
    return count_if([&](NumberLook const& look) { return fits(look, style); }) + (style.labels ? labelled_count_ : 0);
}

} // namespace exahca::io
