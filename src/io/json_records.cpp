#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/io/results_import.hpp"
#include "io/json_grid.hpp"
#include "io/json_kind.hpp"
#include "io/json_record.hpp"
#include "io/parse_json.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace exahca {
namespace {

using io::Record;
using io::RecordTable;

constexpr char const* remedy = "export it again";
constexpr char const* spaces = " \t\r\n";

std::string table_name(std::string const& name) { return fmt::format("{} (as a table with a header)", name); }

/// The first byte that is no space, and all before.
std::string up_to_first_sign(io::TextSource& source)
{
    std::string begin;
    while (begin.find_first_not_of(spaces) == begin.npos) {
        auto const before = begin.size();
        constexpr std::size_t block = 256;
        begin.resize(before + block);
        auto const count = source.read(begin.data() + before, block);
        begin.resize(before + count);
        if (count == 0) break;
    }
    return begin;
}

bool begins_with(char sign, std::string_view content)
{
    auto const first = content.find_first_not_of(spaces);
    return first != content.npos && content[first] == sign;
}

/// As pandas writes columns: {"model": {"0": "model-a", ...}, "IFEval": {"0": 45.1, ...}}.
bool are_numbered_columns(Record const& columns)
{
    auto const& first = *columns.begin();
    return !first.empty() && std::all_of(columns.begin(), columns.end(), [&](Record const& column) {
        if (column.size() != first.size()) return false;
        for (auto one = column.begin(), other = first.begin(); one != column.end(); ++one, ++other)
            if (one.key() != other.key() || one.key().find_first_not_of("0123456789") != std::string::npos ||
                one->is_structured())
                return false;
        return true;
    });
}

/// Columns that are lists of their cells: {"model": ["model-a", ...], "IFEval": [45.1, ...]}.
bool are_listed_columns(Record const& columns)
{
    return columns.size() > 1 && std::all_of(columns.begin(), columns.end(), [&](Record const& column) {
               return column.is_array() && !column.empty() && column.size() == columns.begin()->size() &&
                      std::none_of(column.begin(), column.end(), [](auto const& cell) { return cell.is_structured(); });
           });
}

std::string table_of_columns(Record const& content)
{
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> rows(content.begin()->size());
    for (auto const& [name, column] : content.items()) {
        names.push_back(name);
        std::size_t row = 0;
        for (auto const& cell : column) rows[row++].push_back(io::text_of(cell));
    }
    RecordTable table;
    for (auto& row : rows) table.add_row(names, std::move(row));
    return table.csv();
}

/// \param rows  by name. \param note  gets what the names are taken for
std::string table_of_named_rows(Record const& rows, std::string& note)
{
    bool const has_models =
        std::any_of(rows.begin(), rows.end(), [](auto const& row) { return row.contains("model"); });
    bool const are_numbers = std::all_of(rows.items().begin(), rows.items().end(), [](auto const& one) {
        return one.key().find_first_not_of("0123456789") == std::string::npos;
    });
    note += has_models ? "is a row" : "is a row, and its key the model's name";
    RecordTable table;
    for (auto const& [name, row] : rows.items())
        if (has_models && are_numbers) // numbers of rows say nothing
            table.add(row);
        else
            table.add(has_models ? "key" : "model", name, row);
    return table.csv();
}

/// Whether two of the rows have a column in common. Otherwise they are no rows, but parts of a file: {"meta": {...},
/// "models": {...}}.
bool share_columns(Record const& rows)
{
    std::unordered_set<std::string_view> names;
    for (auto const& row : rows)
        for (auto const& [name, cell] : row.items())
            if (!names.insert(name).second) return true;
    return false;
}

/// Names of the members that hold a table.
std::vector<std::string> members_with_tables(Record const& content)
{
    std::vector<std::string> names;
    for (auto const& [name, value] : content.items())
        if (io::are_rows(value) || io::are_named_rows(value) || io::is_grid(value)) names.push_back(name);
    return names;
}

/// The table that a member holds.
std::string table_of_member(Record const& content, std::string const& member, std::string const& file,
                            std::string& note)
{
    auto const& inside = content.at(member);
    if (auto grid = io::csv_of_grid(inside, file)) {
        note = fmt::format("its table is that of member {}", listed_name(member));
        return *std::move(grid);
    }
    if (inside.is_object()) {
        note = fmt::format("each member of {} ", listed_name(member));
        return table_of_named_rows(inside, note);
    }
    note = fmt::format("its rows are those of member {}", listed_name(member));
    RecordTable table;
    for (auto const& row : inside) table.add(row);
    return table.csv();
}

/// The table in an object, if there is one, and in which of its members, for the user.
std::optional<std::string> table_of_object(Record const& content, std::string const& file, std::string& note)
{
    if (auto grid = io::csv_of_grid(content, file)) return grid;
    if (are_listed_columns(content)) {
        note = "its members are columns, with a list of cells each";
        return table_of_columns(content);
    }
    bool const are_named = io::are_named_rows(content);
    if (are_named && are_numbered_columns(content)) {
        note = "its members are columns, with numbered rows";
        return table_of_columns(content);
    }
    auto const members =
        are_named && share_columns(content) ? std::vector<std::string>() : members_with_tables(content);
    if (members.size() == 1) return table_of_member(content, members.front(), file, note);
    if (!are_named) return std::nullopt;
    note = "each member ";
    return table_of_named_rows(content, note);
}

/// Several objects, one a line, whatever the file is called.
bool are_lines(std::string_view content)
{
    return content.find("\n{") != content.npos && Record::accept(content.substr(0, content.find('\n')));
}

} // namespace

