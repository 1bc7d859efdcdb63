#pragma once

#include "exahca/numerics/bivariate_normal.hpp"

#include "noise_blocks.hpp"
#include "noise_pattern.hpp"

namespace exahca::detail {

/// The likelihood row by row, in small dense algebra: for models of more factors than the kernels take, for what
/// single rows say of their sources, and the reference for BlockModel.
class RowModel
{
public:
    /// Keeps a reference to the model.
    explicit RowModel(PatternModel const& model);

    /// log p of a row of scores (all d of them).
    double evaluate_row(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores);

    /// Adds the expectations of the row that was evaluated last.
    void add_row(PatternSums& sums);

    /// What that row says of the sources: visit(probability, E[e], Cov[e]) for each combination of components.
    template <class Visit>
    void visit_sources(Visit const& visit) const
    {
        for (std::size_t i = 0; i < given_.size(); ++i)
            visit(probabilities_[static_cast<Index>(i)], given_[i].sources, given_[i].source_covariance);
    }

private:
    // At most two scores are cut off: their vectors and matrices need no heap.
    using Pair = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 2, 1>;
    using PairMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 2, 2>;

    /// One of the C^m combinations of components.
    struct Combination
    {
        std::vector<Index> components; ///< of each source
        double constant = 0;           ///< what lw_c has of its own
        Vector mean;                   ///< a_c
        Vector shift;                  ///< P a_c
        Matrix covariance;             ///< Sig_c
        Pair units;       ///< deviations of the scores cut off, given the observed ones; minus at a ceiling
        Matrix gain;      ///< Sig_c A_q' T^-1, T their covariance: what e learns from them, m x censored
        Matrix remaining; ///< covariance of e if these were known
    };

    /// The posterior of the row's sources, and of its scores that are cut off, given a combination.
    struct Given
    {
        Vector sources;                 ///< E[e], m
        Matrix source_covariance;       ///< Cov[e], m x m
        Pair censored;                  ///< E[x_q - mu_q], one for each score that is cut off
        PairMatrix censored_covariance; ///< of these, censored x censored
        Matrix cross;                   ///< Cov[x_q, e], censored x m
    };

    [[nodiscard]] Combination combine(std::vector<Index> components);
    void censor(Combination& combination);
    double condition(std::size_t combination, Pair const& bounds);
    void condition_all(Pair const& bounds);

    PatternModel const& model_;
    std::vector<Combination> combinations_;
    std::vector<BivariateNormal> pairs_; // of each combination where two scores are cut off
    // Of the last row; room that is used again for the next one.
    Vector residuals_, t_, y_, row_sources_;
    Vector log_weights_, probabilities_; // of each combination
    std::vector<Given> given_;
};

/// log p of the pattern's rows, each in its row's place in `values`; adds their expectations to `sums` where it is
/// given. By blocks where these know the pattern, else row by row.
void visit_rows(PatternModel const& model, BlockModel& blocks, Matrix const& scores, Vector& values, PatternSums* sums);

} // namespace exahca::detail
