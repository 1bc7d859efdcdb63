#pragma once

#include "exahca/model/noise_likelihood.hpp"
#include "exahca/model/source_mixtures.hpp"

namespace exahca::detail {

/// The component of each source in the first combination (all 0), and in the next one, the last source's running
/// fastest; false after the last combination.
[[nodiscard]] std::vector<Index> first_combination(SourceMixtures const& mixtures);
[[nodiscard]] bool advance(std::vector<Index>& combination, SourceMixtures const& mixtures);

/// What the parameters say of all rows of one domain.
struct DomainModel
{
    DomainModel(NoiseParameters const& parameters, std::size_t k);

    SourceMixtures mixtures;
    Vector means;            ///< mu_k
    Vector noise, log_noise; ///< Psi_k
    Vector free_share;       ///< s_k psi / Psi_k, the part that fits move; empty: all of it
    Matrix mixing, weighted; ///< A_k and Psi_k^-1 A_k, benchmarks x factors
};

/// The part of it that rows of one pattern need.
struct PatternModel
{
    /// Keeps references to both.
    PatternModel(DomainModel const& whole, RowPattern const& row_pattern);

    [[nodiscard]] Index observed() const { return static_cast<Index>(pattern.observed.size()); }
    [[nodiscard]] Index censored() const { return static_cast<Index>(pattern.censored.size()); }
    [[nodiscard]] Index factors() const { return mixing.cols(); }

    DomainModel const& domain;
    RowPattern const& pattern;
    std::vector<Index> known; ///< columns of the known scores: the observed ones, then those cut off
    Vector means, noise;      ///< mu_k and Psi_k of the known scores
    Matrix mixing, weighted;  ///< A_k and Psi_k^-1 A_k, known x m
    Matrix precision;         ///< P, of the observed scores
    double constant;          ///< -(1/2) log|2 pi Psi| of the observed scores
};

/// The observed scores of a pattern's rows, in the order of their columns: all that the likelihood needs of them where
/// each source has one component and no score is cut off.
struct PatternMoments
{
    Vector mean;
    Matrix scatter; ///< sum of (x - mean) (x - mean)'
};

[[nodiscard]] PatternMoments pattern_moments(Matrix const& scores, RowPattern const& pattern);

/// Expected sufficient statistics of the rows of one pattern and, for N, M1 and M2, of those before it.
struct PatternSums
{
    /// Room for a domain's patterns; all 0.
    explicit PatternSums(DomainModel const& domain);

    /// Forgets all but N, M1 and M2.
    void start_pattern();

    // Known scores first: the observed ones, then those cut off; as many lines as there are benchmarks.
    Vector residuals; ///< sum of E[r]
    Vector squares;   ///< sum of E[r^2]
    Matrix products;  ///< sum of E[r e'], ... x m

    Vector sources;                 ///< sum of E[e], m
    Matrix source_squares;          ///< sum of E[e e'], m x m
    Matrix counts, firsts, seconds; ///< N, M1, M2: sums of r_c, r_c E[e_j], r_c E[e_j^2], m x C
};

/// Adds a pattern's part of the derivatives with respect to A_k (d x m), mu_k, log psi, log s_k (Fisher's identity).
void add_gradient(PatternModel const& model, PatternSums const& sums, Matrix& by_mixing, Vector& by_means,
                  Vector& by_log_psi, double& by_log_scale);

/// Derivatives with respect to the columns of shapes from N, M1 and M2, (3 C - 1) x m.
[[nodiscard]] Matrix shape_gradient(PatternSums const& sums, SourceMixtures const& mixtures);

} // namespace exahca::detail
