#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/io/results_import.hpp"
#include "io/column_look.hpp"
#include "io/column_names.hpp"
#include "io/csv_table.hpp"
#include "io/entry_table.hpp"
#include "io/excluded_models.hpp"
#include "io/letters_remedy.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"
#include "io/repeated_header.hpp"
#include "io/table_columns.hpp"
#include "io/table_start.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace exahca {
namespace {

constexpr std::int64_t not_counted = -1;
using io::no_column;

/// Reads a long table, twice: first for how its numbers are written.
class LongImporter
{
public:
    LongImporter(io::TextSource& source, std::string const& name, LongColumns const& columns,
                 CsvImportOptions const& options)
        : source_(source), name_(name), columns_(columns), options_(options), codes_(options.missing_codes),
          excluded_(options.excluded_models)
    {
    }

    CsvImportResult import()
    {
        result_.delimiter =
            options_.delimiter != 0 ? options_.delimiter : io::detect_delimiter(source_, columns_.model);
        if (auto note = io::preamble_note(source_); !note.empty()) result_.notes.push_back(std::move(note));
        std::int64_t rows = 0, blank_rows = 0;
        io::read_csv(source_, name_, result_.delimiter, [&](io::CsvRowView const& row) {
            if (header_.empty()) {
                repeated_header_.take_header(row);
                take_header(row);
                return;
            }
            if (is_blank(row)) {
                ++blank_rows;
                return;
            }
            if (repeated_header_.take(row, name_)) return;
            if (rule_line_ == 0 && rows == 0 && io::is_rule(row)) {
                rule_line_ = row.line;
                return;
            }
            ++rows;
            auto const field = row.fields[score_];
            if (!look_.add_if_plain(field, codes_) && !codes_.contains(field)) look_.add(field);
        });
        if (blank_rows > 0) result_.notes.push_back(fmt::format("rows without any text, left out: {}", blank_rows));
        repeated_header_.add_note(result_.notes);
        if (rows == 0) throw InvalidInput(fmt::format("{} has a header and no rows", name_), {}, "export it again");
        style_ = look_.style(options_.decimal, '.');
        result_.readings = io::readings_of(look_, style_, result_.delimiter, options_.decimal == 0);
        for (auto& reading : result_.readings) reading.columns = {columns_.score};
        bool is_header = true;
        io::read_csv(source_, name_, result_.delimiter, [&](io::CsvRowView const& row) {
            if (!std::exchange(is_header, false) && is_entry(row)) add_row(row);
        });
        links_.add_note(result_.notes);
        excluded_.finish(name_, result_.notes);
        table_.finish(result_, options_, io::Repeated::mean, name_);
        if (result_.repeated_entries > 0) find_what_tells_apart();
        return std::move(result_);
    }

private:
    static bool is_blank(io::CsvRowView const& row)
    {
        return std::all_of(row.fields.begin(), row.fields.end(), [](auto const field) { return field.empty(); });
    }

    bool is_entry(io::CsvRowView const& row) const
    {
        return row.line != rule_line_ && !is_blank(row) && !repeated_header_.is_repeated(row);
    }

    std::size_t find_column(std::string const& wanted) const
    {
        return io::find_column(header_, wanted, name_,
                               io::with_advice(io::header_advice(source_, header_, wanted, options_.delimiter != 0),
                                               "name the columns of models, benchmarks and scores with --long"));
    }

    void take_header(io::CsvRowView const& row)
    {
        header_.assign(row.fields.begin(), row.fields.end());
        if (io::take_header_texts(header_))
            result_.notes.emplace_back("of names of columns that are links or typeset the text is taken");
        io::check_header(header_, name_);
        model_ = find_column(columns_.model);
        find_benchmark();
        score_ = find_column(columns_.score);
        find_domain();
        for (auto const& text : options_.text_columns) {
            auto const found = std::find(header_.begin(), header_.end(), text);
            texts_.push_back(found == header_.end() ? no_column : static_cast<std::size_t>(found - header_.begin()));
        }
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (!is_used(i))
                result_.ignored_columns.push_back({header_[i].empty() ? fmt::format("#{}", i + 1) : header_[i],
                                                   header_[i].empty() ? IgnoreReason::unnamed : IgnoreReason::beside,
                                                   {},
                                                   not_counted});
    }

    /// One column, or several whose texts make a benchmark's name together.
    void find_benchmark()
    {
        auto const is_there = [&](std::string const& name) {
            return std::find(header_.begin(), header_.end(), name) != header_.end();
        };
        std::string_view rest = columns_.benchmark;
        if (is_there(columns_.benchmark) || rest.find('+') == rest.npos) {
            benchmark_ = {find_column(columns_.benchmark)};
            return;
        }
        for (;;) {
            auto const plus = rest.find('+');
            benchmark_.push_back(find_column(std::string(rest.substr(0, plus))));
            if (plus == rest.npos) return;
            rest.remove_prefix(plus + 1);
        }
    }

