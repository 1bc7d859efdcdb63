// Does any text, taken as a file of results in JSON, make the import crash, hang, or return something that breaks its
// promises?
#include "exahca/core/error.hpp"
#include "exahca/io/domain_source.hpp"
#include "exahca/io/results_import.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

void check(exahca::CsvImportResult const& result)
{
    auto const& matrix = result.matrix;
    require(std::ssize(matrix.models) == matrix.scores.rows() && matrix.models.size() == matrix.base_models.size());
    require(std::ssize(matrix.benchmarks) == matrix.scores.cols() && matrix.scores.cols() >= 2);
    for (double const score : matrix.scores.reshaped()) require(!std::isinf(score));
    for (exahca::Index i = 0; i < matrix.scores.rows(); ++i) require(!matrix.scores.row(i).array().isNaN().all());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    exahca::CsvImportOptions options;
    for (bool const by_rule : {false, true}) {
        if (by_rule)
            options.domain_of = [](exahca::RowTexts const& row) { return exahca::open_llm_base_model(row.model); };
        try {
            check(exahca::import_results_text(text, "fuzz.json", by_rule ? "acc" : "", options));
        } catch (exahca::Error const&) {
        }
    }
    // What comes of records is a table, whatever they hold.
    try {
        if (auto const table = exahca::csv_of_json_array(text, "fuzz.json"))
            check(exahca::import_csv_text(table->csv, table->name));
    } catch (exahca::Error const&) {
    }
    try {
        if (auto const table = exahca::csv_of_json_object(text, "fuzz.json"))
            check(exahca::import_csv_text(table->csv, table->name));
    } catch (exahca::Error const&) {
    }
    try {
        check(exahca::import_csv_text(exahca::csv_of_json_lines(text, "fuzz.jsonl"), "fuzz.jsonl"));
    } catch (exahca::Error const&) {
    }
    return 0;
}
