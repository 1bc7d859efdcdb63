#pragma once

#include "exahca/model/joint_fit.hpp"
#include "exahca/model/noise_fit.hpp"
#include "exahca/model/noise_likelihood.hpp"
#include "exahca/numerics/moments.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Scores of all domains ready for noise-aware fits, which work in standardised units from first to last.
struct NoiseData
{
    /// Less the centres, divided by the deviations, and rounded to multiples of 2^-24: bit for bit the same for a table
    /// in other units, so that no search takes another way because of them.
    std::vector<PatternedScores> domains;
    Vector centres;    ///< means of all known scores of each benchmark
    Vector deviations; ///< pooled within-domain standard deviations of the known scores
    /// A log likelihood of the scores is that of the standardised ones less this: the sum of log deviations over all
    /// observed scores, as their densities change with the unit and the probabilities of lying beyond a bound do not.
    double log_volume = 0;
    /// Variance that the items cause in each domain, in squares of the deviations; empty where nothing is known of
    /// them.
    std::vector<Vector> known_noise;
    std::vector<Anchor> anchors; ///< that fits of these data keep; noise_data() gives none

    [[nodiscard]] Index models() const;
};

/// How many benchmarks each domain lacks: of which nothing is known of any of its models.
[[nodiscard]] std::vector<Index> absent_benchmarks(NoiseData const& data);

/// \param scores  one matrix per domain, models x benchmarks, NaN where missing
/// \param bounds  of the whole table; scores at or beyond them count as cut off. Empty: there are none
/// \param item_variances  see item_noise, in score units; empty: nothing is known
/// \throws NumericalFailure  when a benchmark has no two different known scores in any domain
[[nodiscard]] NoiseData noise_data(std::span<Matrix const> scores, ScoreBounds const& bounds,
                                   std::span<Vector const> item_variances = {});

/// Parameters of standardised scores as those of scores in the units of their file, and back. Both keep the factors.
[[nodiscard]] NoiseParameters in_score_units(NoiseParameters parameters, NoiseData const& data);
[[nodiscard]] NoiseParameters in_standard_units(NoiseParameters parameters, NoiseData const& data);

/// The rows of every domain of which all scores are known exactly, standardised, in their order: models x benchmarks.
[[nodiscard]] std::vector<Matrix> exact_rows(NoiseData const& data);

/// Scores of the factors f = R_k e in every domain, models x factors: posterior means given what is known of each row,
/// less mu_k, in which the shrinkage that a complete row of the domain suffers is undone. For complete rows these are
/// the generalised least squares (G' Psi^-1 G)^-1 G' Psi^-1 (x - mu_k), the same map in all domains, which a common
/// order needs; posterior means themselves are shrunk by a matrix of the domain's own.
/// \param gaussian  one component per source, as FactorAnalysis has them
[[nodiscard]] std::vector<Matrix> factor_scores(std::span<PatternedScores const> domains,
                                                NoiseParameters const& gaussian);

/// The Gaussian model of the same span, noise, means and factor covariances: what factor_scores takes.
[[nodiscard]] NoiseParameters gaussian_of(NoiseParameters const& parameters);

/// The same with another basis of the factors: G -> G basis^-1, R_k -> the triangular factor of their covariance.
/// \param basis  factors x factors, invertible. One component per source
[[nodiscard]] NoiseParameters with_basis(NoiseParameters const& gaussian, Matrix const& basis);

/// Mean and covariance that the model gives the scores of domain k, with the count of its models: what incomplete rows
/// have in place of sample moments.
[[nodiscard]] Moments implied_moments(NoiseParameters const& parameters, std::size_t k, Index models);

/// R upper triangular with R R' = covariance: the Cholesky factor from the last row up.
/// \throws NumericalFailure  when the covariance is singular
[[nodiscard]] Matrix upper_factor(Matrix const& covariance);

} // namespace exahca
