#include "io/table_start.hpp"

#include "exahca/core/shell_words.hpp"
#include "exahca/core/spelling.hpp"
#include "io/csv_table.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <vector>

namespace exahca::io {
namespace {

constexpr std::array<char, 4> usual_delimiters{',', ';', '\t', '|'};

/// From the first row that is not blank on.
std::string_view from_first_row(std::string_view text)
{
    text.remove_prefix(look_at_preamble(text).bytes);
    for (;;) {
        while (!text.empty() && (text.front() == '\n' || text.front() == '\r' || text.front() == ' '))
            text.remove_prefix(1);
        auto const end = text.find_first_of("\r\n");
        if (end == text.npos || !is_frame(text.substr(0, end))) return text;
        text.remove_prefix(end);
    }
}

/// That row without its end; nothing as long as the end is not there. Quotation marks are followed.
std::optional<std::string_view> first_row(std::string_view text)
{
    text = from_first_row(text);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '\n' || text[i] == '\r'))
            return text.substr(0, i);
    return {};
}

/// The first row of a source or, where that does not end, what begins it: a header longer than a megabyte is none.
/// \param text  keeps the bytes
std::string_view read_first_row(TextSource& source, std::string& text)
{
    constexpr std::size_t most = std::size_t{1} << 20;
    std::size_t size = 0;
    for (std::size_t wanted = 4096; wanted <= most; wanted *= 2) {
        text.resize(wanted);
        while (size < wanted) {
            auto const count = source.read(text.data() + size, wanted - size);
            size += count;
            if (count > 0) continue;
            text.resize(size);
            return first_row(text).value_or(from_first_row(text)); // the source may end within the row
        }
        if (auto const row = first_row(text)) return *row;
    }
    return from_first_row(text);
}

/// Fields of a row, taken apart roughly: quotation marks are followed, not undone.
std::vector<std::string> rough_fields(std::string_view row, char delimiter)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (char const c : row) {
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == delimiter)
            fields.emplace_back();
        else
            fields.back() += c;
    }
    for (auto& field : fields) {
        while (field.ends_with(' ')) field.pop_back();
        field.erase(0, std::min(field.find_first_not_of(' '), field.size()));
    }
    return fields;
}

/// Whether a row, taken apart so, has a field of this name beside others, in whatever case.
bool has_field(std::string_view row, char delimiter, std::string_view wanted)
{
    auto const fields = rough_fields(row, delimiter);
    return fields.size() > 1 && std::any_of(fields.begin(), fields.end(), [&](std::string const& field) {
               return spelling_key(field) == spelling_key(wanted);
           });
}

/// The text up to its first line end, which is taken off with it.
std::string_view take_rough_line(std::string_view& text)
{
    auto const end = std::min(text.find_first_of("\r\n"), text.size());
    auto const line = text.substr(0, end);
    auto const size = text.substr(end).starts_with("\r\n") ? 2U : 1U;
    text.remove_prefix(std::min(end + size, text.size()));
    return line;
}

/// Among the first lines. \param line  number of the first one
template <class Test>
std::optional<std::int64_t> find_header_line(std::string_view text, std::int64_t line, Test const& is_header)
{
    constexpr std::int64_t most_lines = 50;
    bool in_quotes = false; // a line that goes on with a quoted field is no header, whatever stands in it
    for (; line <= most_lines && !text.empty(); ++line) {
        auto const row = take_rough_line(text);
        bool const begins_row = !in_quotes;
        in_quotes = in_quotes != (std::count(row.begin(), row.end(), '"') % 2 == 1);
        if (begins_row && is_header(row)) return line;
    }
    return {};
}

/// The first line that has at least two fields more than the header, and than every line above, where the next two
/// lines with anything on them have as many: a table below some lines about it. \param line  number of the first one
std::optional<std::int64_t> find_wider_line(std::string_view text, std::int64_t line, std::size_t header)
{
    constexpr std::size_t fewest = 4, more = 2, most_lines = 50, rows = 2;
    for (char const delimiter : usual_delimiters) {
        auto rest = text;
        std::vector<std::size_t> counts; // of fields, of each line; 0 where there is nothing
        while (counts.size() < most_lines && !rest.empty()) {
            auto const row = take_rough_line(rest);
            counts.push_back(row.empty() ? 0 : rough_fields(row, delimiter).size());
        }
        for (std::size_t i = 1; i < counts.size(); ++i) {
            if (counts[i] < std::max(fewest, header + more)) continue;
            std::vector<std::size_t> below;
            for (auto j = i + 1; j < counts.size() && below.size() < rows; ++j)
                if (counts[j] != 0) below.push_back(counts[j]);
            if (below == std::vector<std::size_t>(rows, counts[i])) return line + static_cast<std::int64_t>(i);
            break; // lines of different lengths are none
        }
    }
    return {};
}

