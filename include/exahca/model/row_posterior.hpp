#pragma once

#include "exahca/model/noise_likelihood.hpp"
#include "exahca/numerics/normal_mixture.hpp"

#include <memory>
#include <vector>

namespace exahca {

/// A number that is linear in the sources of a model, and perhaps noisy: offset + weights' e + N(0, variance).
///
/// A factor is one without noise; a score that will be measured has its benchmark's noise.
struct LinearTarget
{
    double offset = 0;
    Vector weights;      ///< one per source, not all of them 0 where there is no variance
    double variance = 0; ///< of its own noise, which no score of the row shares; at least 0
};

/// The score of benchmark j of a model of domain k, as it would be measured: mu_j + a_j' e + N(0, Psi_j).
[[nodiscard]] LinearTarget score_target(NoiseParameters const& parameters, std::size_t k, Index benchmark);

/// What the known scores of a row, and the model of NoiseLikelihood, say of numbers that are linear in its sources. One
/// object serves all rows of a pattern, one after the other.
///
/// Given the combination c of the sources' components and the observed scores such a number y is normal with mean and
/// variance
///
///     E_c = offset + w' m_c,   D_c = variance + w' Sig_c w
///
/// (m_c, Sig_c as in NoiseLikelihood), and c has the probability exp lw_c / sum exp lw. So its distribution is a
/// mixture of C^m normal ones, whose mean, distribution function and quantiles are exact: no normal distribution stands
/// in for the mixture. Components of a probability below 1e-12 are left out of the latter two.
///
/// Of a row with scores that are cut off, the density of y given c is
///
///     phi(y; E_c, D_c) P(x_q beyond their bounds | y, c) / P(x_q beyond their bounds | c),
///
/// a univariate or bivariate normal probability (SUN distributions: R. B. Arellano-Valle, A. Azzalini, Scand. J. Stat.
/// 33 (2006), 561). Means and variances come from truncated normal moments and are exact; the distribution function is
/// integrated by Gauss-Legendre rules of ten points between breaks at the density's own scale, to about 1e-9.
///
/// The uncertainty of the parameters is in none of it, unless it is added (widen).
class RowPosterior
{
public:
    /// \param k        the domain's number in the parameters
    /// \param pattern  of the rows; nothing known at all gives the distribution over the models of the domain
    RowPosterior(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                 std::vector<LinearTarget> targets);
    ~RowPosterior();
    RowPosterior(RowPosterior&&) noexcept;
    RowPosterior& operator=(RowPosterior&&) noexcept;

    [[nodiscard]] std::size_t targets() const;

    /// Takes a row of that pattern; what follows is about it.
    /// \param scores  all d of them, bounds where cut off, anything where missing
    void condition(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores);

    /// Adds an independent normal number of mean 0 to a target, until the next row is taken: what the fit leaves open.
    /// \param variance  of it, in place of any given before; at least 0
    void widen(std::size_t target, double variance);

    [[nodiscard]] double mean(std::size_t target) const;
    [[nodiscard]] double deviation(std::size_t target) const; ///< standard deviation
    /// Probability of at most this.
    [[nodiscard]] double distribution(std::size_t target, double value) const;
    /// Where a value stands: Phi^-1 of its probability, standard normal if the model holds. Of small probabilities on
    /// either side those of normal mixtures keep their digits, as far as +-38; beyond bounds it ends near +-6.
    [[nodiscard]] double normal_score(std::size_t target, double value) const;
    /// The value below which the probability is p, to 1e-9 of the deviation. \pre 0 < p < 1
    [[nodiscard]] double quantile(std::size_t target, double p) const;
    /// The distribution as a mixture of normal ones, to be compared with another row's.
    ///
    /// Exact where no score of the row is cut off, but for components that are together less likely than
    /// negligible_share. Where one is, its distribution given c is cut into 32 cells of equal probability, and in each
    /// of them a normal number of the cell's mean and variance stands in for it: means and variances of y are exact,
    /// and the distribution function is off by less than the 1/32 of a cell, the less the more noise y has beside the
    /// score. Two are cut one after the other, into 12 cells each.
    [[nodiscard]] NormalMixture mixture(std::size_t target) const;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace exahca
