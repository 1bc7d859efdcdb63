#pragma once

#include "exahca/io/csv_import.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/column_hints.hpp"
#include "exahca/model/mixed_scales.hpp"
#include "exahca/model/nearly_constant.hpp"
#include "exahca/model/summary_rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// A benchmark that hardly varies, in the whole table or within base models.
struct FlatColumn
{
    NearlyConstant column;
    std::string domain = {};            ///< the first that it is so in; empty: the whole table
    std::vector<std::string> more = {}; ///< further ones
};

/// What `exahca import` has to say of a table, beside what it read.
struct ImportFindings
{
    std::vector<ColumnDefect> defects; ///< of all rows together where no base model has two models
    std::vector<FlatColumn> flat;      ///< without those that are constant
    std::vector<SentinelHint> sentinels;
    std::vector<MixedScale> mixed_scales;
    std::vector<DomainScale> domain_scales; ///< of `domains`
    std::vector<ScaleGroup> scales;
    std::vector<NoBenchmarkHint> no_benchmarks;      ///< without columns that have a defect
    std::vector<std::vector<std::string>> spellings; ///< of one base model, as spelling_variants finds them
    std::vector<std::vector<std::string>> benchmark_spellings;
    std::vector<std::vector<std::string>> model_spellings; ///< of 50,000 models at most
    std::vector<SummaryRow> no_models;                     ///< rows that sum up others
    std::vector<std::string> without_domain;               ///< names of the first models without a base model
    std::vector<std::string> repeated_models;              ///< the first names that several rows have
    std::vector<ScoreCounts> domains;                      ///< of the rows that were kept, the largest first
    std::int64_t fewest = 0;                               ///< models that a base model needs for a search
    bool defects_of_base_models = false; ///< `defects` looks within base models: at least one has two models
    bool perhaps_merged_cells = false;   ///< each base model stands in one row, and rows without one follow it
    /// Column of text that names the benchmark, if this is a long table after all: most rows repeat a model's name.
    std::optional<IgnoredColumn> perhaps_benchmarks;
    std::vector<std::string> long_columns; ///< of models, benchmarks and scores then
    /// Where a model would have several scores on a benchmark: the columns that tell them apart. Of them those count as
    /// part of benchmarks' names which are not called as repetitions are, "seed" or "run".
    ToldApart long_told_apart;
    std::vector<std::string> long_repetitions; ///< of these columns
    /// The option that reads the table as what it seems to be, "--long model,task,score"; or empty.
    std::string other_shape;

    /// Where a defect is that no single base model has.
    [[nodiscard]] char const* everywhere() const
    {
        return defects_of_base_models ? "within every base model" : "in all rows";
    }
};
/// \param stated  ends of scales: a number that is one does not stand for a missing score
[[nodiscard]] ImportFindings find_in_import(CsvImportResult const& result, ScoreBounds const& stated);

/// Takes up what a long table shows that is read as findings.long_columns say.
void take_told_apart(ImportFindings& findings, ToldApart told_apart);

} // namespace exahca