    bool is_used(std::size_t column) const
    {
        return column == model_ || column == score_ || column == domain_ || is_benchmark(column);
    }

    bool is_benchmark(std::size_t column) const
    {
        return std::find(benchmark_.begin(), benchmark_.end(), column) != benchmark_.end();
    }

    void find_domain()
    {
        if (auto note = io::unused_domains_note(header_, options_); !note.empty())
            result_.notes.push_back(std::move(note));
        bool const is_there = std::find(header_.begin(), header_.end(), options_.domain_column) != header_.end();
        if (is_there || !options_.domain_may_be_absent) {
            domain_ =
                io::find_column(header_, options_.domain_column, name_, "name the right one with --domain-column");
        } else if (auto const other = io::find_other_spelling(header_, options_.domain_column);
                   other && !options_.domain_of) {
            domain_ = *other;
            result_.notes.push_back(io::other_spelling_note("base models", header_[domain_], options_.domain_column));
        }
        result_.has_domain_column = domain_ != no_column;
    }

    void add_row(io::CsvRowView const& row)
    {
        auto const place = [&](char const* what) { return fmt::format("{} line {}, {}", name_, row.line, what); };
        auto const benchmark = benchmark_of(row);
        if (row.fields[model_].empty() || benchmark.empty())
            throw InvalidInput(
                place(row.fields[model_].empty() ? "the model has no name" : "the benchmark has no name"), {},
                "name it, or take the line out");
        auto const model_name = links_.text_of(row.fields[model_]);
        if (excluded_.take(model_name)) return;
        auto const model = table_.model(model_name);
        table_.add(model, table_.benchmark(benchmark), score_of(row));
        auto const text = [&](std::size_t column) {
            return column == no_column ? std::string_view() : links_.text_of(row.fields[column]);
        };
        if (!options_.domain_of) {
            table_.set_domain(model, io::base_model_of(text(domain_), codes_, result_.no_domain_texts),
                              fmt::format("{} line {}", name_, row.line));
            return;
        }
        RowTexts texts{model_name, text(domain_), {}};
        for (auto const column : texts_) texts.further.push_back(text(column));
        table_.set_domain(model, options_.domain_of(texts), fmt::format("{} line {}", name_, row.line));
    }

    std::string benchmark_of(io::CsvRowView const& row) const { return joined_fields(row, benchmark_); }

    template <class Visit>
    void visit_rows_again(Visit const& visit)
    {
        bool is_header = true;
        io::read_csv(source_, name_, result_.delimiter, [&](io::CsvRowView const& row) {
            if (!std::exchange(is_header, false) && is_entry(row)) visit(row);
        });
    }

    /// Columns beside those used that hold more than one and few different texts.
    std::vector<std::size_t> columns_of_few_texts()
    {
        constexpr std::size_t most_texts = 20, most_columns = 10;
        std::vector<std::pair<std::size_t, std::vector<std::string>>> columns;
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (!is_used(i) && !header_[i].empty()) columns.push_back({i, {}});
        visit_rows_again([&](io::CsvRowView const& row) {
            std::erase_if(columns, [&](auto& one) {
                auto& texts = one.second;
                auto const field = row.fields[one.first];
                if (std::find(texts.begin(), texts.end(), field) == texts.end()) texts.emplace_back(field);
                return texts.size() > most_texts;
            });
        });
        std::vector<std::size_t> chosen;
        for (auto const& [column, texts] : columns)
            if (texts.size() > 1 && chosen.size() < most_columns) chosen.push_back(column);
        return chosen;
    }

    /// Columns that may tell apart the lines of a model and a benchmark.
    struct Candidate
    {
        std::vector<std::size_t> columns;
        std::vector<std::string> texts = {};        ///< the first few
        std::unordered_set<std::size_t> lines = {}; ///< by hash: where two meet, no more than a hint is lost
    };

    /// All sets of so many of the columns, in their order.
    static std::vector<Candidate> sets_of(std::vector<std::size_t> const& columns, std::size_t size)
    {
        std::vector<Candidate> sets;
        for (unsigned set = 1; set < 1U << columns.size(); ++set) {
            if (static_cast<std::size_t>(std::popcount(set)) != size) continue;
            Candidate candidate;
            for (std::size_t j = 0; j < columns.size(); ++j)
                if ((set >> j & 1U) != 0) candidate.columns.push_back(columns[j]);
            sets.push_back(std::move(candidate));
        }
        std::sort(sets.begin(), sets.end(), [](auto const& a, auto const& b) { return a.columns < b.columns; });
        return sets;
    }

