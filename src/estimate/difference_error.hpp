#pragma once

#include "exahca/numerics/matrix.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Rows that are equal, entry by entry, in groups: every row in one of them.
using RowGroups = std::vector<std::vector<Index>>;
[[nodiscard]] RowGroups equal_rows(Matrix const& scores);

/// Standard error of the difference of two fits' log likelihoods, from the differences of rows (Q. H. Vuong,
/// Econometrica 57 (1989), 307). Equal rows are copies of one model and count once: their differences add up.
///
/// \param copies  of every domain: equal_rows of its scores
/// \param first   log likelihoods of the rows of every domain under the one fit
/// \param second  under the other
[[nodiscard]] double difference_error(std::span<RowGroups const> copies, std::span<Vector const> first,
                                      std::span<Vector const> second);

} // namespace exahca
