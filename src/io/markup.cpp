#include "io/markup.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/trimmed.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace exahca::io {
namespace {

/// Longer ones are no numbers and no names, and could be nested deep enough to exhaust the stack.
constexpr std::size_t longest_number = 1024, longest_name = 4096;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Puts parts of a text together. Where something between two digits is left out, they belong to two numbers.
class Joined
{
public:
    void add(std::string_view part)
    {
        if (part.empty()) return;
        runs_together_ =
            runs_together_ || (left_out_ && !text_.empty() && is_of_number(text_.back()) && is_of_number(part.front()));
        left_out_ = false;
        text_ += part;
    }
    void leave_out() { left_out_ = true; }
    void refuse() { runs_together_ = true; }
    [[nodiscard]] bool is_possible() const { return !runs_together_; }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    static bool is_of_number(char c) { return is_digit(c) || c == '.' || c == ','; }

    std::string text_;
    bool left_out_ = false, runs_together_ = false;
};

/// Length of a tag such as "<b>" or "</span>" that begins a text; 0: there is none. "<5" and "< 5" are bounds.
std::size_t tag_length(std::string_view text)
{
    if (!text.starts_with('<')) return 0;
    auto const first = text.substr(text.starts_with("</") ? 2 : 1, 1);
    if (first.empty() || !is_letter(first[0])) return 0;
    auto const end = text.find('>');
    return end == text.npos ? 0 : end + 1;
}

/// \returns nothing where numbers would run together
std::optional<std::string> without_tags(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> entities{{{"&nbsp;", " "},
                                                                                      {"&thinsp;", " "},
                                                                                      {"&plusmn;", "\u00b1"},
                                                                                      {"&minus;", "-"},
                                                                                      {"&percnt;", "%"},
                                                                                      {"&dagger;", "\u2020"},
                                                                                      {"&ast;", "*"},
                                                                                      {"&lt;", "<"},
                                                                                      {"&gt;", ">"},
                                                                                      {"&amp;", "&"}}};
    Joined joined;
    while (!text.empty()) {
        if (auto const tag = tag_length(text); tag > 0) {
            text.starts_with("<br") ? joined.add(" ") : joined.leave_out();
            text.remove_prefix(tag);
            continue;
        }
        auto const entity = std::find_if(entities.begin(), entities.end(),
                                         [&](auto const& one) { return text.starts_with(one.first); });
        joined.add(entity == entities.end() ? text.substr(0, 1) : entity->second);
        text.remove_prefix(entity == entities.end() ? 1 : entity->first.size());
    }
    return joined.is_possible() ? std::optional(joined.take()) : std::nullopt;
}

/// Takes apart what LaTeX makes of a number.
class LatexText
{
public:
    explicit LatexText(std::string_view text) : text_(text) {}

    /// \returns nothing where numbers would run together or their meaning would change
    std::optional<std::string> plain()
    {
        while (!text_.empty() && joined_.is_possible()) take_next();
        return joined_.is_possible() ? std::optional(joined_.take()) : std::nullopt;
    }

private:
    void take_next()
    {
        char const c = text_.front();
        if (c == '\\') {
            take_command();
        } else if (c == '_') {
            take_subscript();
        } else if (c == '^') {
            joined_.refuse(); // a power, or the mark of a note
        } else {
            c == '{' || c == '}' || c == '$' ? joined_.leave_out() : joined_.add(text_.substr(0, 1));
            text_.remove_prefix(1);
        }
    }

    /// The next character, or group in braces without these.
    std::string_view take_argument()
    {
        auto const end = text_.starts_with('{') ? text_.find('}') : text_.npos;
        auto const whole = text_.substr(0, end == text_.npos ? 1 : end + 1);
        text_.remove_prefix(whole.size());
        return end == text_.npos ? whole : whole.substr(1, whole.size() - 2);
    }

