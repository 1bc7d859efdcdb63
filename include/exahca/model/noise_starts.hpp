#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/joint_fit.hpp"
#include "exahca/model/noise_likelihood.hpp"

#include <span>
#include <vector>

namespace exahca {

/// When factor analysis stops.
struct FactorAnalysisOptions
{
    int max_steps = 400;     ///< EM steps, at least 0
    double tolerance = 1e-9; ///< stop when a step gains less than this for each row; 0: never
    /// Least psi_i as a share of the pooled variance of its benchmark: with less a factor becomes the benchmark
    /// (a Heywood case). Where some of the benchmark's noise is known the bound is 0.
    double least_noise = 0.0025;
    SubspaceFit loadings = SubspaceFit::free; ///< fixed: G stays as it is at the start
};

/// Factor analysis of several groups with shared loadings.
struct FactorAnalysis
{
    /// One Gaussian of variance 1 per source (C = 1), so that R_k R_k' is the covariance of the factors in domain k;
    /// log s_k = 0.
    NoiseParameters parameters;
    std::vector<double> log_likelihoods; ///< before each step and after the last one; never falls
    std::vector<Index> at_least_noise;   ///< benchmarks whose psi ends at its bound, to be reported
    bool converged = false;              ///< the last step gained less than the tolerance
};

/// Loadings, noise and means to start from: principal components of the pooled within-domain covariance, in units of
/// the benchmarks' standard deviations. Missing scores are left out pair by pair, bounds count as scores.
///
/// \throws NumericalFailure  when a benchmark has no two different known scores in any domain
[[nodiscard]] NoiseParameters principal_component_start(std::span<PatternedScores const> domains, Index factors);

/// The same with random loadings: entries standard normal in units of the standard deviations, divided by sqrt(m).
[[nodiscard]] NoiseParameters random_start(std::span<PatternedScores const> domains, Index factors,
                                           RandomKey const& key);

/// Maximises the likelihood of x = mu_k + G f + eps, f ~ N(0, Phi_k), eps ~ N(0, diag(psi)), by EM (D. B. Rubin and
/// D. T. Thayer, Psychometrika 47 (1982), 69) over all groups: G and psi are shared, Phi_k and mu_k are free.
///
/// Missing scores and up to two scores of a row that are cut off enter exactly, as in NoiseLikelihood. The span of G is
/// what a fit can start from: benchmarks with much noise take no dimension of it, as they do of principal components.
/// Known noise of the start stays, and psi is what comes on top of it.
///
/// \param start  one component per source with mean 0 and standard deviation 1, log s_k = 0, as the functions above
/// give \throws NumericalFailure  when the likelihood is not finite or a domain's factors have a singular covariance
[[nodiscard]] FactorAnalysis analyse_factors(std::span<PatternedScores const> domains, NoiseParameters const& start,
                                             FactorAnalysisOptions const& options = {});

} // namespace exahca
