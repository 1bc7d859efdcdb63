#include "io/json_record.hpp"

#include "io/csv_row.hpp"

#include <algorithm>

namespace exahca::io {

bool are_rows(Record const& value)
{
    return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_object);
}

bool are_named_rows(Record const& value)
{
    return value.is_object() && value.size() > 1 && std::all_of(value.begin(), value.end(), is_object);
}

std::string text_of(Record const& value)
{
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    if (value.is_structured()) return value.is_array() ? "[...]" : "{...}";
    return value.dump();
}

void RecordTable::add(Record const& content)
{
    rows_.emplace_back(columns_.size());
    add_members(content, {}, 0);
}

void RecordTable::add(std::string const& column, std::string text, Record const& content)
{
    rows_.emplace_back(columns_.size());
    set(column, std::move(text));
    add_members(content, {}, 0);
}

void RecordTable::add_row(std::vector<std::string> const& columns, std::vector<std::string> cells)
{
    rows_.emplace_back(columns_.size());
    for (std::size_t c = 0; c < columns.size(); ++c) set(columns[c], std::move(cells[c]));
}

std::string RecordTable::csv() const
{
    std::string text;
    append_csv_row(columns_, text);
    for (auto row : rows_) {
        row.resize(columns_.size());
        append_csv_row(row, text);
    }
    return text;
}

void RecordTable::add_members(Record const& object, std::string const& before, int depth)
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

void RecordTable::set(std::string const& column, std::string text)
{
    auto const [found, is_new] = places_.try_emplace(column, columns_.size());
    if (is_new) columns_.push_back(column);
    auto& row = rows_.back();
    if (row.size() < columns_.size()) row.resize(columns_.size());
    row[found->second] = std::move(text);
}

} // namespace exahca::io
