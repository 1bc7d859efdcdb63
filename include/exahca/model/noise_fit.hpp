#pragma once

#include "exahca/model/joint_fit.hpp"
#include "exahca/model/noise_likelihood.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Range of psi_i in units of the pooled within-domain variance of its benchmark. Below, a factor is the benchmark
/// itself (a Heywood case); above, the benchmark is nothing but noise.
inline constexpr double least_psi = 0.0025, largest_psi = 1;
/// Range of log s_k: within this of 0.
inline constexpr double largest_log_scale = 2;

/// Lower bound of each psi_i: least_psi, or 0 where some of the benchmark's noise is known.
[[nodiscard]] Vector least_psis(NoiseParameters const& parameters);

/// Benchmarks whose psi is at its lower bound, which fits approach and never meet: above it by less than a tenth of it
/// or, where it is 0, of the known noise.
/// \param parameters  in standardised units
[[nodiscard]] std::vector<Index> at_least_psi(NoiseParameters const& parameters);

/// A restriction of the flag: a benchmark that only the first factors of the causal order move. Its row of G is 0 in
/// all columns but the last `levels`, whatever basis of the factors is taken: G U^-1 with U upper triangular keeps it.
struct Anchor
{
    Index benchmark = 0;
    Index levels = 1; ///< 1 to m - 1
};

/// How many parameters anchors take from the loadings: m - levels of each.
[[nodiscard]] Index restrictions_of(std::span<Anchor const> anchors, Index factors);
/// Sets to 0 what they say is 0.
void keep_anchors(NoiseParameters& parameters, std::span<Anchor const> anchors);

/// What a fit may move, and how hard it tries.
struct NoiseFitOptions
{
    SourcePattern pattern = SourcePattern::triangular; ///< of the R_k
    SubspaceFit loadings = SubspaceFit::free;          ///< fixed: G moves within its flag alone, which changes nothing
    int renewals = 6;                                  ///< how often the coordinates are made anew, at most; at least 1
    double settled = 0.01;                             ///< nats; ends when a renewal gains less
    MinimizerOptions minimizer{};                      ///< of one renewal
    std::span<Anchor const> anchors{}; ///< kept by a fit with free loadings and triangular R_k, others have none
};

/// One maximum of the penalised noise-aware likelihood.
struct NoiseFit
{
    NoiseParameters parameters; ///< in the units of the scores that were fitted
    double log_likelihood = 0;  ///< l, unpenalised
    double penalty = 0;         ///< on shapes, and on noise beyond its range
    int evaluations = 0;
    MinimizerOutcome outcome = MinimizerOutcome::not_finite;

    [[nodiscard]] double penalised() const { return log_likelihood - penalty; }
};

/// Maximises the likelihood of NoiseLikelihood minus the penalty on shapes (shape_penalty) from a starting point.
///
/// L-BFGS in coordinates that are whitened by the empirical information at the start (the mean outer product of the
/// rows' scores) and renewed a few times; in plain coordinates it does not arrive. psi = bound + exp u keeps its
/// lower bound (least_psis); the upper one and the range of s_k are kept by a steep quadratic penalty beyond them. At
/// each renewal the rows of G^+ are made orthonormal and the size-weighted mean of log s_k is set to 0: directions that
/// change nothing, and so do not wander.
///
/// \param domains  in units of the benchmarks' pooled within-domain standard deviations
/// \param start    C = 2 or 3 components per source; its known noise stays
/// \throws NumericalFailure  when the likelihood is not finite at the start, or G has lost full rank
[[nodiscard]] NoiseFit fit_noise(std::span<PatternedScores const> domains, NoiseParameters const& start,
                                 NoiseFitOptions const& options = {});

/// The parameters of domain k alone, and those that it shares with the others.
[[nodiscard]] NoiseParameters domain_part(NoiseParameters const& parameters, std::size_t k);
/// Replaces R_k, mu_k, s_k and the shapes of domain k by those of a part.
void put_domain_part(NoiseParameters const& part, std::size_t k, NoiseParameters& parameters);

/// Maximises one domain's part of the penalised likelihood in R_k, mu_k, s_k and its shapes, G and psi held: much
/// cheaper than a fit of all, and so good for many starts.
class DomainFit
{
public:
    explicit DomainFit(PatternedScores const& domain) : domain_(domain) {}

    /// L-BFGS in whitened coordinates, as fit_noise has them.
    /// \param start  of this domain (domain_part), R_k triangular
    /// \throws NumericalFailure  when the likelihood is not finite at the start
    [[nodiscard]] NoiseFit from(NoiseParameters const& start, MinimizerOptions const& minimizer) const;

private:
    PatternedScores const& domain_;
};

/// A noise-aware fit in the terms of the span likelihood: V = (G' Psi^-1 G)^-1 G' Psi^-1, the generalised least squares
/// of the factors, T_k = R_k^-1 and D = Psi = diag(psi), of log_common_noise where some noise is known, so that
/// read_fit gives H, U and B_k of G and R_k. Its likelihood as a span fit is another one.
[[nodiscard]] JointParameters as_joint_parameters(NoiseParameters const& parameters);

/// And back: G = D V' Q^-1, R_k = T_k^-1, Psi_k = s_k^2 D with the residual variances s_k^2 of the domains.
/// \param means  mu_k
/// \param variances  s_k^2, positive
/// No noise is known (see with_known_noise).
[[nodiscard]] NoiseParameters as_noise_parameters(JointParameters const& parameters, std::vector<Vector> means,
                                                  Vector const& variances);

} // namespace exahca
