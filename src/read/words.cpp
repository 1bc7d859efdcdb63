#include "exahca/read/words.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

struct Character
{
    char32_t code = 0;
    std::size_t bytes = 0; ///< 0: not valid UTF-8
};

Character decode(std::string_view text)
{
    auto const lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1};
    std::size_t const bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
    auto code = static_cast<char32_t>(lead & (0xFFU >> (bytes + 1)));
    for (std::size_t i = 1; i < bytes; ++i) {
        auto const next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) return {};
        code = (code << 6U) | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    bool const surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < smallest[bytes] || surrogate || code > 0x10FFFF) return {};
    return {code, bytes};
}

bool allowed_in_xml(char32_t code)
{
    if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
    // C1 controls are legal but never meant; the last two of the plane are no characters.
    return !(code >= 0x7F && code <= 0x9F) && code != 0xFFFE && code != 0xFFFF;
}

bool is_wide(char32_t code)
{
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
           (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
           (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

/// Width of a character in ems: generous, because the reader's font is not known. Wide fonts (DejaVu, Verdana) in bold
/// set the measure.
double ems_of(char32_t code)
{
    if (is_wide(code)) return 1.02;
    if (code > 0x7F) return 0.85;
    auto const c = static_cast<char>(code);
    if (std::string_view("il.,:;'|!").find(c) != std::string_view::npos) return 0.4;
    if (std::string_view(" ()[]-/rtfjI\"").find(c) != std::string_view::npos) return 0.5;
    if (std::string_view("mwMW@%").find(c) != std::string_view::npos) return 1.08;
    if (c >= 'A' && c <= 'Z') return 0.82;
    return 0.72;
}

/// The longest beginning of a text, with an ellipsis, that is not wider than `limit` in the measure of `width_of`.
template <class Width>
std::string cut(std::string_view text, double limit, double ellipsis, Width const& width_of)
{
    auto const cleaned = clean_text(text);
    double used = 0;
    std::size_t kept = 0, position = 0; // kept: what leaves room for the ellipsis
    while (position < cleaned.size()) {
        auto const character = decode(std::string_view(cleaned).substr(position));
        used += width_of(character.code);
        if (used > limit) return cleaned.substr(0, kept) + "…";
        position += character.bytes;
        if (used + ellipsis <= limit) kept = position;
    }
    return cleaned;
}

/// Whether a printed number has no digit but zeros: rounding leaves a sign on numbers just below zero.
bool is_zero(std::string_view number) { return number.find_first_of("123456789") == number.npos; }

} // namespace

std::string clean_text(std::string_view text)
{
    std::string cleaned;
    while (!text.empty()) {
        auto const character = decode(text);
        if (character.bytes == 0 || !allowed_in_xml(character.code))
            cleaned += replacement;
        else
            cleaned += text.substr(0, character.bytes);
        text.remove_prefix(std::max<std::size_t>(1, character.bytes));
    }
    return cleaned;
}

std::string escape_markup(std::string_view text)
{
    std::string escaped;
    for (char const c : clean_text(text)) switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    return escaped;
}

int text_columns(std::string_view text)
{
    auto const cleaned = clean_text(text);
    int columns = 0;
    for (std::string_view rest = cleaned; !rest.empty();) {
        auto const character = decode(rest);
        columns += is_wide(character.code) ? 2 : 1;
        rest.remove_prefix(character.bytes);
    }
    return columns;
}

std::string shortened(std::string_view text, int columns)
{
    return cut(text, columns, 1, [](char32_t code) { return is_wide(code) ? 2 : 1; });
}

std::string padded(std::string_view text, int columns)
{
    auto const cut = shortened(text, columns);
    return cut + std::string(static_cast<std::size_t>(std::max(0, columns - text_columns(cut))), ' ');
}

double text_width(std::string_view text, double font_size)
{
    auto const cleaned = clean_text(text);
    double width = 0;
    for (std::string_view rest = cleaned; !rest.empty();) {
        auto const character = decode(rest);
        width += ems_of(character.code);
        rest.remove_prefix(character.bytes);
    }
    return width * font_size;
}

std::string fitted(std::string_view text, double width, double font_size)
{
    return cut(text, width / font_size, 1.0, ems_of);
}

std::string signed_number(double value)
{
    double const size = std::abs(value);
    if (size >= 1000 && std::isfinite(value)) return fmt::format("{:+.2g}", value);
    return signed_number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

std::string signed_number(double value, int decimals)
{
    if (!std::isfinite(value)) return "n/a";
    auto const text = fmt::format("{:+.{}f}", value, decimals);
    return is_zero(text) ? text.substr(1) : text;
}

std::string plain_number(double value, int decimals)
{
    if (!std::isfinite(value)) return "n/a";
    auto const text = fmt::format("{:.{}f}", value, decimals);
    return text[0] == '-' && is_zero(text) ? text.substr(1) : text;
}

std::string degrees_text(double angle, int decimals) { return plain_number(angle, decimals) + "°"; }

std::string percent(double share) { return std::isfinite(share) ? fmt::format("{:.0f}\u00A0%", 100 * share) : "n/a"; }

std::string grouped(std::int64_t count)
{
    auto digits = fmt::format("{}", count);
    auto const first = count < 0 ? 1 : 0;
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > first; i -= 3)
        digits.insert(static_cast<std::size_t>(i), ",");
    return digits;
}

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural)
{
    return fmt::format("{} {}", grouped(count), count == 1 ? singular : plural);
}

std::string interval_text(double low, double high)
{
    if (!std::isfinite(low) || !std::isfinite(high)) return {};
    return fmt::format("[{}, {}]", signed_number(low), signed_number(high));
}

std::string chain_text(std::vector<std::string> const& labels) { return fmt::format("{}", fmt::join(labels, " → ")); }

} // namespace exahca
