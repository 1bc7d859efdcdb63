#pragma once

#include "exahca/model/score_matrix.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// Sums of sines: no two columns alike, none of whole numbers, all between 20 and 80.
inline ScoreMatrix made_up(Index models, std::vector<std::string> benchmarks)
{
    ScoreMatrix matrix;
    matrix.benchmarks = std::move(benchmarks);
    matrix.scores.resize(models, std::ssize(matrix.benchmarks));
    for (Index i = 0; i < models; ++i) {
        matrix.models.push_back("m" + std::to_string(i));
        matrix.base_models.push_back(i % 2 == 0 ? "x" : "y");
        for (Index j = 0; j < matrix.scores.cols(); ++j)
            matrix.scores(i, j) = 50 + 15 * std::sin(0.7 * static_cast<double>((i + 1) * (j + 2))) +
                                  15 * std::sin(1.3 * static_cast<double>(i * (j + 5)));
    }
    return matrix;
}

} // namespace exahca