/// One header of the first two lines, where the second leaves columns without names that the first has, as pandas
/// writes columns that have a name together. Empty where they do not belong together. \param line  of the header,
/// counted from 1
std::string joined_with_first(std::string_view text, std::int64_t line, std::string_view wanted)
{
    if (line != 2) return {};
    auto const above = take_rough_line(text), below = take_rough_line(text);
    for (char const delimiter : usual_delimiters) {
        if (!has_field(below, delimiter, wanted)) continue;
        auto const first = rough_fields(above, delimiter);
        auto names = rough_fields(below, delimiter);
        if (first.size() != names.size()) return {};
        bool any = false;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i].empty() && !first[i].empty()) {
                names[i] = first[i];
                any = true;
            }
        return any ? fmt::format("{}", fmt::join(names, std::string_view(&delimiter, 1))) : std::string();
    }
    return {};
}

/// The bytes that begin a source, which tell of its header.
std::string read_begin(TextSource& source)
{
    constexpr std::size_t most_bytes = std::size_t{1} << 16;
    std::string begin(most_bytes, '\0');
    std::size_t size = 0;
    source.rewind();
    while (size < begin.size())
        if (auto const more = source.read(begin.data() + size, begin.size() - size); more > 0)
            size += more;
        else
            break;
    begin.resize(size);
    return begin;
}

/// "#1.2", and "40	90" below it: rows and columns, and of version 1.3 how many of them explain the others. Editors
/// of spreadsheets fill up such lines with tabs.
Preamble look_at_gct(std::string_view text)
{
    auto const size = text.size();
    auto version = take_rough_line(text);
    version = version.substr(0, version.find('\t'));
    if (version != "#1.2" && version != "#1.3") return {};
    std::size_t numbers = 0;
    for (auto const& field : rough_fields(take_rough_line(text), '\t')) {
        if (field.empty()) continue;
        if (field.find_first_not_of("0123456789") != field.npos) return {};
        ++numbers;
    }
    if (numbers < 2) return {};
    return {size - text.size(), 2, '\t', true};
}

/// Fields between blanks, of which those in quotation marks may hold some.
std::vector<std::string> fields_between_blanks(std::string_view line)
{
    auto fields = rough_fields(line, ' ');
    std::erase(fields, std::string());
    return fields;
}

/// Whether rows have a field more than the header, for the names of rows, and numbers in most of the others.
bool is_perhaps_of_r(std::string_view text)
{
    constexpr int rows = 2;
    auto const header = fields_between_blanks(take_rough_line(text));
    if (header.size() < 2) return false;
    for (int i = 0; i < rows; ++i) {
        auto const fields = fields_between_blanks(take_rough_line(text));
        auto const numbers = std::count_if(fields.begin(), fields.end(), [](std::string const& field) {
            return field.find_first_not_of("0123456789.eE+-") == field.npos;
        });
        if (fields.size() != header.size() + 1 || 2 * numbers < std::ssize(header)) return false;
    }
    return true;
}

std::string below_title(std::int64_t line)
{
    return fmt::format("take out what stands above line {0}, which seems to be the header (tail -n +{0} FILE > NEW)",
                       line);
}

/// What shows in the first row without taking it apart by delimiters that people use.
std::string advice_on_whole_lines(std::string_view text, std::string_view first, std::string_view wanted)
{
    if (first.starts_with('<') && (text.find("<table") != text.npos || text.find("<TABLE") != text.npos))
        return "the file is a page in HTML: copy its table into a spreadsheet and save that as CSV, or in Python "
               "pandas.read_html(FILE)[0].to_csv(NEW, index=False)";
    auto const is_usual = [&](std::string_view row) {
        return std::any_of(usual_delimiters.begin(), usual_delimiters.end(),
                           [&](char delimiter) { return has_field(row, delimiter, wanted); });
    };
    if (first.starts_with('"') && first.ends_with('"') && is_usual(first.substr(1, first.size() - 2)))
        return R"(each line as a whole is in quotation marks: take them off (sed 's/^"//; s/"$//; s/""/"/g' FILE > )"
               "NEW)";
    if (first.find('\'') != first.npos) {
        std::string bare(first);
        std::erase(bare, '\'');
        if (is_usual(bare) && !is_usual(first))
            return "single quotation marks belong to the text: take them off (tr -d \"'\" < FILE > NEW)";
    }
    return {};
}

} // namespace

