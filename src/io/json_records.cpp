#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "io/csv_row.hpp"
#include "io/parse_json.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace exahca {
namespace {

/// Members in their order, so that columns keep it. Each is put behind the others without a look at their names, which
/// of rows by name may be very many: one that is there twice stays so.
template <class Key, class T, class Less = std::less<Key>, class Allocator = std::allocator<std::pair<Key const, T>>>
struct MembersInOrder : nlohmann::ordered_map<Key, T, Less, Allocator>
{
    using nlohmann::ordered_map<Key, T, Less, Allocator>::ordered_map;
    T& operator[](Key key) { return this->emplace_back(std::move(key), T{}).second; }
};
using Record = nlohmann::basic_json<MembersInOrder>;

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
    /// With a cell of its own before the others.
    void add(std::string const& column, std::string text, Record const& content)
    {
        rows_.emplace_back(columns_.size());
        set(column, std::move(text));
        add_members(content, {}, 0);
    }
    void add_row(std::vector<std::string> const& columns, std::vector<std::string> cells)
    {
        rows_.emplace_back(columns_.size());
        for (std::size_t c = 0; c < std::min(columns.size(), cells.size()); ++c) set(columns[c], std::move(cells[c]));
    }
    static std::string text_of(Record const& value)
    {
        if (value.is_null()) return {};
        if (value.is_string()) return value.get<std::string>();
        if (value.is_structured()) return value.is_array() ? "[...]" : "{...}";
        return value.dump();
    }

    std::string csv() const
    {
        std::string text;
        io::append_csv_row(columns_, text);
        for (auto row : rows_) {
            row.resize(columns_.size());
            io::append_csv_row(row, text);
        }
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

    void set(std::string const& column, std::string text)
    {
        auto const [found, is_new] = places_.try_emplace(column, columns_.size());
        if (is_new) columns_.push_back(column);
        auto& row = rows_.back();
        if (row.size() < columns_.size()) row.resize(columns_.size());
        row[found->second] = std::move(text);
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

/// Reads an array up to the place where its first element shows that it is no row of a table, or is one; or an object
/// up to the member that shows what it is. Files of results are large: nobody is to take all of them apart for that.
class FirstRecord final : public nlohmann::json_sax<Record>
{
public:
    /// \param depth  of the members that tell: 1 in an object, 2 in the first element of an array
    explicit FirstRecord(int depth) : telling_depth_(depth) {}

    bool is_results = false;

    bool start_array(std::size_t) override { return enter(); }
    bool end_array() override { return leave(); }
    bool start_object(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool key(std::string& name) override
    {
        is_results =
            is_results || (depth_ == telling_depth_ && std::find(members_of_results.begin(), members_of_results.end(),
                                                                 name) != members_of_results.end());
        return !is_results;
    }
    bool null() override { return goes_on(); }
    bool boolean(bool) override { return goes_on(); }
    bool number_integer(std::int64_t) override { return goes_on(); }
    bool number_unsigned(std::uint64_t) override { return goes_on(); }
    bool number_float(double, std::string const&) override { return goes_on(); }
    bool string(std::string&) override { return goes_on(); }
    bool binary(Record::binary_t&) override { return goes_on(); }
    /// Whoever reads all of it says what is wrong.
    bool parse_error(std::size_t, std::string const&, nlohmann::detail::exception const&) override { return false; }

private:
    bool enter()
    {
        ++depth_;
        return true;
    }
    bool leave()
    {
        --depth_;
        return goes_on();
    }
    [[nodiscard]] bool goes_on() const { return depth_ >= telling_depth_; }

    int telling_depth_;
    int depth_ = 0; // how many arrays and objects it is in
};

bool begins_with_results(std::string_view content, int depth)
{
    FirstRecord first(depth);
    static_cast<void>(Record::sax_parse(content, &first));
    return first.is_results;
}

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

bool is_object(Record const& value) { return value.is_object(); }

bool are_rows(Record const& value)
{
    return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_object);
}

/// Rows by name: {"model-a": {"IFEval": 45.1}, ...}.
bool are_named_rows(Record const& value)
{
    return value.is_object() && value.size() > 1 && std::all_of(value.begin(), value.end(), is_object);
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

std::string table_of_columns(Record const& content)
{
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> rows(content.begin()->size());
    for (auto const& [name, column] : content.items()) {
        names.push_back(name);
        std::size_t row = 0;
        for (auto const& cell : column) rows[row++].push_back(RecordTable::text_of(cell));
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

/// The table in an object, if there is one, and in which of its members, for the user.
std::optional<std::string> table_of_object(Record const& content, std::string& note)
{
    if (are_named_rows(content) && are_numbered_columns(content)) {
        note = "its members are columns, with numbered rows";
        return table_of_columns(content);
    }
    if (are_named_rows(content)) {
        note = "each member ";
        return table_of_named_rows(content, note);
    }
    std::vector<std::string> tables;
    for (auto const& [name, value] : content.items())
        if (are_rows(value) || are_named_rows(value)) tables.push_back(name);
    if (tables.size() != 1) return std::nullopt;
    auto const& inside = content.at(tables.front());
    if (inside.is_object()) {
        note = fmt::format("each member of {} ", tables.front());
        return table_of_named_rows(inside, note);
    }
    note = fmt::format("its rows are those of member {}", tables.front());
    RecordTable table;
    for (auto const& row : inside) table.add(row);
    return table.csv();
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

std::optional<std::string> csv_of_json_array(std::string_view content, std::string const& name)
{
    if (!begins_with('[', content) || begins_with_results(content, 2)) return std::nullopt;
    auto const records = io::parse_json<Record>(std::string(content), name, remedy);
    if (records.empty() || !std::all_of(records.begin(), records.end(),
                                        [](Record const& record) { return record.is_object() && !is_results(record); }))
        return std::nullopt;
    RecordTable table;
    for (auto const& record : records) table.add(record);
    return table.csv();
}

std::optional<JsonTable> csv_of_json_object(std::string_view content, std::string const& name)
{
    if (!begins_with('{', content)) return std::nullopt;
    if (are_lines(content)) return JsonTable{csv_of_json_lines(content, name), table_name(name), {}};
    if (begins_with_results(content, 1)) return std::nullopt;
    JsonTable table{{}, table_name(name), {}};
    auto const object = io::parse_json<Record>(std::string(content), name, remedy);
    if (is_results(object)) return std::nullopt; // behind a number that JSON does not know
    auto csv = table_of_object(object, table.note);
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
    if (!is_lines && begins_with('{', content)) return csv_of_json_object(content, path);
    auto csv = is_lines ? csv_of_json_lines(content, path) : csv_of_json_array(content, path);
    if (!csv) return std::nullopt;
    return JsonTable{std::move(*csv), table_name(path), {}};
}

} // namespace exahca
