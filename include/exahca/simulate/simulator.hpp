#pragma once

#include "exahca/model/score_matrix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// How a simulated leaderboard departs from the model (method.md, section 10).
enum class Design {
    contaminated, ///< base, then 2 % of each domain's models collapse (scores times U(0, 0.5)) and scores are floored
                  ///< at 0
    base,         ///< residuals of unequal size per benchmark
    isotropic,    ///< residuals of sd 2 on every benchmark
    none,         ///< no residuals, no floor, no collapse: the model holds exactly
    weak,         ///< base with weak edges between factors
    parametric,   ///< base, always with the built-in sources
};

/// "contaminated", "base", "isotropic", "none", "weak" or "parametric".
[[nodiscard]] std::string_view name_of(Design design);
/// \throws UsageError  for any other name
[[nodiscard]] Design design_from_name(std::string_view name);

/// What to simulate.
struct SimulationOptions
{
    Design design = Design::contaminated;
    Index factors = 3;                                      ///< m, 1 to 4: there are four patterns of loadings
    std::vector<std::int64_t> sizes = {750, 330, 240, 155}; ///< models per domain, each at least 1
    std::vector<std::string> domains = {};                  ///< one name per size; empty: default_domain_names
    std::uint64_t seed = 1;
    double missing = 0; ///< share of the scores that are removed at random, 0 to below 1; never all of a model
    std::optional<double> floor = {}; ///< scores below are set to it, and it is stored as the floor of every benchmark
};

/// Names for simulated domains: llama-3-8b, qwen2.5-14b, llama-3.1-8b, qwen2.5-7b, qwen2-7b, mistral-7b, qwen2.5-0.5b,
/// gemma-2-9b, then base-model-9 and so on. The default sizes of these eight are 750 330 240 155 220 300 155 135.
[[nodiscard]] std::vector<std::string> default_domain_names(std::size_t count);
[[nodiscard]] std::vector<std::int64_t> default_domain_sizes(std::size_t count);

/// Simulates a leaderboard of known truth with the six benchmarks of the Open LLM Leaderboard v2 (method.md, section
/// 10).
///
/// x = mu_k + G B_k^-1 e + residual, G d x m with columns in the order of levels. Scores are not clipped, except that
/// design `contaminated` floors them at 0: they can exceed 100. Every quantity is drawn from a stream of its own, keyed
/// by seed and domain name: adding a domain changes none of the others.
///
/// Last, scores below a floor are set to it, and a share of them is removed: each by a draw of its own, and where that
/// would take all of a model's, the one whose draw is highest stays. Bounds are stored as the whole table shows them
/// (detect_bounds).
///
/// The truth is stored in the coordinates of its flag: `unmixing` H has orthonormal rows, the largest entry of each
/// positive; `mixing` is H G B_k^-1, upper triangular, so that x - mu_k - residual = H' mixing e. `loadings` is G as
/// drawn, its columns reversed into causal order.
///
/// \param sources_from  a real leaderboard, or null. Sources are then resampled from the standardised independent
///         components (m = 3) of its domains llama-3-8b, qwen2.5-14b, llama-3.1-8b, qwen2-7b and qwen2.5-7b (where it
///         has none of these, of all its domains of at least 100 models), and a domain of the same name and benchmarks
///         lends its means. Without it sources are Student t5, Gamma(2), two-peaked or Laplace.
/// \throws UsageError  for options out of range, repeated names, a design that does not use `sources_from`, or a
///         leaderboard without domains to draw sources from
[[nodiscard]] ScoreMatrix simulate(SimulationOptions const& options, ScoreMatrix const* sources_from = nullptr);

/// What simulated scores vary around: with the truth in the score matrix, all that their moments are made of.
struct SimulatedPopulation
{
    Matrix means;        ///< domains x benchmarks, mu_k, per cent
    Vector residual_sds; ///< one per benchmark, points; the same in all domains
};

/// The population that `simulate` draws from with the same options and built-in sources, before any collapse or floor.
/// \throws UsageError  as `simulate`
[[nodiscard]] SimulatedPopulation population_of(SimulationOptions const& options);

} // namespace exahca