Preamble look_at_preamble(std::string_view text)
{
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    Preamble preamble;
    if (text.starts_with(byte_order_mark)) preamble.bytes = byte_order_mark.size();
    text.remove_prefix(preamble.bytes);
    if (auto gct = look_at_gct(text); gct.is_gct) {
        gct.bytes += preamble.bytes;
        return gct;
    }
    constexpr std::size_t size = 5; // sep=;
    auto const word = text.substr(0, size - 1);
    if (text.size() <= size || (word != "sep=" && word != "SEP=") || (text[size] != '\n' && text[size] != '\r'))
        return preamble;
    constexpr std::string_view separators = ",;\t|:^~!#$%&*+/@";
    if (separators.find(text[size - 1]) == separators.npos) return preamble;
    preamble.separator = text[size - 1];
    preamble.lines = 1;
    preamble.bytes += size + (text.substr(size).starts_with("\r\n") ? 2 : 1);
    return preamble;
}

char detect_delimiter(TextSource& source, std::string_view wanted)
{
    std::string begin;
    source.rewind();
    auto const row = read_first_row(source, begin);
    source.rewind();
    if (auto const said = look_at_preamble(begin).separator; said != 0) return said;
    char best = ',';
    std::size_t most_fields = 1;
    if (!wanted.empty()) {
        for (char const delimiter : usual_delimiters) {
            auto const fields = rough_fields(row, delimiter);
            if (fields.size() > 1 && std::find(fields.begin(), fields.end(), wanted) != fields.end()) return delimiter;
        }
        for (char const delimiter : usual_delimiters)
            if (has_field(row, delimiter, wanted)) return delimiter;
    }
    for (char const delimiter : usual_delimiters) {
        auto const fields = rough_fields(row, delimiter);
        if (fields.size() > most_fields) {
            most_fields = fields.size();
            best = delimiter;
        }
    }
    return best;
}

std::string preamble_note(TextSource& source)
{
    return look_at_preamble(read_begin(source)).is_gct
               ? "lines 1 and 2 hold the version and the size of a table in GCT, and are left out"
               : std::string();
}

std::string header_advice(TextSource& source, std::span<std::string const> header, std::string_view wanted,
                          bool is_given)
{
    if (std::find(header.begin(), header.end(), wanted) != header.end()) return {};
    if (!header.empty() && header[0].starts_with('#')) return {}; // comments, of which more is said elsewhere
    auto const begin = read_begin(source);
    std::string_view text = begin;
    auto const preamble = look_at_preamble(text);
    if (preamble.is_gct && !header.empty() && !header[0].empty())
        return fmt::format(
            "in GCT each row is a gene and each column a sample: to compare samples, import with --transposed {}",
            shell_word(header[0]));
    text.remove_prefix(preamble.bytes);
    auto const first = first_row(text).value_or(text);
    if (auto advice = advice_on_whole_lines(text, first, wanted); !advice.empty()) return advice;
    auto const is_header = [&](std::string_view row) {
        return std::any_of(usual_delimiters.begin(), usual_delimiters.end(),
                           [&](char delimiter) { return has_field(row, delimiter, wanted); });
    };
    // Without the option fields were told apart so: the name is there several times, each time in another spelling.
    if (is_header(first)) return is_given ? "leave --delimiter out" : "";
    // First of all, for a title may hold the word, too.
    if (auto const line = find_header_line(text, preamble.lines + 1, is_header)) {
        if (auto const joined = joined_with_first(text, *line - preamble.lines, wanted); !joined.empty())
            return fmt::format("put one line in the place of lines {} and {}, which name the columns together, such as "
                               "{}",
                               *line - 1, *line, joined);
        return below_title(*line);
    }
    constexpr std::string_view row_end = "\\\\"; // of LaTeX
    if (text.find(row_end) != text.npos &&
        find_header_line(text, preamble.lines + 1, [&](std::string_view row) { return has_field(row, '&', wanted); }))
        return "if this is a table in LaTeX, keep its rows alone (grep '&' FILE | sed 's/\\\\\\\\.*//' > NEW) and "
               "import "
               "them with --delimiter '&'";
    // Punctuation that no name of a column begins or ends with.
    for (char const delimiter : std::string_view("^:~!*+=/@&$%`\\"))
        if (has_field(first, delimiter, wanted))
            return fmt::format("give --delimiter '{}', if that separates the fields", delimiter);
    if (has_field(first, ' ', wanted))
        return "if blanks separate the fields, put a tab in the place of each run of them (tr -s ' ' '\\t' < FILE > "
               "NEW)";
    if (is_perhaps_of_r(text)) return advice_on_r;
    auto const line = is_given ? std::nullopt : find_wider_line(text, preamble.lines + 1, header.size());
    return line ? below_title(*line) : "";
}

} // namespace exahca::io
