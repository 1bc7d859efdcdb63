#pragma once

#include "exahca/core/random.hpp"
#include "exahca/numerics/normal_mixture.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A model that is ranked with others, by one number.
struct RankedPosterior
{
    std::string name;           ///< of the model, and
    std::uint64_t content = 0;  ///< what else tells it from others: keys of its random numbers
    NormalMixture value;        ///< what is known of the number
    std::vector<double> shifts; ///< what each of some resamples of the fit adds to it; empty: nothing
};

/// Where a model stands among others, 1 the highest.
struct ModelRank
{
    double expected = 0;            ///< mean rank
    std::int64_t low = 0, high = 0; ///< ends of the central 90 % interval: low is the better one
    double first = 0;               ///< probability of rank 1
};

struct RankOptions
{
    int draws = 2000; ///< of all models together, at least 20; shares have standard errors of at most .5/sqrt(draws)
    std::uint64_t seed = 1;
};

/// The distribution of ranks over draws from what is known of each model, independently (J. M. Marshall, D. J.
/// Spiegelhalter, Brit. Med. J. 316 (1998), 1701). In draw s all models have the shifts of resample s modulo the number
/// of resamples: what turns the factors moves all models at once.
///
/// Random numbers come from names and content, so that a model has the same ones beside whomever it is ranked.
/// \pre all models have equally many shifts
[[nodiscard]] std::vector<ModelRank> rank_models(std::span<RankedPosterior const> models,
                                                 RankOptions const& options = {});

} // namespace exahca
