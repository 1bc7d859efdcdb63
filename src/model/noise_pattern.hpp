#pragma once

#include "exahca/model/noise_likelihood.hpp"

namespace exahca::detail {

/// Sources of one domain: log weights, means and variances of their components, factors x components.
struct SourceMixtures
{
    Matrix log_weights, means, variances;

    [[nodiscard]] Index factors() const { return means.rows(); }
    [[nodiscard]] Index components() const { return means.cols(); }
};

[[nodiscard]] SourceMixtures source_mixtures(Matrix const& shapes);

/// The component of each source in the first combination (all 0), and in the next one, the last source's running
/// fastest; false after the last combination.
[[nodiscard]] std::vector<Index> first_combination(SourceMixtures const& mixtures);
[[nodiscard]] bool advance(std::vector<Index>& combination, SourceMixtures const& mixtures);

/// Expected sufficient statistics of the rows of one pattern; known scores: the observed ones, then those cut off.
struct PatternSums
{
    Vector residuals;               ///< sum of E[r], known
    Vector squares;                 ///< sum of E[r^2], known
    Matrix products;                ///< sum of E[r e'], known x m
    Vector sources;                 ///< sum of E[e], m
    Matrix source_squares;          ///< sum of E[e e'], m x m
    Matrix counts, firsts, seconds; ///< N, M1, M2: sums of r_c, r_c E[e_j], r_c E[e_j^2], m x C
};

/// What depends on the domain and on what is known of a row, but not on its scores.
struct PatternModel
{
    PatternModel(NoiseParameters const& parameters, std::size_t k, RowPattern const& row_pattern);

    [[nodiscard]] Index observed() const { return static_cast<Index>(pattern.observed.size()); }
    [[nodiscard]] Index censored() const { return static_cast<Index>(pattern.censored.size()); }
    [[nodiscard]] Index factors() const { return mixing.cols(); }

    /// All 0.
    [[nodiscard]] PatternSums make_sums(Index components) const;

    /// Adds derivatives with respect to A_k, mu_k, log psi, log s_k (Fisher's identity). `by_mixing` is d x m.
    void add_gradient(PatternSums const& sums, Matrix& by_mixing, Vector& by_means, Vector& by_log_psi,
                      double& by_log_scale) const;

    RowPattern const& pattern;
    std::vector<Index> known; ///< columns of the known scores: the observed ones, then those cut off
    Vector means, noise;      ///< mu_k and Psi_k of the known scores
    Matrix mixing;            ///< A_k, known x m
    Matrix weighted;          ///< Psi^-1 A of the observed scores
    Matrix precision;         ///< P
    double constant;          ///< -(1/2) log|2 pi Psi| of the observed scores
};

} // namespace exahca::detail
