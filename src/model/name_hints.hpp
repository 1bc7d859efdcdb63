#pragma once

#include "exahca/model/column_hints.hpp"

#include <set>
#include <string>
#include <vector>

namespace exahca::detail {

/// Words of a column's name, in small letters: "#Params (B)" has "params" and "b".
[[nodiscard]] std::set<std::string> words_of(std::string const& name);

/// Of the models that have both scores, at most 20,000 of them, evenly spaced; 0 of fewer than ten.
[[nodiscard]] double correlation(Eigen::Ref<Vector const> const& a, Eigen::Ref<Vector const> const& b);

/// Whether a column says almost the same as an earlier one. \param is_known  to be no benchmark, for each column: of a
/// pair only one is to be left out
[[nodiscard]] bool find_twin(ScoreMatrix const& matrix, Index column, std::vector<bool> const& is_known,
                             NoBenchmarkHint& hint);

/// Whether a name begins as those of averages do, "Mean (Task)", "Avg_56", "Overall score of all", and the column's
/// numbers bear it out: they go with the sum of the others on its scale. \param others  that may be scores
[[nodiscard]] bool is_called_average(ScoreMatrix const& matrix, Index column, std::vector<Index> const& others);

/// Of a column with the sum of others, as they stand; 0 where fewer than ten models have all of them.
[[nodiscard]] double correlation_with_sum(Matrix const& scores, Index column, std::vector<Index> const& others);

/// Whether a column's name says that it is no benchmark, and its numbers do not say otherwise: dates, groups and
/// lengths are no decimals within the range of the other columns; an average agrees with the others' mean, unless its
/// name says nothing else ("Average", "Total score").
[[nodiscard]] bool find_in_name(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint);

} // namespace exahca::detail
