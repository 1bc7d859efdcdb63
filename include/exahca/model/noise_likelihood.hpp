#pragma once

#include "exahca/model/incomplete_scores.hpp"

#include <span>
#include <vector>

namespace exahca {

/// The model of scores that carry measurement noise (docs/noise.md). In domain k
///
///     x = mu_k + A_k e + eps,   A_k = G R_k,   eps ~ N(0, Psi_k),   Psi_k = diag(f b_k) + s_k diag(psi_1 .. psi_d)
///
/// with independent sources e_j, each a mixture of C Gaussians of its own in each domain. Factors stand in levels: the
/// last one is the first of the causal order, as in JointReading.
///
/// Some changes of the parameters change nothing: G -> G U^-1 with R_k -> U R_k, U upper triangular; scale and location
/// of each source against R_k and mu_k; a common factor of the s_k against psi. Whoever fits has to hold them.
///
/// The gradient of the log likelihood has the same type, each entry the derivative with respect to the parameter in its
/// place.
struct NoiseParameters
{
    Matrix loadings;            ///< G, benchmarks x factors
    std::vector<Matrix> mixing; ///< R_k per domain, factors x factors, upper triangular
    std::vector<Vector> means;  ///< mu_k per domain, benchmarks
    Vector log_psi;             ///< log psi_i per benchmark, in squared score units
    Vector log_scales;          ///< log s_k per domain
    /// Per domain (3 C - 1) x factors: one column of shapes per source, as the families mog2 and mog3 have them: logits
    /// b_1 .. b_{C-1} (b_C = 0), means a_1 .. a_C, log standard deviations.
    std::vector<Matrix> shapes;
    /// f b_k per domain: variance of noise that is known beforehand (item_noise.hpp), in squared score units. Empty:
    /// none is. No parameter, but a part of Psi_k: fits keep it, and a gradient's means nothing.
    std::vector<Vector> known_noise = {};

    [[nodiscard]] Index benchmarks() const { return loadings.rows(); }
    [[nodiscard]] Index factors() const { return loadings.cols(); }
    [[nodiscard]] std::size_t domains() const { return mixing.size(); }
    [[nodiscard]] Index components() const { return (shapes.at(0).rows() + 1) / 3; }
    /// s_k psi, the part of domain k's noise variances that is fitted, by benchmark.
    [[nodiscard]] Vector free_noise(std::size_t k) const;
    /// The diagonal of Psi_k: what is known of the noise, and s_k psi.
    [[nodiscard]] Vector noise_variances(std::size_t k) const;
};

/// The known noise of each benchmark, averaged over the domains, each alike; 0 where none is known.
[[nodiscard]] Vector mean_known_noise(NoiseParameters const& parameters);

/// Logarithm of the noise of a domain whose s_k is 1 and whose known noise is the mean of all: one Psi for all domains
/// where one is called for. Without known noise it is log psi.
[[nodiscard]] Vector log_common_noise(NoiseParameters const& parameters);

/// The same model with other known noise: psi makes up for the difference on average over the domains, as far as a
/// tenth of the new known noise remains. What a fit with other known noise can start from.
[[nodiscard]] NoiseParameters with_known_noise(NoiseParameters parameters, std::vector<Vector> known_noise);

/// Exact log likelihood of scores that are noisy, missing or cut off, and its gradient.
///
/// For a row with observed scores O (all matrices restricted to them), r = x - mu_k, t = A' Psi^-1 r, P = A' Psi^-1 A
/// and each of the C^m combinations c of components, with means a_c and variances V_c:
///
///     Sig_c = (P + V_c^-1)^-1,   y_c = t - P a_c,   m_c = a_c + Sig_c y_c
///     lw_c  = log w_c - (1/2) log|I + V_c^(1/2) P V_c^(1/2)| + a_c' t - (1/2) a_c' P a_c + (1/2) y_c' Sig_c y_c
///     log p = -(|O|/2) log 2 pi - (1/2) log|Psi| - (1/2) r' Psi^-1 r + log sum_c exp lw_c
///
/// e given the row and c is N(m_c, Sig_c). A score that is cut off has, given the observed ones and c, mean
/// mu_q + a_q m_c and variance psi_q + a_q Sig_c a_q' (a_q a row of A); the logarithm of the normal probability of
/// lying beyond its bound, or of the bivariate one of two such scores, is added to lw_c. Of three and more group_rows
/// keeps two. All of this is exact. A row of which nothing is known counts nothing.
///
/// Gradient by Fisher's identity (R. A. Fisher 1925): the expected gradient of the complete data's log likelihood,
/// given what is known of the row. The value is summed in the order of rows, the gradient pattern by pattern.
class NoiseLikelihood
{
public:
    /// Keeps a reference to the domains, which must outlive it. \pre at least one domain, equal numbers of benchmarks
    explicit NoiseLikelihood(std::span<PatternedScores const> domains) : domains_(domains) {}

    /// The log likelihood and its gradient, which is resized. Derivatives by entries of R_k below the diagonal are
    /// there, too, for models without a hierarchy.
    ///
    /// No penalty on shapes is in it. Not finite where parameters are far outside any sensible range. \pre shapes of
    /// the parameters agree with each other and with the domains
    double evaluate(NoiseParameters const& parameters, NoiseParameters& gradient) const;

    /// log p of every row, per domain in the order of its rows; `evaluate` returns their sum.
    [[nodiscard]] std::vector<Vector> row_log_likelihoods(NoiseParameters const& parameters) const;

    [[nodiscard]] std::span<PatternedScores const> domains() const { return domains_; }

private:
    std::span<PatternedScores const> domains_;
};

} // namespace exahca
