#pragma once

#include "exahca/io/csv_import.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// A table with a benchmark a row and a model a column, put upright: its text with commas, a model a row.
struct UprightTable
{
    std::string csv;
    std::string name;               ///< for messages
    std::vector<std::string> notes; ///< what was decided, one line each: columns that were no models, say
};

/// Puts a table upright. Of the columns other than `benchmarks` those are models in which more than half of the cells
/// that hold something are numbers; a row called as CsvImportOptions::domain_column holds base models. The column of
/// models is then called as CsvImportOptions::model_column.
///
/// \param benchmarks  the column that names them, or several with + between them: "dataset+metric"
/// \throws InvalidInput  as import_csv does, for benchmarks of one name, and where no column is a model
[[nodiscard]] UprightTable read_transposed(std::string const& path, std::string const& benchmarks,
                                           CsvImportOptions const& options);
/// The same for content in memory; `name` stands for the path in messages.
[[nodiscard]] UprightTable transposed_text(std::string_view content, std::string const& name,
                                           std::string const& benchmarks, CsvImportOptions const& options);

} // namespace exahca
