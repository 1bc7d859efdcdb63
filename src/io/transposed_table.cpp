#include "exahca/io/transposed_table.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/spelling.hpp"
#include "io/column_names.hpp"
#include "io/csv_row.hpp"
#include "io/csv_table.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"
#include "io/number_text.hpp"
#include "io/table_start.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>
#include <vector>

namespace exahca {
namespace {

/// A table on its side.
class SideTable
{
public:
    SideTable(io::TextSource& source, std::string const& file, std::string const& benchmarks,
              CsvImportOptions const& options)
        : file_(file), options_(options), codes_(options.missing_codes)
    {
        auto const first = benchmarks.substr(0, benchmarks.find('+'));
        if (auto note = io::preamble_note(source); !note.empty()) notes_.push_back(std::move(note));
        table_ = io::parse_csv(source, file,
                               options.delimiter != 0 ? options.delimiter : io::detect_delimiter(source, first));
        std::erase_if(table_.rows, [](io::CsvRow const& row) {
            return io::is_rule({row.line, {row.fields.begin(), row.fields.end()}}) ||
                   std::all_of(row.fields.begin(), row.fields.end(), [](auto const& field) { return field.empty(); });
        });
        io::take_header_texts(table_.header);
        io::join_lines(table_.header);
        io::check_header(table_.header, file);
        find_names(benchmarks);
        name_rows();
    }

    UprightTable upright() const
    {
        std::vector<std::string> others;
        UprightTable upright{{}, fmt::format("{} (put upright)", file_), notes_};
        auto header = row_names_;
        header.insert(header.begin(), options_.model_column);
        io::append_csv_row(header, upright.csv);
        std::size_t models = 0;
        for (std::size_t c = 0; c < table_.header.size(); ++c) {
            if (std::find(names_.begin(), names_.end(), c) != names_.end() || table_.header[c].empty()) continue;
            if (!is_model(c)) {
                others.push_back(table_.header[c]);
                continue;
            }
            ++models;
            std::vector<std::string> row{table_.header[c]};
            for (auto const& one : table_.rows) row.push_back(one.fields[c]);
            io::append_csv_row(row, upright.csv);
        }
        if (models == 0)
            throw InvalidInput(fmt::format("no column of {} holds numbers in most of its cells", file_),
                               "with --transposed each column is a model and each row a benchmark",
                               "leave --transposed out");
        if (!others.empty())
            upright.notes.push_back(
                fmt::format("columns that hold no scores and are no models: {}", join_names(others, ", ")));
        return upright;
    }

private:
    void find_names(std::string const& benchmarks)
    {
        auto const find = [&](std::string const& name) {
            names_.push_back(
                io::find_column(table_.header, name, file_, "name the column of benchmarks with --transposed"));
        };
        if (benchmarks.find('+') == std::string::npos ||
            std::find(table_.header.begin(), table_.header.end(), benchmarks) != table_.header.end()) {
            find(benchmarks);
            return;
        }
        for (std::size_t begin = 0; begin <= benchmarks.size();) {
            auto const end = std::min(benchmarks.find('+', begin), benchmarks.size());
            find(benchmarks.substr(begin, end - begin));
            begin = end + 1;
        }
    }

    void name_rows()
    {
        std::map<std::string, std::int64_t> lines;
        for (auto const& row : table_.rows) {
            std::string name;
            for (auto const column : names_) name += (name.empty() ? "" : " ") + row.fields[column];
            auto const [known, is_new] = lines.emplace(name, row.line);
            if (!is_new)
                throw InvalidInput(fmt::format("{} line {}: benchmark {} is in line {}, too", file_, row.line,
                                               listed_name(name), known->second),
                                   {},
                                   "where another column tells them apart, name both, as in --transposed "
                                   "dataset+metric");
            row_names_.push_back(std::move(name));
        }
    }

    bool is_model(std::size_t column) const
    {
        std::size_t filled = 0, numbers = 0;
        for (std::size_t i = 0; i < table_.rows.size(); ++i) {
            auto const& text = table_.rows[i].fields[column];
            if (codes_.contains(text) || spelling_key(row_names_[i]) == spelling_key(options_.domain_column)) continue;
            ++filled;
            numbers += io::look_at_number(text) ? 1U : 0U;
        }
        return 2 * numbers > filled;
    }

    std::string const& file_;
    CsvImportOptions const& options_;
    io::MissingCodes const codes_;
    io::CsvTable table_;
    std::vector<std::size_t> names_; // columns that name benchmarks
    std::vector<std::string> row_names_;
    std::vector<std::string> notes_;
};

} // namespace

UprightTable read_transposed(std::string const& path, std::string const& benchmarks, CsvImportOptions const& options)
{
    auto const source = io::open_text(path);
    return SideTable(*source, io::input_name(path), benchmarks, options).upright();
}

UprightTable transposed_text(std::string_view content, std::string const& name, std::string const& benchmarks,
                             CsvImportOptions const& options)
{
    auto const source = io::text_in_memory(content, name);
    return SideTable(*source, name, benchmarks, options).upright();
}

} // namespace exahca
