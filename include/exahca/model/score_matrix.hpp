#pragma once

#include "exahca/model/incomplete_scores.hpp"
#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// What a simulated leaderboard was made from (method.md, sections 1 and 10).
struct SimulationTruth
{
    std::string design; ///< contaminated, base, isotropic, none, weak or parametric
    std::uint64_t seed = 0;
    std::vector<std::string> domains; ///< K names
    Matrix loadings;            ///< G, benchmarks x factors, first factor of the causal order first, in score points
    Matrix unmixing;            ///< H, factors x benchmarks, orthonormal rows, level 1 (last factor) first
    std::vector<Matrix> mixing; ///< per domain B_k^-1, factors x factors, upper triangular in levels
};

/// A leaderboard: scores of models on benchmarks, each model fine-tuned from a base model.
struct ScoreMatrix
{
    std::vector<std::string> models;           ///< N names, not necessarily unique
    std::vector<std::string> benchmarks;       ///< d names, unique
    std::vector<std::string> base_models;      ///< N names; empty where unknown
    Matrix scores;                             ///< models x benchmarks, per cent, finite or, where missing, NaN
    std::optional<SimulationTruth> truth = {}; ///< for simulated leaderboards
    std::optional<ScoreBounds> bounds = {};    ///< where the scales end; none: nobody has said or looked yet
    BenchmarkItems items = {};
};

/// The bounds that the whole table shows (detect_bounds). Scores of a benchmark that is constant within a base model
/// are left aside there: such a base model shows no end of a scale, but that nothing was measured.
[[nodiscard]] ScoreBounds detect_bounds(ScoreMatrix const& matrix);

/// The bounds that are stated, or else those that the whole table shows.
[[nodiscard]] ScoreBounds bounds_of(ScoreMatrix const& matrix);

/// The models that share one base model.
struct Domain
{
    std::string name;
    std::vector<std::int64_t> rows; ///< rows of the score matrix, ascending
    Matrix scores;                  ///< models x benchmarks, per cent
};

/// How many scores are NaN.
struct MissingScores
{
    std::int64_t scores = 0;
    std::int64_t models = 0;           ///< that miss one or more
    std::int64_t first_model = -1;     ///< row of the first of them; -1: none
    std::int64_t first_benchmark = -1; ///< the first that it misses
};
[[nodiscard]] MissingScores count_missing(ScoreMatrix const& matrix);

/// Gathers the models of the named base models, in the order of the names.
///
/// \throws UsageError  for a name that occurs twice, or an unknown one, naming the close ones
[[nodiscard]] std::vector<Domain> select_domains(ScoreMatrix const& matrix, std::vector<std::string> const& names);

/// Base models with at least `min_models` models, the largest first, ties by name.
[[nodiscard]] std::vector<std::string> domains_by_size(ScoreMatrix const& matrix, std::int64_t min_models);

} // namespace exahca