    std::string joined_fields(io::CsvRowView const& row, std::vector<std::size_t> const& columns) const
    {
        std::string joined;
        for (auto const column : columns) {
            if (!joined.empty() && !row.fields[column].empty()) joined += ' ';
            joined += io::link_text(row.fields[column]);
        }
        return joined;
    }

    /// Further readings: the first column, or pair, or three, in which no two lines of a model and a benchmark are
    /// equal.
    void find_what_tells_apart()
    {
        constexpr std::size_t most_columns = 3, most_named = 3;
        auto const columns = columns_of_few_texts();
        for (std::size_t size = 1; size <= std::min(most_columns, columns.size()); ++size) {
            auto candidates = sets_of(columns, size);
            visit_rows_again([&](io::CsvRowView const& row) {
                // No field holds a zero byte.
                auto const entry = fmt::format("{}{:c}{}{:c}", row.fields[model_], 0, benchmark_of(row), 0);
                std::erase_if(candidates, [&](Candidate& one) {
                    std::string key = entry;
                    for (auto const column : one.columns) key.append(row.fields[column]).push_back(0);
                    auto text = joined_fields(row, one.columns);
                    if (one.texts.size() < most_named &&
                        std::find(one.texts.begin(), one.texts.end(), text) == one.texts.end())
                        one.texts.push_back(std::move(text));
                    return !one.lines.insert(std::hash<std::string>{}(key)).second;
                });
            });
            if (candidates.empty()) continue;
            auto benchmark = columns_.benchmark;
            for (auto const column : candidates.front().columns) {
                result_.told_apart.columns.push_back(header_[column]);
                benchmark += "+" + header_[column];
            }
            result_.told_apart.texts = std::move(candidates.front().texts);
            result_.told_apart.long_columns =
                join_names(std::vector<std::string>{columns_.model, benchmark, columns_.score});
            return;
        }
    }

    std::string others() const
    {
        auto const* const look = &look_;
        return io::unreadable_cells({&look, 1}, {&style_, 1});
    }

    double score_of(io::CsvRowView const& row)
    {
        auto const field = row.fields[score_];
        auto const value = io::read_number(field, style_);
        if (value && std::isfinite(*value) && !codes_.is_code(*value)) return *value;
        if ((value && codes_.is_code(*value)) || codes_.contains(field)) {
            ++result_.missing_texts[std::string(field)];
            return std::nan("");
        }
        auto const defect = fmt::format("{} line {}, column {}: \"{}\" is not a {}number", name_, row.line,
                                        columns_.score, io::shortened(field), value ? "finite " : "");
        if (options_.missing != MissingPolicy::drop) {
            std::vector<std::string> ways{"fix it", "say with --na that it stands for a missing score"};
            io::ScoreColumn const scores{score_, columns_.score, &look_};
            for (auto const& way : {io::limit_remedy(field, benchmark_of(row)),
                                    io::letters_remedy({&scores, 1}, source_, result_.delimiter)})
                if (!way.empty()) ways.push_back(way);
            ways.back() = "or " + ways.back();
            throw InvalidInput(defect, others(), fmt::format("{}", fmt::join(ways, ", ")));
        }
        constexpr std::size_t most = 10;
        if (result_.dropped_examples.size() < most) result_.dropped_examples.push_back(defect);
        return std::nan("");
    }

    io::TextSource& source_;
    std::string const& name_;
    LongColumns const& columns_;
    CsvImportOptions const& options_;
    io::MissingCodes const codes_;
    std::vector<std::string> header_;
    std::size_t model_ = 0, score_ = 0, domain_ = no_column;
    std::vector<std::size_t> benchmark_, texts_;
    io::ColumnLook look_;
    io::NumberStyle style_;
    io::EntryTable table_;
    io::RepeatedHeader repeated_header_;
    io::LinkedNames links_;
    io::ExcludedModels excluded_;
    std::int64_t rule_line_ = 0; // below the header; 0: there is none
    CsvImportResult result_;
};

} // namespace

CsvImportResult import_long(std::string const& path, LongColumns const& columns, CsvImportOptions const& options)
{
    auto const source = io::open_text(path);
    return LongImporter(*source, io::input_name(path), columns, options).import();
}

CsvImportResult import_long_text(std::string_view content, std::string const& name, LongColumns const& columns,
                                 CsvImportOptions const& options)
{
    auto const source = io::text_in_memory(content, name);
    return LongImporter(*source, name, columns, options).import();
}

} // namespace exahca
