#include "io/letters_remedy.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "io/number_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <vector>

namespace exahca::io {
namespace {

/// Whether awk parts a file as read_csv does: nothing between quotation marks that separates fields or lines, and lines
/// that end with LF. \param delimiter  one of those that awk takes as they are
bool is_parted_alike(TextSource& source, char delimiter)
{
    constexpr std::size_t block_size = std::size_t{1} << 16;
    source.rewind();
    std::vector<char> block(block_size);
    bool quoted = false, returned = false;
    for (auto size = source.read(block.data(), block_size); size > 0; size = source.read(block.data(), block_size))
        for (char const c : std::string_view(block.data(), size)) {
            if (returned && c != '\n') return false;
            returned = c == '\r';
            if (c == '"')
                quoted = !quoted;
            else if (quoted && (c == delimiter || c == '\n' || c == '\r'))
                return false;
        }
    return !quoted && !returned;
}

/// The line that does something to fields of the columns of scores, below the header. \param body  of a function of i
std::string awk_line(std::vector<std::size_t> const& places, std::string const& body, char delimiter)
{
    auto const sign = delimiter == ',' ? "," : delimiter == '\t' ? "'\\t'" : fmt::format("'{}'", delimiter);
    std::vector<std::string> calls;
    for (auto const place : places) calls.push_back(fmt::format("bare({})", place + 1));
    return fmt::format("awk -F{0} -v OFS={0} 'function bare(i) {{ {1} }} NR > 1 {{ {2} }} 1' FILE > NEW", sign, body,
                       fmt::join(calls, "; "));
}

/// \param letters  with bars between them. Quotation marks go with the letters, as a number needs none
std::string without_letters(std::string const& letters)
{
    return fmt::format("if ($i ~ /^[^A-Za-z:]*[0-9] ?({0})[\" \\r]*$/) gsub(/\"| ?({0})[\" \\r]*$/, \"\", $i)",
                       letters);
}

/// Likewise.
constexpr char const* without_parentheses =
    R"awk(if ($i ~ /^[" ]*\([0-9.]*[0-9]\)[" \r]*$/) gsub(/[()" \r]/, "", $i))awk";

bool is_in_parentheses(std::string const& text)
{
    auto const inside = std::string_view(text).substr(text.empty() ? 0 : 1, std::max<std::size_t>(text.size(), 2) - 2);
    return text.size() > 2 && text.front() == '(' && text.back() == ')' &&
           inside.find_first_not_of("0123456789.") == inside.npos && look_at_number(inside);
}

/// \param does  "take letters off". \param line  of awk; empty where it does not part the fields as import does
std::string remedy(std::string const& does, std::string const& line, std::vector<std::string> const& names)
{
    return line.empty() ? fmt::format("{} from the numbers of {} alone", does, listed(names))
                        : fmt::format("{} with {}", does, line);
}

/// Of numbers in parentheses: estimates, as tables of food have them.
std::string parentheses_remedy(std::span<ScoreColumn const> columns, char delimiter, bool has_line)
{
    std::vector<std::size_t> places;
    std::vector<std::string> names;
    std::string example;
    for (auto const& column : columns) {
        auto const& texts = column.look->no_numbers();
        auto const found =
            std::find_if(texts.begin(), texts.end(), [](auto const& one) { return is_in_parentheses(one.text); });
        if (found == texts.end()) continue;
        if (example.empty()) example = found->text;
        places.push_back(column.place);
        names.push_back(listed_name(column.name));
    }
    if (places.empty()) return {};
    return remedy(
        fmt::format("take parentheses off that only mark a number (\"{}\"; in accounts they mean below 0)", example),
        has_line ? awk_line(places, without_parentheses, delimiter) : "", names);
}

std::string remedy_of_letters(std::span<ScoreColumn const> columns, char delimiter, bool has_line)
{
    TextCounts marks;
    std::int64_t all = 0;
    std::vector<std::size_t> places;
    std::vector<std::string> names;
    for (auto const& column : columns) {
        if (column.look->letters_behind().empty()) continue;
        places.push_back(column.place);
        names.push_back(listed_name(column.name));
        for (auto const& [letters, count] : column.look->letters_behind()) {
            marks.add(letters, count);
            all += count;
        }
    }
    if (all < 2) return {};
    std::vector<std::string> told, letters;
    for (auto const& [text, count] : marks.by_frequency()) {
        told.push_back(fmt::format("\"{}\" behind {}", text, count));
        letters.push_back(text);
    }
    return remedy(
        fmt::format("take letters off that only mark a number ({}; units have to be converted)", fmt::join(told, ", ")),
        has_line ? awk_line(places, without_letters(fmt::format("{}", fmt::join(letters, "|"))), delimiter) : "",
        names);
}

} // namespace

std::string letters_remedy(std::span<ScoreColumn const> columns, TextSource& source, char delimiter)
{
    constexpr std::string_view as_they_are = ",;\t|"; // others mean something to awk, or may
    if (remedy_of_letters(columns, delimiter, false).empty() && parentheses_remedy(columns, delimiter, false).empty())
        return {};
    bool const has_line =
        as_they_are.find(delimiter) != as_they_are.npos && source.is_file() && is_parted_alike(source, delimiter);
    auto const letters = remedy_of_letters(columns, delimiter, has_line);
    auto const parentheses = parentheses_remedy(columns, delimiter, has_line);
    return letters + (letters.empty() || parentheses.empty() ? "" : ", ") + parentheses;
}

} // namespace exahca::io
