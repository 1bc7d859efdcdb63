// Does any text, taken as a wide or as a long table, make the import crash, hang, or return something that breaks its
// promises? A gzip header makes it compressed.
#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "exahca/io/transposed_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

void check(exahca::CsvImportResult const& result, bool keeps_gaps)
{
    auto const& matrix = result.matrix;
    require(std::ssize(matrix.models) == matrix.scores.rows() && matrix.models.size() == matrix.base_models.size());
    require(std::ssize(matrix.benchmarks) == matrix.scores.cols() && matrix.scores.cols() >= 2);
    require(result.rows_read ==
            result.rows_excluded + result.rows_dropped + result.rows_without_scores + matrix.scores.rows());
    for (double const score : matrix.scores.reshaped())
        require(std::isfinite(score) || (keeps_gaps && std::isnan(score)));
    for (exahca::Index i = 0; i < matrix.scores.rows(); ++i) require(!matrix.scores.row(i).array().isNaN().all());
}

/// The table with its rows again and again, so that it is read in several blocks.
std::string longer(std::string_view text)
{
    constexpr std::size_t enough = 20'000; // more than two blocks
    std::string grown(text);
    auto const rows = text.substr(std::min(text.find('\n'), text.size()));
    while (rows.size() > 1 && grown.size() < enough) grown += rows;
    return grown;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    for (auto const missing :
         {exahca::MissingPolicy::keep, exahca::MissingPolicy::drop, exahca::MissingPolicy::refuse}) {
        exahca::CsvImportOptions options;
        options.missing = missing;
        bool const keeps = missing == exahca::MissingPolicy::keep;
        // What the table shows, and what a user may say instead.
        for (char const decimal : {'\0', '.', ','}) {
            options.decimal = decimal;
            options.domain_may_be_absent = decimal == ',';
            if (decimal == ',') options.missing_codes = {"-999", "x"};
            if (decimal == ',') options.excluded = {"*rank*"};
            if (decimal == '.') options.excluded_models = {"a*"};
            try {
                check(exahca::import_csv_text(text, "fuzz.csv", options), keeps);
            } catch (exahca::Error const&) {
            }
        }
        options.excluded.clear();
        options.excluded_models.clear();
        for (auto const* const model : {"model", ""}) try {
                options.model_column = model;
                check(exahca::import_csv_text(longer(text), "fuzz.csv", options), keeps);
            } catch (exahca::Error const&) {
            }
        options.model_column = "model";
        for (auto const* const benchmark : {"benchmark", "model", "benchmark+metric"}) try {
                auto const upright = exahca::transposed_text(text, "fuzz.csv", benchmark, options);
                check(exahca::import_csv_text(upright.csv, upright.name, options), keeps);
            } catch (exahca::Error const&) {
            }
        for (auto const* const benchmark : {"benchmark", "benchmark+metric"}) try {
                check(exahca::import_long_text(text, "fuzz.csv", {"model", benchmark, "score"}, options), keeps);
            } catch (exahca::Error const&) {
            }
    }
    return 0;
}
