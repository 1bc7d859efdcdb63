#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "io/parse_json.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>

namespace exahca {
namespace {

using Record = nlohmann::ordered_json; // columns keep the order of the members

constexpr char const* remedy = "export it again";
constexpr char const* spaces = " \t\r\n";

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

/// Members of results as evaluation programs write them, which are no row of a table.
constexpr std::array<std::string_view, 2> members_of_results{"results", "evaluation_results"};

bool is_results(Record const& content)
{
    return std::any_of(members_of_results.begin(), members_of_results.end(),
                       [&](std::string_view name) { return content.contains(name); });
}

/// Reads an array up to the place where its first element shows that it is no row of a table, or is one. Files of
/// results are large: nobody is to take all of them apart for that.
class FirstRecord final : public nlohmann::json_sax<Record>
{
public:
    bool is_results = false;

    bool start_array(std::size_t) override { return enter(); }
    bool end_array() override { return leave(); }
    bool start_object(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool key(std::string& name) override
    {
        is_results = is_results || (depth_ == 2 && std::find(members_of_results.begin(), members_of_results.end(),
                                                             name) != members_of_results.end());
        return !is_results;
    }
    bool null() override { return depth_ > 1; }
    bool boolean(bool) override { return depth_ > 1; }
    bool number_integer(std::int64_t) override { return depth_ > 1; }
    bool number_unsigned(std::uint64_t) override { return depth_ > 1; }
    bool number_float(double, std::string const&) override { return depth_ > 1; }
    bool string(std::string&) override { return depth_ > 1; }
    bool binary(Record::binary_t&) override { return depth_ > 1; }
    /// Whoever reads all of it says what is wrong.
    bool parse_error(std::size_t, std::string const&, nlohmann::detail::exception const&) override { return false; }

private:
    bool enter()
    {
        ++depth_;
        return true;
    }
    bool leave() { return --depth_ > 1; }

    int depth_ = 0; // 1: in the array, 2: in its first element
};

bool begins_with_results(std::string_view content)
{
    FirstRecord first;
    static_cast<void>(Record::sax_parse(content, &first));
    return first.is_results;
}

/// The first byte that is no space, and all before. Files that begin otherwise than an array need not be read on.
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

bool begins_like_array(std::string_view content)
{
    auto const first = content.find_first_not_of(spaces);
    return first != content.npos && content[first] == '[';
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

std::optional<std::string> csv_of_json_array(std::string_view content, std::string const& name)
{
    if (!begins_like_array(content) || begins_with_results(content)) return std::nullopt;
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
    auto const source = io::open_text(path);
    auto content = up_to_first_sign(*source);
    if (!is_lines && !begins_like_array(content)) return std::nullopt;
    content += io::read_all(*source);
    auto csv = is_lines ? csv_of_json_lines(content, path) : csv_of_json_array(content, path);
    if (!csv) return std::nullopt;
    return JsonTable{std::move(*csv), fmt::format("{} (as a table with a header)", path)};
}

} // namespace exahca
