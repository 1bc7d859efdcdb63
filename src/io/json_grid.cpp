#include "io/json_grid.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "io/csv_row.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace exahca::io {
namespace {

constexpr std::array<char const*, 5> header_members{"header", "headers", "columns", "column_names", "fields"};
constexpr std::array<char const*, 3> row_members{"rows", "data", "values"};

bool is_array(Record const& value) { return value.is_array(); }
bool is_string(Record const& value) { return value.is_string(); }

/// What a cell holds, of which there may be more than its value: how it is shown, where it leads. Without a value it is
/// empty.
Record const& value_in(Record const& cell)
{
    static Record const none;
    if (!cell.is_object()) return cell;
    return cell.contains("value") ? cell.at("value") : none;
}

bool is_cell(Record const& value) { return !value_in(value).is_structured(); }
bool is_name_cell(Record const& value) { return value_in(value).is_string(); }

bool are_lists(Record const& value)
{
    return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is_array);
}

/// The first member of these names that is as it has to be.
template <class Names, class Test>
Record const* member_of(Record const& object, Names const& names, Test const& test)
{
    for (char const* const name : names)
        if (object.contains(name) && test(object.at(name))) return &object.at(name);
    return nullptr;
}

struct Grid
{
    Record const* header = nullptr;
    Record const* rows = nullptr;
    Record const* index = nullptr; ///< names of rows, beside them
};

std::optional<Grid> grid_in(Record const& value)
{
    auto const is_header = [](Record const& names) {
        return names.is_array() && names.size() > 1 && std::all_of(names.begin(), names.end(), is_name_cell);
    };
    if (!value.is_object()) return std::nullopt;
    Grid grid{member_of(value, header_members, is_header), member_of(value, row_members, are_lists), nullptr};
    if (grid.header == nullptr || grid.rows == nullptr) return std::nullopt;
    if (value.contains("index")) { // numbers say no more than the order of the rows
        auto const& index = value.at("index");
        bool const names_rows =
            index.is_array() && index.size() == grid.rows->size() && std::all_of(index.begin(), index.end(), is_string);
        if (names_rows) grid.index = &index;
    }
    return grid;
}

std::vector<std::string> texts_of(Record const& row)
{
    std::vector<std::string> texts;
    for (auto const& cell : row) texts.push_back(text_of(value_in(cell)));
    return texts;
}

void append_row(std::vector<std::string> const& cells, std::size_t columns, std::size_t number, std::string const& name,
                std::string& csv)
{
    if (cells.size() != columns)
        throw InvalidInput(fmt::format("{}: row {} of its table has {} cell{} where the header has {}", name, number,
                                       cells.size(), cells.size() == 1 ? "" : "s", columns),
                           {}, "export it again, or write a table with commas");
    append_csv_row(cells, csv);
}

std::string csv_of(Grid const& grid, std::string const& name)
{
    std::string csv;
    auto header = texts_of(*grid.header);
    auto const columns = header.size();
    if (grid.index != nullptr) header.insert(header.begin(), std::string());
    append_csv_row(header, csv);
    for (std::size_t i = 0; i < grid.rows->size(); ++i) {
        auto cells = texts_of(grid.rows->at(i));
        if (grid.index != nullptr && cells.size() == columns) cells.insert(cells.begin(), text_of(grid.index->at(i)));
        append_row(cells, header.size(), i + 1, name, csv);
    }
    return csv;
}

/// Rows of which the first holds names alone.
bool begins_with_header(Record const& rows)
{
    return are_lists(rows) && rows.size() > 1 && rows.front().size() > 1 &&
           std::all_of(rows.front().begin(), rows.front().end(), is_string) &&
           std::all_of(rows.begin(), rows.end(),
                       [](Record const& row) { return std::all_of(row.begin(), row.end(), is_cell); });
}

std::string title_of(Record const& table, std::size_t place)
{
    return table.contains("title") && is_string(table.at("title")) ? listed_name(text_of(table.at("title")))
                                                                   : fmt::format("number {}", place + 1);
}

} // namespace

bool is_grid(Record const& value) { return grid_in(value) || begins_with_header(value); }

std::optional<std::string> csv_of_grid(Record const& value, std::string const& name)
{
    if (auto const grid = grid_in(value)) return csv_of(*grid, name);
    if (!begins_with_header(value)) return std::nullopt;
    std::string csv;
    for (std::size_t i = 0; i < value.size(); ++i)
        append_row(texts_of(value.at(i)), value.front().size(), i, name, csv);
    return csv;
}

std::optional<std::string> csv_of_first_grid(Record const& array, std::string const& name, std::string& note)
{
    if (!are_rows(array) || !std::all_of(array.begin(), array.end(), [](auto const& one) { return grid_in(one); }))
        return std::nullopt;
    if (array.size() > 1) {
        std::vector<std::string> others;
        for (std::size_t i = 1; i < array.size(); ++i) others.push_back(title_of(array.at(i), i));
        note = fmt::format("it holds {} tables: the first is read, {}; for another, {} (jq '.[1]' FILE > NEW takes the "
                           "second)",
                           array.size(), title_of(array.front(), 0), listed(others));
    }
    return csv_of_grid(array.front(), name);
}

} // namespace exahca::io
