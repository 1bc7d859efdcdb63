#pragma once

#include "exahca/numerics/fast_ica.hpp"
#include "exahca/numerics/moments.hpp"

namespace exahca {

/// Hyperparameters of the unmixing of one domain.
struct UnmixingOptions
{
    Index factors = 3; ///< m, 1 to d
    FastIcaOptions ica = {};
};

/// The sources of one domain by the published estimator.
struct DomainUnmixing
{
    Matrix matrix;        ///< M_k, m x d: sources e = M_k (x - mean) of unit variance (divisor n - 1)
    Moments moments;      ///< of the domain's scores, divisor n
    double explained = 0; ///< share of the domain's variance in its m principal components, 0 to 1
    IcaOutcome outcome = IcaOutcome::not_converged;
    int iterations = 0;      ///< of the start that was kept
    int distinct_optima = 0; ///< different converged solutions that the restarts met
    bool damped = false;     ///< the plain iteration cycled and was damped
};

/// Unmixes one domain: its own m principal components, whitened with divisor n, FastICA, rows scaled so that the
/// sources have unit variance with divisor n - 1 (method.md, section 2; Jin et al. 2025). Both divisors matter.
///
/// Rows are sorted by falling distance of their sources from normal, the largest entry of each positive.
///
/// \param scores  n x d, per cent
/// \param key  names seed, replicate and domain; the purpose too
/// \throws NumericalFailure  with the reason: too few models, scores that span fewer than m directions, parallel
/// sources.
///         Failure to converge is an outcome, not an exception.
/// \throws UsageError  when an option is outside its range
[[nodiscard]] DomainUnmixing unmix_domain(Matrix const& scores, UnmixingOptions const& options, RandomKey const& key);

} // namespace exahca
