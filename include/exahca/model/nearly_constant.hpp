#pragma once

#include "exahca/model/score_matrix.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A benchmark whose scores are nearly all equal: what moves it rests on a handful of models.
struct NearlyConstant
{
    Index column = 0;
    std::int64_t known = 0; ///< scores that are not missing
    std::int64_t equal = 0; ///< of them, those that have the most frequent value
    double value = 0;       ///< that value
};

/// The benchmarks that vary and of which fewer than 10 known scores, and at most a tenth of them, differ from the most
/// frequent one. Those that do not vary have a defect of their own (find_column_defects). Ascending columns.
///
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] std::vector<NearlyConstant> find_nearly_constant(Matrix const& scores);
/// Of some rows of a table.
[[nodiscard]] std::vector<NearlyConstant> find_nearly_constant(Matrix const& scores, std::span<Index const> rows);

/// "118 of the 120 scores of C in base model b are equal: what moves it there rests on the other 2".
/// \param domain  empty: of the whole table
[[nodiscard]] std::string describe(NearlyConstant const& column, std::span<std::string const> benchmarks,
                                   std::string const& domain);

} // namespace exahca
