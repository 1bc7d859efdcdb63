#pragma once

#include "command.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/model/column_hints.hpp"
#include "exahca/model/score_matrix.hpp"

#include <span>

namespace exahca {

/// A benchmark and what is said of it: "NAME=VALUE". A name may hold an equals sign, a value does not.
struct NamedValue
{
    Index benchmark;
    std::string value;
};
/// A name as it was typed, or in quotation marks as lists show it.
[[nodiscard]] std::string typed_name(std::string const& option, std::string const& text);

/// \throws UsageError  when there is no such benchmark
[[nodiscard]] NamedValue parse_named(std::string const& option, std::string const& text,
                                     std::span<std::string const> benchmarks);

/// --floor, --ceiling, --bounds and --items of `import`: what is known of benchmarks beside their scores.
void add_column_options(Command::Options& options);

/// The ends that --floor and --ceiling state; those of benchmarks that are left out are noted in `result`.
/// \throws UsageError  for values that cannot be used, and for unknown benchmarks
[[nodiscard]] ScoreBounds stated_bounds(Command::Values const& values, CsvImportResult& result);

/// Sets bounds, those that the whole table shows or as the options say, and items.
/// \param sentinels  of the matrix: what is asked about as a code of missing scores is no end of a scale
/// \throws UsageError  for values that cannot be used, and for unknown benchmarks
void set_column_facts(Command::Values const& values, std::span<SentinelHint const> sentinels, ScoreBounds const& stated,
                      CsvImportResult& result);

/// Which scales end, and for how many models: "MATH Lvl 5 ends at 0: 48 of 1480 models (3.2 %)". One line each.
[[nodiscard]] std::vector<std::string> bound_lines(ScoreMatrix const& matrix);
/// How many models miss scores, and of which benchmarks how many; empty when none do.
[[nodiscard]] std::string missing_line(ScoreMatrix const& matrix);

} // namespace exahca
