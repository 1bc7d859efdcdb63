#pragma once

#include "exahca/model/score_matrix.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Models of a base model that search, plan and domains ask for, unless told otherwise (--min-models).
inline constexpr std::int64_t usual_min_models = 100;

/// Which sets of domains a run analyses, as the user asked for them. An entry of a list that is no domain but a pattern
/// (qwen2.5-*) stands for the domains of at least min_models models that fit it.
struct DomainSetChoice
{
    std::vector<std::vector<std::string>> named; ///< --domains, once for each set
    std::vector<std::string> pool;               ///< --domains-from: sets are drawn from these
    std::vector<int> subset_sizes;               ///< --subset-sizes: every subset of the pool of these sizes
    std::int64_t min_models = 0;                 ///< without named and pool: all domains of at least so many
    bool drop_one = false;                       ///< --drop-domain: every set also without each one of its domains
};

/// How many sets there will be, before repeated ones are taken out. Counts in floating point: binomial coefficients
/// outgrow 64 bits.
[[nodiscard]] double count_domain_sets(DomainSetChoice const& choice, ScoreMatrix const& scores);

/// The sets: those named, then the subsets of the pool (smaller ones first, each in the pool's order), each followed by
/// itself without one domain after the other; repeated ones once.
/// \param file  the score file's name, for messages
/// \throws UsageError  for unknown or repeated domains, sets of fewer than two, sizes that the pool does not have, and
///                     sets that are too small to leave a domain out
[[nodiscard]] std::vector<std::vector<std::string>>
make_domain_sets(DomainSetChoice const& choice, ScoreMatrix const& scores, std::string const& file);

} // namespace exahca
