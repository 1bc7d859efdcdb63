#include "io/letters_remedy.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"

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

/// \param letters  with bars between them. Quotation marks go with the letters, as a number needs none
std::string awk_line(std::vector<std::size_t> const& places, std::string const& letters, char delimiter)
{
    auto const sign = delimiter == ',' ? "," : delimiter == '\t' ? "'\\t'" : fmt::format("'{}'", delimiter);
    std::vector<std::string> calls;
    for (auto const place : places) calls.push_back(fmt::format("bare({})", place + 1));
    return fmt::format("awk -F{0} -v OFS={0} 'function bare(i) {{ if ($i ~ /^[^A-Za-z:]*[0-9] ?({1})[\" \\r]*$/) "
                       "gsub(/\"| ?({1})[\" \\r]*$/, \"\", $i) }} NR > 1 {{ {2} }} 1' FILE > NEW",
                       sign, letters, fmt::join(calls, "; "));
}

} // namespace

std::string letters_remedy(std::span<ScoreColumn const> columns, TextSource& source, char delimiter)
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
    constexpr std::string_view as_they_are = ",;\t|"; // others mean something to awk, or may
    bool const has_line =
        as_they_are.find(delimiter) != as_they_are.npos && source.is_file() && is_parted_alike(source, delimiter);
    return fmt::format("take letters off that only mark a number ({}; units have to be converted) {}",
                       fmt::join(told, ", "),
                       has_line ? "with " + awk_line(places, fmt::format("{}", fmt::join(letters, "|")), delimiter)
                                : fmt::format("from the numbers of {} alone", listed(names)));
}

} // namespace exahca::io
