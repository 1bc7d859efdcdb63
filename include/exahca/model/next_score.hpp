#pragma once

#include "exahca/model/row_posterior.hpp"

#include <memory>
#include <vector>

namespace exahca {

/// What a score that is not known yet would say of numbers that are linear in a row's sources, before it is measured:
/// the variance of such a number y that is to be expected once the score x of a benchmark is known,
///
///     E[Var(y | x)] = Var y - Var E[y | x]
///
/// Given the combination c of the sources' components and what is known of the row, (y, x) are normal with means E_c,
/// X_c, variances D_c, S_c and covariance K_c (LinearTarget, score_target), and c has the probability p_c: a mixture,
/// of which explained_variances (mixture_regression.hpp) gives Var E[y | x]. With one component it is K^2/S.
///
/// Of a row with scores that are cut off the sources given c are not normal; normal ones of their means and
/// covariances, which are exact, stand in for them. The score to come counts as one that no bound will cut off.
class NextScore
{
public:
    /// \param k           the domain's number in the parameters
    /// \param pattern     of the rows; nothing known at all is the domain's population
    /// \param targets     numbers to be known
    /// \param benchmarks  that might be measured, none of those that the pattern knows
    NextScore(NoiseParameters const& parameters, std::size_t k, RowPattern pattern, std::vector<LinearTarget> targets,
              std::vector<Index> benchmarks);
    ~NextScore();
    NextScore(NextScore&&) noexcept;
    NextScore& operator=(NextScore&&) noexcept;

    /// What is known of a row of that pattern.
    struct Result
    {
        Vector variances; ///< of each target, as things stand
        Matrix expected;  ///< targets x benchmarks: the variance that is expected once the score is known, at least 0
    };
    /// \param scores  all d of them, bounds where cut off, anything where missing
    [[nodiscard]] Result evaluate(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores);

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Share of the variance of each benchmark's true score a_j' e that the scores of the others explain, linearly, in
/// domains with these covariances of sources and this noise: with x the scores of the others,
///
///     Cov(x, a_j'e)' Cov(x)^-1 Cov(x, a_j'e) / Var(a_j'e),
///
/// covariances averaged over the domains, within them, by the weights. What is not linear can only add to it. 1 means
/// that the benchmark's factors are known from the others already.
/// \param parameters  all domains, of which those with a weight above 0 count; sources have the variances of their
/// shapes \param weights     one per domain, at least 0, not all 0 \param counts      benchmarks that are there; others
/// are left out and NaN in the result
[[nodiscard]] Vector share_explained_by_others(NoiseParameters const& parameters, Vector const& weights,
                                               std::vector<bool> const& counts);

} // namespace exahca
