#pragma once

#include "exahca/io/csv_import.hpp"

namespace exahca::io {

/// Where rows were found unusable while a table was read.
enum class RowState : char { usable, dropped };

/// Leaves out the rows that MissingPolicy does not keep, and counts what there is: everything in `result` that does not
/// depend on the format that the scores came in.
///
/// \param result  its matrix has every row that was read, missing scores and unusable ones as NaN
/// \param states  one for each row of the matrix
/// \param name  of the input, for messages
/// \throws InvalidInput  when no row or a column without any score is left
void finish_import(CsvImportResult& result, std::vector<RowState> const& states, MissingPolicy policy,
                   std::string const& name);

/// Codes of columns or benchmarks that are left out come to nothing, which is noted.
///
/// \param result  with the names of its benchmarks, and what is not used
/// \throws UsageError  for codes of benchmarks that there are not
void check_benchmark_codes(std::vector<BenchmarkCode> const& codes, CsvImportResult& result, std::string const& name);
/// Whether a number stands for a missing score on this benchmark.
[[nodiscard]] bool is_benchmark_code(std::vector<BenchmarkCode> const& codes, std::string const& benchmark,
                                     double value);

} // namespace exahca::io