std::string csv_of_json_lines(std::string_view content, std::string const& name)
{
    RecordTable table;
    std::size_t number = 0;
    while (!content.empty()) {
        auto const line = content.substr(0, content.find('\n'));
        content.remove_prefix(std::min(content.size(), line.size() + 1));
        ++number;
        if (line.find_first_not_of(" \t\r") == line.npos) continue;
        auto const place = fmt::format("{} line {}", name, number);
        auto const record = io::parse_json<Record>(std::string(line), place, remedy);
        if (!record.is_object())
            throw InvalidInput(fmt::format("{} is no object in braces", place),
                               "in JSON Lines each line is one row, {\"model\": ..., \"a benchmark\": ...}",
                               "export it again, or write a table with commas");
        table.add(record);
    }
    return table.csv();
}

std::optional<JsonTable> csv_of_json_array(std::string_view content, std::string const& name)
{
    if (!begins_with('[', content) || io::begins_with_results(content)) return std::nullopt;
    auto const records = io::parse_json<Record>(std::string(content), name, remedy);
    JsonTable table{{}, table_name(name), {}};
    auto grid = io::csv_of_grid(records, name);
    if (!grid) grid = io::csv_of_first_grid(records, name, table.note);
    if (grid) {
        table.csv = *std::move(grid);
        return table;
    }
    if (!io::are_rows(records) || std::any_of(records.begin(), records.end(), io::are_results_of_row))
        return std::nullopt;
    RecordTable rows;
    for (auto const& record : records) rows.add(record);
    table.csv = rows.csv();
    return table;
}

std::optional<JsonTable> csv_of_json_object(std::string_view content, std::string const& name)
{
    if (!begins_with('{', content)) return std::nullopt;
    if (are_lines(content)) return JsonTable{csv_of_json_lines(content, name), table_name(name), {}};
    if (io::begins_with_results(content)) return std::nullopt;
    JsonTable table{{}, table_name(name), {}};
    auto const object = io::parse_json<Record>(std::string(content), name, remedy);
    if (io::are_results(object)) return std::nullopt; // behind a number that JSON does not know
    auto csv = table_of_object(object, name, table.note);
    if (!csv) return std::nullopt;
    table.csv = std::move(*csv);
    return table;
}

std::string read_whole_input(std::string const& path)
{
    auto const source = io::open_text(path);
    return io::read_all(*source);
}

std::optional<JsonTable> read_json_table(std::string const& path)
{
    auto const ends = [&](std::string_view end) {
        return path.ends_with(end) || path.ends_with(std::string(end) + ".gz");
    };
    bool const is_lines = ends(".jsonl") || ends(".ndjson");
    if (!is_lines && !ends(".json")) return std::nullopt;
    auto const source = io::open_text(path);
    auto content = up_to_first_sign(*source);
    if (!is_lines && !begins_with('[', content) && !begins_with('{', content)) return std::nullopt;
    content += io::read_all(*source);
    if (is_lines) return JsonTable{csv_of_json_lines(content, path), table_name(path), {}};
    return begins_with('{', content) ? csv_of_json_object(content, path) : csv_of_json_array(content, path);
}

} // namespace exahca
