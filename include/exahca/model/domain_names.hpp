#pragma once

#include "exahca/model/score_matrix.hpp"

namespace exahca {

/// Names of base models that differ in nothing but small and capital letters, spaces, "_" and "-": each of these lists,
/// of two names at least, is probably one base model. Names in a list the largest base model first, ties by name.
[[nodiscard]] std::vector<std::vector<std::string>> spelling_variants(ScoreMatrix const& matrix);

} // namespace exahca
