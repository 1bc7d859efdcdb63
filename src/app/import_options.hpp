#pragma once

#include "command.hpp"
#include "exahca/io/results_import.hpp"

namespace exahca {

/// Options of `import` on how a table is read, which columns are scores, and where base models come from.
void add_import_options(Command::Options& options);

/// \throws UsageError  for values that cannot be used, and for options that contradict each other
/// \throws InvalidInput  when a table of base models cannot be read
[[nodiscard]] CsvImportOptions read_import_options(Command::Values const& values);

/// The columns that --long names. \throws UsageError  when these are not three
[[nodiscard]] LongColumns read_long_columns(Command::Values const& values);

} // namespace exahca
