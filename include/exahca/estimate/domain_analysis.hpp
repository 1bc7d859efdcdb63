#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/model/score_counts.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// What is worth knowing of a base model before any search.
struct DomainReport
{
    std::string name;
    std::int64_t models = 0;
    ScoreCounts counts;               ///< what is missing, or at the end of its scale
    std::vector<double> explained;    ///< share of the variance in 1 .. d principal components
    double median_total = 0;          ///< median of the models' totals, score points
    std::int64_t collapsed = 0;       ///< models below 0.2 of the median total
    std::int64_t screened = 0;        ///< models without a missing score that the screening leaves out
    std::int64_t near_duplicates = 0; ///< models with another of the domain near them (near_duplicates.hpp)
    double angle_to_pooled = 0; ///< degrees from its subspace to that of all domains' pooled covariance within domains
    /// The same for all components but the last, which may be mere noise; 0 where there is one only.
    double leading_angle_to_pooled = 0;
    std::string floored;    ///< benchmark with most scores at an end of its scale, which no linear model knows
    double floor_share = 0; ///< share of the models there
    std::string problem;    ///< why the domain has no subspace; empty usually
};

/// Domains that are better described by one subspace than by one each.
struct SharedGroup
{
    std::vector<std::string> domains;
    double bic_difference = 0; ///< of one subspace for all minus one for each: negative where there are several
    /// Those in which, in one of these two fits, a direction inside the subspace varies less than the residuals: the
    /// fit took a direction of little noise for a factor, or a factor hardly varies there.
    std::vector<std::string> weak;
};

/// A look at all domains of at least some size.
struct DomainAnalysis
{
    Index factors = 0;
    std::vector<DomainReport> domains; ///< largest first
    Matrix angles; ///< K x K, degrees: largest principal angle between the domains' m-dimensional subspaces
    Matrix bic;    ///< K x K: BIC of one subspace for the pair minus BIC of two, normal model; negative favours sharing
    std::vector<std::vector<bool>> weak; ///< K x K: as SharedGroup::weak, in either domain of the pair
    std::vector<SharedGroup> groups;     ///< by repeated merging of the two groups whose BIC gains most; largest first
};

/// Subspaces are the m leading principal components of a domain's covariance; BIC compares maximised likelihoods (see
/// compare_invariance). A domain with fewer than fewest_models(d) models, or whose covariance has not full rank, is
/// described and takes no part. Models that miss scores or are screened are left out of subspaces and BIC (method.md,
/// section 5), not out of the counts.
///
/// \throws UsageError  when no domain has min_models models, or factors is not 1 .. d
[[nodiscard]] DomainAnalysis analyse_domains(ScoreMatrix const& matrix, std::int64_t min_models, Index factors,
                                             ScreenChoice screen);

} // namespace exahca
