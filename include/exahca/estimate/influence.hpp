#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace exahca {

/// Which models a task of kind `influence` leaves out of the data as they are.
enum class Exclusion {
    nothing,         ///< the yardstick that the others are compared with
    domain,          ///< one base model
    below,           ///< models whose total is below a share of their base model's median total
    lowest,          ///< so many models, those of lowest total relative to their base model's median
    farthest,        ///< so many models, those farthest from their base model's mean (Mahalanobis distance)
    near_duplicates, ///< models near an earlier one of their base model that is kept (near_duplicates.hpp)
    group,           ///< one of several groups of equal size: all models ranked by relative total
};
/// "nothing", "domain", "below", "lowest", "farthest", "near-duplicates" or "group".
[[nodiscard]] std::string_view to_string(Exclusion exclusion);

struct InfluenceCase
{
    Exclusion exclusion = Exclusion::nothing;
    double amount = 0; ///< position of the domain, share of the median, number of models, or position of the group
};

/// All cases of a setting, the same for any data. Domains are left out one by one when at least two remain.
/// \param groups  how many groups the models are split into; 0: influence is not asked for and there are no cases
[[nodiscard]] std::vector<InfluenceCase> influence_cases(Setting const& setting, std::int64_t groups);

/// How many they are.
[[nodiscard]] std::int64_t influence_case_count(Setting const& setting, std::int64_t groups);

/// One domain's part of a case, by position within the domain, ascending.
struct DomainExclusion
{
    std::vector<std::int64_t> kept;
    std::vector<std::int64_t> left_out; ///< without those that screening drops anyway
};

/// Splits the models of all domains for one case. Models that the setting cannot use or its screening drops are in
/// neither list and take no part in ranks; the others count as they are, with their gaps (relative_totals). Ties are
/// broken by domain, then by position.
/// \param scores  one matrix per domain of the setting, models x benchmarks, NaN where missing, unscreened
[[nodiscard]] std::vector<DomainExclusion> exclude(InfluenceCase const& chosen, Setting const& setting,
                                                   std::span<Matrix const> scores, std::int64_t groups);

/// A case that takes more than this share of a domain is not analysed, whole domains apart.
inline constexpr double most_left_out = 0.5;

} // namespace exahca
