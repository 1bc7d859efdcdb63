// Does any text make the CSV import crash, hang, or return something that breaks its promises?
#include "exahca/core/error.hpp"
#include "exahca/io/csv_import.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

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
    require(result.rows_read == result.rows_dropped + result.rows_without_scores + matrix.scores.rows());
    for (double const score : matrix.scores.reshaped())
        require(std::isfinite(score) || (keeps_gaps && std::isnan(score)));
    for (exahca::Index i = 0; i < matrix.scores.rows(); ++i) require(!matrix.scores.row(i).array().isNaN().all());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    for (auto const missing :
         {exahca::MissingPolicy::keep, exahca::MissingPolicy::drop, exahca::MissingPolicy::refuse}) {
        exahca::CsvImportOptions options;
        options.missing = missing;
        try {
            check(exahca::import_csv_text(text, "fuzz.csv", options), missing == exahca::MissingPolicy::keep);
        } catch (exahca::Error const&) {
        }
    }
    return 0;
}
