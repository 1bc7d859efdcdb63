#pragma once

#include "exahca/model/score_counts.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A benchmark or a base model that is left out, and what is left then.
struct Removal
{
    Index benchmark = -1;        ///< column of the score matrix; -1: a base model is left out
    std::string domain = {};     ///< the base model
    std::int64_t models = 0;     ///< left
    std::int64_t benchmarks = 0; ///< left
    std::int64_t complete = 0;   ///< models that miss none of the scores left
    std::int64_t missing = 0;    ///< scores that are missing still
};

/// What a table misses, before anything is left out.
struct MissingReport
{
    ScoreCounts all;                     ///< all models, those without base model included
    std::vector<ScoreCounts> by_domain;  ///< by name; models of base models alone
    std::vector<Removal> removals;       ///< benchmarks and base models to leave out one after the other
    std::vector<std::string> incomplete; ///< base models of which no model has every score
};

/// Counts what is missing, and finds what to leave out for a table without gaps.
///
/// The sequence is greedy: each step leaves out the benchmark or the base model that costs the fewest known scores for
/// each missing score it takes away (benchmarks before base models, then in their order, where that is equal). It ends
/// when nothing is missing, when no step leaves two benchmarks and two base models, or after `most_steps`, but not
/// before there is a complete model: then it goes on, to 50 steps. Models without base model count only where no model
/// has one: no search uses them.
[[nodiscard]] MissingReport report_missing(ScoreMatrix const& matrix, std::size_t most_steps = 10);

/// What steps one after the other leave out and keep: "A, B and base model x keeps 120 models with all of 4 scores, of
/// 130 (7 scores missing still)".
/// \param steps  one at least. \param benchmarks  of the matrix
[[nodiscard]] std::string describe(std::span<Removal const> steps, std::span<std::string const> benchmarks);
/// The first steps behind which complete models are left; empty where none leads there.
[[nodiscard]] std::span<Removal const> steps_to_complete_models(MissingReport const& report);

} // namespace exahca
