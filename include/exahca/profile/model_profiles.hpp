#pragma once

#include "exahca/profile/stored_model.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Share of the posterior that the intervals of profiles and predictions hold.
inline constexpr double interval_share = 0.9;

/// What a model's scores say of one factor of it.
struct FactorPosition
{
    /// Points of the naming benchmark above the mean of the model's domain: posterior mean, and the ends of its central
    /// 90 % interval.
    double mean = 0, low = 0, high = 0;
    /// Per cent of the domain's models that the fit has below these three.
    double percentile = 0, percentile_low = 0, percentile_high = 0;
};

/// How one score compares with what the others of its model say of it; NaN where it is missing or cut off.
struct ScoreSurprise
{
    double expected = 0; ///< mean of its distribution given the other scores
    /// Where it stands in that distribution: Phi^-1 of its probability. Standard normal where the model holds.
    double deviations = 0;
};

/// What the scores of one model say, given the fitted model.
struct ModelProfile
{
    std::vector<FactorPosition> factors;  ///< in causal order
    std::vector<ScoreSurprise> surprises; ///< one per benchmark
    Index known = 0;                      ///< scores that were used, those cut off included
};

/// Mean of the factors of each domain, domains x factors, in points of the naming benchmarks: what is to be added to
/// FactorPosition to compare models of different domains. NaN for domains that lack a benchmark.
[[nodiscard]] Matrix factor_means(StoredModel const& model);

/// Profiles of models of domain k, in their order. Exact under the fitted model, as RowPosterior is.
///
/// Where the model has drifts D_r from resamples, normal numbers are added to the factors: of the variance mean_r (D_r
/// f)_i^2 at the model's posterior mean f. That is the sampling error of the fit as far as it turns and scales factors;
/// a model at the mean of its domain has none. Another normal number stands for the error of the fitted noise, by
/// StoredModel::noise_covariance (docs/noise.md). Not in the profiles are the error of the answer's flag and of the
/// sources.
/// \param scores  models x benchmarks, NaN where missing
/// \throws NumericalFailure  when a known score is not finite
[[nodiscard]] std::vector<ModelProfile> profile_models(StoredModel const& model, std::size_t k, Matrix const& scores);

/// A score that is not known, as it would be measured.
struct PredictedScore
{
    Index model = 0, benchmark = 0; ///< row and column of the table
    /// Posterior mean and ends of the central 90 % interval, in score units; none lies beyond the scale's bounds.
    double mean = 0, low = 0, high = 0;
};

/// The scores of domain k that are missing, by row and column. Those of benchmarks that the domain lacks altogether, or
/// in which it is constant, are left out: the model knows no mean of them.
/// \param scores  models x benchmarks, NaN where missing
/// \throws NumericalFailure  when a known score is not finite
[[nodiscard]] std::vector<PredictedScore> predict_scores(StoredModel const& model, std::size_t k, Matrix const& scores);

} // namespace exahca