    void take_command()
    {
        text_.remove_prefix(1);
        std::size_t length = 0;
        while (length < text_.size() && is_letter(text_[length])) ++length;
        if (length == 0) { // an escaped sign, or a space: \% and \,
            auto const sign = take_argument();
            joined_.add(sign == "%" ? sign : " ");
            return;
        }
        auto const name = text_.substr(0, length);
        text_.remove_prefix(length);
        if (name == "pm") {
            joined_.add("\u00b1");
        } else if (name == "times" || name == "cdot" || name == "frac") {
            joined_.refuse();
        } else {
            if (name.find("color") != name.npos || name == "phantom") { // its first argument is no text
                if (text_.starts_with('[')) text_.remove_prefix(std::min(text_.size(), text_.find(']') + 1));
                static_cast<void>(take_argument());
            }
            joined_.leave_out();
        }
    }

    void take_subscript()
    {
        text_.remove_prefix(1);
        auto const inside = LatexText(take_argument()).plain();
        auto const below = trimmed(inside ? std::string_view(*inside) : std::string_view());
        if (below.empty())
            joined_.refuse();
        else if (below.starts_with("\u00b1"))
            joined_.add(below);
        else
            joined_.add(" (" + std::string(below) + ")");
    }

    std::string_view text_;
    Joined joined_;
};

struct Character
{
    char32_t code = 0;
    std::size_t length = 1;
};

/// The character that begins bytes of UTF-8. Their encoding was checked when the table was read.
Character character_at(std::string_view bytes)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    unsigned const first = byte(0);
    std::size_t const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 1 || bytes.size() < length) return {first, 1};
    char32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3fU);
    return {code, length};
}

/// Emoji, stars, coloured circles and what joins and varies them.
bool is_picture(char32_t code)
{
    return (code >= 0x1f000 && code <= 0x1faff) || (code >= 0x2600 && code <= 0x27bf) ||
           (code >= 0x2b50 && code <= 0x2b5f) || (code >= 0x25c9 && code <= 0x25ff) || code == 0x25cb ||
           code == 0xfe0f || code == 0x200d;
}

/// Arrows and triangles. Before a number they may be its sign.
bool is_trend(char32_t code)
{
    return (code >= 0x2190 && code <= 0x21ff) || (code >= 0x25b2 && code <= 0x25c5) ||
           (code >= 0x2b00 && code <= 0x2b4f);
}

std::string_view without_pictures(std::string_view text)
{
    text = trimmed(text);
    while (!text.empty()) {
        auto const [code, length] = character_at(text);
        if (!is_picture(code)) break;
        text = trimmed(text.substr(length));
    }
    while (!text.empty()) {
        auto begin = text.size() - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) --begin;
        auto const code = character_at(text.substr(begin)).code;
        if (!is_picture(code) && !is_trend(code)) break;
        text = trimmed(text.substr(0, begin));
    }
    return text;
}

/// Whether a text is "[name](address)". \param middle  place of the first "]("
bool is_link(std::string_view text, std::size_t middle)
{
    if (!text.starts_with('[') || !text.ends_with(')') || middle == text.npos || middle != text.rfind("]("))
        return false;
    auto const address = text.substr(middle + 2);
    return address.find_first_of("/.#:") != address.npos && address.find(' ') == address.npos;
}

/// Whether an element of HTML is one that pages dress text with. Others may be a name's own: "<script>".
bool dresses_text(std::string_view element)
{
    constexpr std::array<std::string_view, 26> known{
        "a",    "abbr", "b",   "big", "center", "code", "del", "div", "em", "font", "i",  "ins", "kbd",
        "mark", "p",    "pre", "s",   "small",  "span", "sub", "sup", "th", "td",   "tt", "u",   "strong"};
    return std::find(known.begin(), known.end(), element) != known.end();
}

/// Without a tag before the text and the one that ends it behind.
std::string_view without_outer_tags(std::string_view text)
{
    auto const tag = tag_length(text), last = text.rfind("</");
    if (tag == 0 || !text.ends_with('>') || last == text.npos || last < tag) return text;
    auto const closed = text.substr(last + 2, text.size() - last - 3); // its name
    if (!dresses_text(closed) || text.substr(1, closed.size()) != closed || is_letter(text[1 + closed.size()]))
        return text;
    return text.substr(tag, last - tag);
}

/// The text of the first of several links, which are about one model: its page, its details.
std::string_view first_of_links(std::string_view text)
{
    constexpr std::string_view opening = "<a ", closing = "</a>";
    auto const end = text.find(closing);
    if (!text.starts_with(opening) || end == text.npos) return text;
    auto const others = trimmed(text.substr(end + closing.size()));
    if (!others.starts_with(opening) || !others.ends_with(closing)) return text;
    auto const tag = tag_length(text);
    return tag == 0 || tag > end ? text : text.substr(tag, end - tag);
}

} // namespace

