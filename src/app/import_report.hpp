#pragma once

#include "exahca/io/csv_import.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/column_hints.hpp"

#include <string>
#include <vector>

namespace exahca {

/// What `exahca import` has to say of a table, beside what it read.
struct ImportFindings
{
    std::vector<ColumnDefect> defects;
    std::vector<SentinelHint> sentinels;
    std::vector<ScaleGroup> scales;
    std::vector<NoBenchmarkHint> no_benchmarks;      ///< without columns that have a defect
    std::vector<std::vector<std::string>> spellings; ///< of one base model, as spelling_variants finds them
    std::vector<std::vector<std::string>> benchmark_spellings;
    std::vector<std::vector<std::string>> model_spellings; ///< of 50,000 models at most
    std::vector<std::string> no_models;                    ///< names that are those of a total or a mean
    std::vector<ScoreCounts> domains;                      ///< of the rows that were kept, the largest first
    std::int64_t fewest = 0;                               ///< models that a base model needs for a search
};
[[nodiscard]] ImportFindings find_in_import(CsvImportResult const& result);

/// Names of the two files, as the user gave them.
struct ImportFiles
{
    std::string input;
    std::string output;
};

/// Lines on what was read, left out, missing and odd; without the lines on `defects`.
[[nodiscard]] std::string import_text(CsvImportResult const& result, ImportFindings const& findings,
                                      ImportFiles const& files);
/// The same as JSON, the defects included.
[[nodiscard]] std::string import_json(CsvImportResult const& result, ImportFindings const& findings,
                                      ImportFiles const& files);

} // namespace exahca
