#pragma once

#include "exahca/model/column_hints.hpp"

#include <set>
#include <string>

namespace exahca::detail {

/// Words of a column's name, in small letters: "#Params (B)" has "params" and "b".
[[nodiscard]] std::set<std::string> words_of(std::string const& name);

/// Of the models that have both scores, at most 20,000 of them, evenly spaced; 0 of fewer than ten.
[[nodiscard]] double correlation(Eigen::Ref<Vector const> const& a, Eigen::Ref<Vector const> const& b);

/// Whether a column's name says that it is no benchmark, and its numbers do not say otherwise: dates, groups and
/// lengths are no decimals within the range of the other columns; an average agrees with the others' mean, unless its
/// name says nothing else ("Average", "Total score").
[[nodiscard]] bool find_in_name(ScoreMatrix const& matrix, Index column, NoBenchmarkHint& hint);

} // namespace exahca::detail
