#pragma once

#include "exahca/model/noise_likelihood.hpp"

namespace exahca::detail {

/// Sources of one domain: log weights, means and variances of their components, factors x components.
struct SourceMixtures
{
    Matrix log_weights, means, variances;
};

[[nodiscard]] SourceMixtures source_mixtures(Matrix const& shapes);

/// What is known of one row, given each combination of components: the posterior of its sources and of its scores that
/// are cut off. Scratch space of one pattern, used again for every row.
struct RowPosterior
{
    struct Given
    {
        Vector sources;           ///< E[e], m
        Matrix source_covariance; ///< Cov[e], m x m
        Vector censored;          ///< E[x_q - mu_q], one for each score that is cut off
        Matrix censored_covariance;
        Matrix cross; ///< Cov[x_q, e], censored x m
    };
    Vector residuals;     ///< r of the observed scores
    Vector log_weights;   ///< lw_c
    Vector probabilities; ///< of each combination given the row
    std::vector<Given> given;
};

/// Expected sufficient statistics of the rows of one pattern; known scores: the observed ones, then those cut off.
struct PatternSums
{
    double rows = 0;                ///< how many were added
    Vector residuals;               ///< sum of E[r], known
    Vector squares;                 ///< sum of E[r^2], known
    Matrix products;                ///< sum of E[r e'], known x m
    Vector sources;                 ///< sum of E[e], m
    Matrix source_squares;          ///< sum of E[e e'], m x m
    Matrix counts, firsts, seconds; ///< N, M1, M2: sums of r_c, r_c E[e_j], r_c E[e_j^2], m x C
};

/// Derivatives with respect to the columns of shapes (docs/noise.md, gradient), (3 C - 1) x m.
[[nodiscard]] Matrix shape_gradient(PatternSums const& sums, SourceMixtures const& mixtures);

/// The likelihood of the rows of one domain that know and lack the same scores: what depends on domain and pattern only
/// is computed once. This is the reference; a faster kernel may take the place of `evaluate_row` and `add_row`.
class PatternModel
{
public:
    PatternModel(NoiseParameters const& parameters, std::size_t k, RowPattern const& pattern,
                 SourceMixtures const& mixtures);

    /// Columns of the known scores: the observed ones, then those cut off.
    [[nodiscard]] std::vector<Index> const& known() const { return known_; }

    [[nodiscard]] RowPosterior make_posterior() const;
    [[nodiscard]] PatternSums make_sums() const;

    /// log p of a row of scores (all d of them); fills the posterior.
    double evaluate_row(Eigen::Ref<Eigen::RowVectorXd const> scores, RowPosterior& posterior) const;

    /// Adds the expectations of the row that was evaluated last.
    void add_row(RowPosterior const& posterior, PatternSums& sums) const;

    /// Adds derivatives with respect to A_k, mu_k, log psi, log s_k (Fisher's identity). `mixing` is d x m.
    void add_gradient(PatternSums const& sums, Matrix& mixing, Vector& means, Vector& log_psi, double& log_scale) const;

private:
    /// One of the C^m combinations of components.
    struct Combination
    {
        std::vector<Index> components; ///< of each source
        double constant = 0;           ///< what lw_c has of its own
        Vector mean;                   ///< a_c
        Vector shift;                  ///< P a_c
        Matrix covariance;             ///< Sig_c
        Matrix spread;                 ///< covariance of the scores cut off, given the observed ones
        Matrix gain;                   ///< Sig_c A_q' spread^-1: what e learns from them, m x censored
        Matrix remaining;              ///< covariance of e if these were known
    };

    [[nodiscard]] Combination combine(std::vector<Index> components, Matrix const& precision,
                                      SourceMixtures const& mixtures) const;
    double censor(Combination const& combination, Vector const& bounds, RowPosterior::Given& given) const;

    RowPattern const& pattern_;
    Index factors_, components_;
    std::vector<Index> known_; ///< columns: observed, then cut off
    Vector means_, noise_;     ///< mu_k and Psi_k of the known scores
    Matrix mixing_;            ///< A_k, known x m
    Matrix weighted_;          ///< Psi^-1 A of the observed scores
    double constant_;          ///< of log p, the same for all rows
    std::vector<Combination> combinations_;
};

} // namespace exahca::detail
