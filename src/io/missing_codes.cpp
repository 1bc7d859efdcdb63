#include "io/missing_codes.hpp"

#include "exahca/core/spelling.hpp"
#include "io/markup.hpp"
#include "io/number_text.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace exahca::io {
namespace {

/// What spreadsheets, statistics programs and people write, in small letters, ascending.
constexpr std::array<std::string_view, 44> usual_codes{
    "",      "#div/0!", "#n/a",    "#n/a n/a",    "#na",          "#name?",  "#null!",   "#num!",
    "#ref!", "#value!", "-",       "--",          "---",          "-1.#ind", "-1.#qnan", "-nan",
    ".",     "..",      "...",     "1.#ind",      "1.#qnan",      ":",       "<na>",     "?",
    "??",    "k. a",    "k. a.",   "k.a.",        "keine angabe", "missing", "n.a",      "n.a.",
    "n.d.",  "n/a",     "n/d",     "na",          "nan",          "nil",     "none",     "not available",
    "null",  "tbd",     "unknown", "\xe2\x80\xa6"};

constexpr std::size_t longest_usual = 13;
constexpr std::size_t longest_marks = 6; // behind one

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// By the small letter or other sign.
constexpr auto begins_a_code = [] {
    std::array<bool, 256> signs{};
    for (auto const code : usual_codes)
        if (!code.empty()) signs[static_cast<unsigned char>(code.front())] = true;
    return signs;
}();

/// Whether a text of letters and digits of ASCII begins otherwise than all of the usual codes, behind which spaces and
/// marks of notes may stand: nearly every name of a base model does.
bool begins_like_no_code(std::string_view text)
{
    char const first = small_letter(text.front());
    if (!is_digit(first) && !(first >= 'a' && first <= 'z')) return false;
    if (!std::all_of(text.begin(), text.end(), is_ascii)) return false;
    if (!begins_a_code[static_cast<unsigned char>(first)]) return true;
    return std::none_of(usual_codes.begin(), usual_codes.end(), [&](std::string_view code) {
        return code.starts_with(first) && code.size() <= text.size() &&
               std::equal(code.begin(), code.end(), text.begin(), [](char a, char b) { return a == small_letter(b); });
    });
}

/// Reads digits with a point among them as long as both their number without it and its power of ten are exact: then
/// their ratio is the nearest number, the one that std::from_chars finds on a longer way. \returns false for anything
/// else
bool parse_short_number(std::string_view text, double& value)
{
    constexpr std::size_t most_digits = 15; // below 2^53
    constexpr std::array<double, most_digits + 1> powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool const is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);
    if (text.empty() || text.size() > most_digits + 1) return false;
    std::uint64_t digits = 0;
    auto const* place = text.data();
    auto const* const end = place + text.size();
    auto const take = [&] {
        auto const* const begin = place;
        for (; place != end && is_digit(*place); ++place)
            digits = 10 * digits + static_cast<std::uint64_t>(*place - '0');
        return static_cast<std::size_t>(place - begin);
    };
    auto const whole = take();
    std::size_t decimals = 0;
    if (whole > 0 && place != end && *place == '.') {
        ++place;
        decimals = take();
        if (decimals == 0) return false;
    }
    if (whole == 0 || place != end || whole + decimals > most_digits) return false;
    value = static_cast<double>(digits) / powers[decimals];
    if (is_negative) value = -value;
    return true;
}

} // namespace

bool parse_plain_number(std::string_view text, double& value)
{
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    if (parse_short_number(text, value)) return true;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc{} && stop == end;
}

std::string small_letters(std::string_view text)
{
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), small_letter);
    return small;
}

MissingCodes::MissingCodes(std::vector<std::string> const& further)
{
    for (auto const& code : further) {
        double value = 0;
        if (parse_plain_number(code, value) && std::isfinite(value)) numbers_.push_back(value);
        texts_.push_back(small_letters(code));
    }
}

bool MissingCodes::contains(std::string_view text) const
{
    if (text.empty()) return true;
    if (texts_.empty() && (text.size() > longest_usual + longest_marks || begins_like_no_code(text))) return false;
    auto const small = small_letters(text);
    auto const is_usual = [](std::string_view code) {
        return std::find(usual_codes.begin(), usual_codes.end(), code) != usual_codes.end();
    };
    if (is_usual(small) || std::find(texts_.begin(), texts_.end(), small) != texts_.end()) return true;
    // A dash of another kind, nothing but a space that does not break, or a code with the mark of a note or typeset:
    // "n/a*", "$-$".
    auto const plain = plain_signs(small);
    if (plain.find_first_not_of(' ') == plain.npos) return true;
    auto const code = without_marks(plain);
    if (code.size() < small.size() && is_usual(code)) return true;
    bool const may_be_typeset =
        plain.find_first_of("<\\$") != plain.npos || !is_ascii(plain.front()) || !is_ascii(plain.back());
    if (!may_be_typeset) return false;
    auto const bare = text_without_markup(plain); // or with a picture beside it
    return bare && !bare->text.empty() && is_usual(bare->text);
}

std::string base_model_of(std::string_view cell, MissingCodes const& codes, std::map<std::string, std::int64_t>& none)
{
    if (!codes.contains(cell)) return std::string(cell);
    if (!cell.empty()) ++none[std::string(cell)];
    return {};
}

} // namespace exahca::io
