#include "io/table_columns.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/name_pattern.hpp"
#include "exahca/core/shell_words.hpp"
#include "io/column_names.hpp"
#include "io/markup.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace exahca::io {

std::size_t TableColumns::find(std::string const& wanted, char const* option) const
{
    return find_column(names_, wanted, file_, fmt::format("name the right one with {}", option));
}

void TableColumns::take_header(CsvRowView const& row, CsvImportResult& result,
                               std::function<std::string()> const& advice)
{
    names_.assign(row.fields.begin(), row.fields.end());
    if (take_header_texts(names_))
        result.notes.emplace_back("of names of columns that are links or typeset the text is taken");
    if (join_lines(names_) > 0) result.notes.emplace_back("line breaks in names of columns are spaces now");
    check_header(names_, file_);
    auto const& wanted = options_.model_column;
    if (wanted.empty() && !names_.empty() && names_[0].empty()) { // as tables with an index are written
        model_ = 0;
        result.notes.emplace_back("models are named by the first column, which has no name");
    } else if (!wanted.empty()) {
        auto const is_there = [&](std::string const& name) {
            return std::find(names_.begin(), names_.end(), name) != names_.end();
        };
        bool const there = is_there(wanted) || is_there(header_text(wanted));
        if (auto const other = there ? std::nullopt : find_other_spelling(names_, wanted)) {
            model_ = *other;
            result.notes.push_back(other_spelling_note("models", names_[model_], wanted));
        } else {
            model_ = find_column(names_, wanted, file_, model_remedy(there ? std::string() : advice()));
        }
    }
    find_domain(result);
    if (model_ == domain_ && model_ != no_column)
        throw UsageError(fmt::format("column \"{}\" cannot hold both models and base models", options_.model_column),
                         {}, "give --model-column and --domain-column different columns");
    for (auto const& text : options_.text_columns) {
        auto const found = std::find(names_.begin(), names_.end(), text);
        texts_.push_back(found == names_.end() ? no_column : static_cast<std::size_t>(found - names_.begin()));
    }
    surveys_.resize(names_.size());
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (i != model_ && i != domain_) surveyed_.push_back(i);
    find_excluded();
    find_kept();
}

void TableColumns::check_second_header(FirstRows::HeaderRow const& row, char delimiter) const
{
    auto const has_no_name = [&](std::size_t column) { return names_[column].empty(); };
    if (std::none_of(row.columns.begin(), row.columns.end(), has_no_name)) return;
    std::vector<std::string> joined;
    std::string group; // of merged cells the first has the name
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (!names_[i].empty() || row.fields[i].empty()) group = names_[i];
        joined.push_back(group.empty() || row.fields[i].empty() ? group + row.fields[i] : group + " " + row.fields[i]);
    }
    throw InvalidInput(
        fmt::format("{} line {} goes on with the header", file_, row.line),
        "some columns have a name there alone, as where cells are merged",
        fmt::format("put one line in the place of both, such as {}", join_names(joined, std::string(1, delimiter))));
}

std::string TableColumns::model_remedy(std::string const& advice) const
{
    auto const remedy = with_advice(
        advice, !names_.empty() && names_[0].empty()
                    ? "name the right one with --model-column ('' is the first one, which has no name)"
                    : "name the right one with --model-column ('' where rows have no names: then they are numbered)");
    auto const benchmarks = benchmark_column(names_);
    if (!benchmarks) return remedy;
    if (auto const scores = score_column(names_))
        return fmt::format(
            "{}; or, where each line holds one score, import with --long {}, with the column of models in "
            "the place of MODEL",
            remedy, shell_word(join_names(std::vector<std::string>{"MODEL", *benchmarks, *scores})));
    return fmt::format("{}; or, where each row is a benchmark and each column a model, import with --transposed {}",
                       remedy, shell_word(*benchmarks));
}

void TableColumns::find_domain(CsvImportResult& result)
{
    if (auto note = unused_domains_note(names_, options_); !note.empty()) result.notes.push_back(std::move(note));
    auto const found = std::find(names_.begin(), names_.end(), options_.domain_column);
    result.has_domain_column = found != names_.end() || !options_.domain_may_be_absent;
    if (result.has_domain_column) { // or is asked for
        domain_ = find(options_.domain_column, "--domain-column");
        return;
    }
    if (!options_.domain_of) // where base models come from elsewhere, the column is but another one
        if (auto const other = find_other_spelling(names_, options_.domain_column)) {
            domain_ = *other;
            result.has_domain_column = true;
            result.notes.push_back(other_spelling_note("base models", names_[domain_], options_.domain_column));
        }
    looks_for_domains_ = !result.has_domain_column;
}

void TableColumns::find_excluded()
{
    excluded_.assign(names_.size(), false);
    for (auto const& wanted : options_.excluded) {
        auto const known = std::find(names_.begin(), names_.end(), wanted) != names_.end();
        bool used = false;
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (names_[i] == wanted || names_[i] == header_text(wanted) ||
                (!known && is_name_pattern(wanted) && fits_pattern(names_[i], wanted)))
                excluded_[i] = used = true;
        if (!used)
            throw InvalidInput(fmt::format("{} has no column \"{}\"", file_, wanted),
                               name_choices(names_, wanted, "columns"),
                               "give --exclude names, or patterns of names, that there are");
    }
}

void TableColumns::find_kept()
{
    for (auto const& wanted : options_.kept_columns) {
        auto const column = find(wanted, "--keep");
        if (column == model_ || column == domain_ || is_kept(column))
            throw UsageError(fmt::format("column \"{}\" is kept twice", wanted),
                             "models and base models are kept without --keep", "name each other column once");
        kept_.push_back(column);
    }
}

} // namespace exahca::io
