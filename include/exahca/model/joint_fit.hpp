#pragma once

#include "exahca/model/joint_likelihood.hpp"
#include "exahca/numerics/lbfgs.hpp"

#include <span>

namespace exahca {

/// Which source matrices T_k are allowed.
enum class SourcePattern {
    triangular, ///< upper triangular: a hierarchy
    full,       ///< no hierarchy
};

/// Whether the subspace V moves during a fit.
enum class SubspaceFit { fixed, free };

/// Whether the residual metric D moves during a fit.
enum class ResidualFit {
    fixed,    ///< stays as it is in the starting parameters; isotropic where they have none
    released, ///< log psi_i free within +-largest_log_psi (method.md, section 5)
};

/// Bound of |log psi_i|, log 4.
inline constexpr double largest_log_psi = 1.3862943611198906;

/// What a fit may move. Shapes of sources always move.
struct FitOptions
{
    DensityFamily density = DensityFamily::mog3;
    SourcePattern pattern = SourcePattern::triangular;
    SubspaceFit subspace = SubspaceFit::free;
    ResidualFit residuals = ResidualFit::fixed;
    MinimizerOptions minimizer;
};

/// One maximum of the penalised likelihood.
struct JointFit
{
    JointParameters parameters;
    double log_likelihood = 0; ///< l, unpenalised: for AIC and BIC
    double penalty = 0;        ///< on the shapes; the fit maximises l - penalty
    int iterations = 0;
    int evaluations = 0;
    MinimizerOutcome outcome = MinimizerOutcome::not_finite;

    /// What is maximised, and what optima are compared by.
    [[nodiscard]] double penalised() const { return log_likelihood - penalty; }
    /// The fit met its tolerance.
    [[nodiscard]] bool converged() const { return outcome == MinimizerOutcome::converged; }
    /// No better point was found near by, within the tolerance or not: going on from here would change nothing.
    [[nodiscard]] bool at_rest() const { return converged() || outcome == MinimizerOutcome::stalled; }
};

/// Maximises the likelihood minus the penalty on shapes from a starting point (method.md, section 5).
///
/// V moves in coordinates whitened by the pooled covariance, with orthonormal rows at the start; directions without
/// variance stay out of it. With released residuals L-BFGS-B, otherwise L-BFGS, on the objective divided by N. With the
/// density `extended` the family of each source is chosen anew at the optimum until nothing changes.
///
/// \param domains  equal numbers of benchmarks
/// \param start    sources upper triangular where the pattern is triangular; families may hold anything when the
///         density is extended
/// \throws NumericalFailure  when the likelihood is not finite at the start
[[nodiscard]] JointFit fit_joint(std::span<CentredDomain const> domains, JointParameters const& start,
                                 FitOptions const& options);

/// A fit in the terms of the model x = mu_k + G z + residual (method.md, section 5, "Reading a fit").
struct JointReading
{
    Matrix unmixing;      ///< H, factors x benchmarks, orthonormal rows, largest entry of each positive
    Matrix loadings;      ///< H', benchmarks x factors, columns in levels (level 1 first)
    Matrix factor_scores; ///< U V, factors x benchmarks: z = U V (x - mu_k); equals H when residuals are isotropic
    std::vector<Matrix> triangles; ///< B_k = T_k U^-1, sources e = B_k z; upper triangular when the T_k are
};

/// H comes from G = D V' Q^-1: for a metric that is not isotropic the flag of V is another one.
/// \throws NumericalFailure  when V has lost full rank
[[nodiscard]] JointReading read_fit(JointParameters const& parameters);

} // namespace exahca