std::optional<Unmarked> without_markup(std::string_view plain)
{
    // Most texts that are no numbers are names.
    if (std::none_of(plain.begin(), plain.end(), is_digit)) return {};
    return text_without_markup(plain);
}

std::optional<Unmarked> text_without_markup(std::string_view plain)
{
    if (plain.size() > longest_number) return {};
    Unmarked unmarked{std::string(trimmed(plain)), 0};
    auto const take = [&](Markup kind, std::optional<std::string> text) {
        if (!text) return false;
        if (*text != trimmed(unmarked.text)) unmarked.kinds |= static_cast<std::uint8_t>(kind);
        unmarked.text = std::move(*text);
        return true;
    };
    if (plain.find_first_of("<&") != plain.npos && !take(Markup::html, without_tags(plain))) return {};
    // One dollar sign is money.
    bool const is_latex = unmarked.text.find('\\') != std::string::npos ||
                          std::count(unmarked.text.begin(), unmarked.text.end(), '$') == 2;
    if (is_latex && !take(Markup::latex, LatexText(unmarked.text).plain())) return {};
    take(Markup::picture, std::string(without_pictures(unmarked.text)));
    if (unmarked.kinds == 0) return {};
    return unmarked;
}

std::string markup_text(std::uint8_t kinds)
{
    std::string text;
    constexpr std::array<std::pair<Markup, char const*>, 3> names{
        {{Markup::html, "HTML"}, {Markup::latex, "LaTeX"}, {Markup::picture, "pictures or arrows"}}};
    for (auto const& [kind, name] : names)
        if ((kinds & static_cast<std::uint8_t>(kind)) != 0) text += (text.empty() ? "" : " and ") + std::string(name);
    return text;
}

std::string_view link_text(std::string_view name)
{
    if (name.size() > longest_name) return name;
    auto rest = trimmed(name);
    for (auto before = rest.size() + 1; rest.size() < before;) {
        before = rest.size();
        rest = trimmed(without_outer_tags(first_of_links(rest)));
        for (std::string_view const sign : {"**", "`"})
            if (rest.size() > 2 * sign.size() && rest.starts_with(sign) && rest.ends_with(sign))
                rest = trimmed(rest.substr(sign.size(), rest.size() - 2 * sign.size()));
        if (auto const middle = rest.find("]("); is_link(rest, middle)) rest = trimmed(rest.substr(1, middle - 1));
    }
    return rest.empty() ? name : rest;
}

std::string header_text(std::string_view name)
{
    auto const shown = link_text(name);
    std::string text(shown);
    if (shown.size() > longest_name) return text;
    auto const replace = [&](std::string_view what, std::string_view by) {
        for (auto place = text.find(what); place != std::string::npos; place = text.find(what, place + by.size()))
            text.replace(place, what.size(), by);
    };
    for (auto const* const line_break : {"<br>", "<br/>", "<br />"}) replace(line_break, " ");
    replace("&nbsp;", " ");
    if (auto const first = text.find("**");
        first != std::string::npos && text.find("**", first + 2) != std::string::npos)
        replace("**", "");
    return std::string(trimmed(text));
}

bool take_header_texts(std::vector<std::string>& header)
{
    bool any = false;
    for (auto& name : header) {
        auto text = header_text(name);
        any = any || text != name;
        name = std::move(text);
    }
    return any;
}

std::string_view LinkedNames::text_of(std::string_view name)
{
    if (name.empty() || std::string_view("<[*`").find(name.front()) == std::string_view::npos) return name;
    auto const text = link_text(name);
    if (text.size() == name.size()) return name;
    if (count_++ == 0) {
        first_ = name;
        first_text_ = text;
    }
    return text;
}

void LinkedNames::add_note(std::vector<std::string>& notes) const
{
    if (count_ == 0) return;
    notes.push_back(fmt::format("of names that are links or typeset the text is taken: {} (\"{}\" is read as {})",
                                count_, shortened(first_), listed_name(first_text_)));
}

} // namespace exahca::io
