#pragma once

#include "exahca/core/name_list.hpp"
#include "exahca/core/spelling.hpp"
#include "import_findings.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

namespace exahca {

/// How many names, or findings of a kind, are told before it is only said how many more there are.
inline constexpr std::size_t most_listed = 8;

/// Lines of the report, indented by two. Each stays one line, whatever the names in it hold.
class Lines
{
public:
    template <class... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts)
    {
        text_ += "  " + in_one_line(fmt::format(format, std::forward<Parts>(parts)...)) + '\n';
    }
    [[nodiscard]] std::string const& text() const { return text_; }

private:
    std::string text_;
};

/// "1 row", "7 rows".
[[nodiscard]] inline std::string rows_text(std::int64_t count)
{
    return fmt::format("{} row{}", count, count == 1 ? "" : "s");
}

/// A benchmark's name in a list.
[[nodiscard]] inline std::string name_of(ScoreMatrix const& matrix, Index column)
{
    return listed_name(matrix.benchmarks[static_cast<std::size_t>(column)]);
}

/// Names that are spelled in several ways. \param what  they count as: "base models"
void add_spellings(Lines& lines, std::vector<std::vector<std::string>> const& spellings, char const* what);
/// Lines on single models: rows that are no models, repeated names, names spelled in several ways.
void add_model_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings);
/// Lines on the columns: scores out of range, sentinels, ends of scales, scales, columns that are no benchmarks or add
/// nothing, and those that are not used.
void add_column_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings);
/// Lines on columns that are not used, and why, and on those that are kept beside the scores.
void add_ignored(Lines& lines, CsvImportResult const& result);
/// Lines on the base models: those that lost rows, those too small, and what to do where there is none.
void add_domain_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings);

} // namespace exahca
