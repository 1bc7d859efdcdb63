#pragma once

#include "exahca/model/score_matrix.hpp"

#include <string>
#include <vector>

namespace exahca {

/// How many scores of some models are missing or stand at the end of their scale.
struct ScoreCounts
{
    std::string domain; ///< empty for all models
    std::int64_t models = 0;
    std::int64_t complete = 0;            ///< models that miss none
    std::vector<std::int64_t> missing;    ///< of each benchmark
    std::vector<std::int64_t> at_floor;   ///< at or below its floor; none where it does not vary in the base model
    std::vector<std::int64_t> at_ceiling; ///< at or above its ceiling; likewise
};

/// Of all models, and of those of each base model, by name.
struct AllCounts
{
    ScoreCounts all;
    std::vector<ScoreCounts> by_domain;
};
/// Both at once. \pre bounds for every benchmark
[[nodiscard]] AllCounts count_all_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds);
/// Of all models, those without base model included. \pre bounds for every benchmark
[[nodiscard]] ScoreCounts count_scores(ScoreMatrix const& matrix, ScoreBounds const& bounds);
/// Of the models of each base model, by name.
[[nodiscard]] std::vector<ScoreCounts> count_scores_by_domain(ScoreMatrix const& matrix, ScoreBounds const& bounds);

} // namespace exahca
