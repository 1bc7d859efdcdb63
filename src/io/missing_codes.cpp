#include "io/missing_codes.hpp"

#include "exahca/core/spelling.hpp"
#include "io/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace exahca::io {
namespace {

/// What spreadsheets, statistics programs and people write, in small letters, ascending.
constexpr std::array<std::string_view, 38> usual_codes{
    "",     "#div/0!", "#n/a", "#n/a n/a",      "#na",      "#name?", "#null!",  "#num!",       "#ref!",  "#value!",
    "-",    "--",      "---",  "-1.#ind",       "-1.#qnan", "-nan",   ".",       "...",         "1.#ind", "1.#qnan",
    "<na>", "?",       "??",   "missing",       "n.a",      "n.a.",   "n.d.",    "n/a",         "n/d",    "na",
    "nan",  "nil",     "none", "not available", "null",     "tbd",    "unknown", "\xe2\x80\xa6"};

constexpr std::size_t longest_usual = 13;
constexpr std::size_t longest_marks = 6; // behind one

} // namespace

bool parse_plain_number(std::string_view text, double& value)
{
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc{} && stop == end;
}

std::string small_letters(std::string_view text)
{
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
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
    if (text.size() > longest_usual + longest_marks && texts_.empty()) return false;
    auto const small = small_letters(text);
    auto const is_usual = [](std::string_view code) {
        return std::find(usual_codes.begin(), usual_codes.end(), code) != usual_codes.end();
    };
    if (is_usual(small) || std::find(texts_.begin(), texts_.end(), small) != texts_.end()) return true;
    // A dash of another kind, nothing but a space that does not break, or a code with the mark of a note: "n/a*".
    auto const plain = plain_signs(small);
    if (plain.find_first_not_of(' ') == plain.npos) return true;
    auto const code = without_marks(plain);
    return code.size() < small.size() && is_usual(code);
}

std::string base_model_of(std::string_view cell, MissingCodes const& codes, std::map<std::string, std::int64_t>& none)
{
    if (!codes.contains(cell)) return std::string(cell);
    if (!cell.empty()) ++none[std::string(cell)];
    return {};
}

} // namespace exahca::io
