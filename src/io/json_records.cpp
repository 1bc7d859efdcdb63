#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "io/parse_json.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace exahca {
namespace {

using Record = nlohmann::ordered_json; // columns keep the order of the members

constexpr char const* remedy = "export it again";

/// Rows whose cells come with the names of their columns.
class RecordTable
{
public:
    /// \param content  an object
    void add(Record const& content)
    {
        rows_.emplace_back(columns_.size());
        add_members(content, {}, 0);
    }

    std::string csv() const
    {
        std::string text;
        write_row(columns_, text);
        for (auto const& row : rows_) write_row(row, text);
        return text;
    }

private:
    void add_members(Record const& object, std::string const& before, int depth)
    {
        constexpr int deepest = 8; // deeper ones are no table, and could be deep enough to exhaust the stack
        for (auto const& [key, value] : object.items()) {
            auto const name = before.empty() ? key : before + '.' + key;
            if (value.is_object() && depth < deepest)
                add_members(value, name, depth + 1);
            else
                set(name, text_of(value));
        }
    }

    static std::string text_of(Record const& value)
    {
        if (value.is_null()) return {};
        if (value.is_string()) return value.get<std::string>();
        if (value.is_structured()) return value.is_array() ? "[...]" : "{...}";
        return value.dump();
    }

    void set(std::string const& column, std::string text)
    {
        auto const [found, is_new] = places_.try_emplace(column, columns_.size());
        if (is_new) columns_.push_back(column);
        auto& row = rows_.back();
        if (row.size() < columns_.size()) row.resize(columns_.size());
        row[found->second] = std::move(text);
    }

    void write_row(std::vector<std::string> const& cells, std::string& text) const
    {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (c > 0) text += ',';
            text += '"';
            for (char const letter : c < cells.size() ? cells[c] : std::string()) {
                if (letter == '"') text += '"';
                text += letter;
            }
            text += '"';
        }
        text += '\n';
    }

    std::vector<std::string> columns_;
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<std::vector<std::string>> rows_;
};

/// Results as evaluation programs write them, which are no row of a table.
bool is_results(Record const& content) { return content.contains("results") || content.contains("evaluation_results"); }

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

std::optional<std::string> csv_of_json_array(std::string_view content, std::string const& name)
{
    auto const first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos || content[first] != '[') return std::nullopt;
    auto const records = io::parse_json<Record>(std::string(content), name, remedy);
    if (records.empty() || !std::all_of(records.begin(), records.end(),
                                        [](Record const& record) { return record.is_object() && !is_results(record); }))
        return std::nullopt;
    RecordTable table;
    for (auto const& record : records) table.add(record);
    return table.csv();
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
    auto const content = read_whole_input(path);
    auto csv = is_lines ? csv_of_json_lines(content, path) : csv_of_json_array(content, path);
    if (!csv) return std::nullopt;
    return JsonTable{std::move(*csv), fmt::format("{} (as a table with a header)", path)};
}

} // namespace exahca
