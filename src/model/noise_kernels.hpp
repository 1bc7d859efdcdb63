#pragma once

#include "exahca/numerics/pair_rules.hpp"

#include <cstddef>

namespace exahca::detail {

/// Largest number of factors that the kernels take.
inline constexpr std::size_t max_kernel_factors = 8;

/// Numbers in (1, t, t t'): 1, then t_j, then t_j t_l for l <= j, row by row.
[[nodiscard, gnu::always_inline]] inline constexpr std::size_t moment_count(std::size_t factors)
{
    return 1 + factors + factors * (factors + 1) / 2;
}

/// Place of t_j t_l among them.
[[nodiscard, gnu::always_inline]] inline constexpr std::size_t pair_place(std::size_t factors, std::size_t j,
                                                                          std::size_t l)
{
    return 1 + factors + (j >= l ? j * (j + 1) / 2 + l : l * (l + 1) / 2 + j);
}

/// A score that all rows of a pattern have cut off, one of at most two. Its bound's distance from its mean in standard
/// deviations, u, is a linear function of the bound and t: coefficients[f, c] belongs to the f-th of (bound - mu, 1,
/// t).
struct NoiseKernelBound
{
    double const* loadings; ///< a_q, factors
    double noise;           ///< psi_q
    double sign;            ///< 1 at a floor, -1 at a ceiling
    double* coefficients;   ///< (factors + 2) x padded
};

/// What two such scores have in common, for each combination: the correlation of their distances from their bounds,
/// given the observed scores, and nodes to integrate over correlations from 0 to it (lane_bivariate.inl).
struct NoiseKernelPair
{
    GaussRule const* rules; ///< pair_rules()
    double* correlations;   ///< padded
    double* nodes;          ///< z, 1/z and weights: 3 x most_pair_nodes x padded
    std::size_t* counts;    ///< nodes of each four combinations, padded / 4
};

/// What the kernels know of one domain and pattern of observed scores. lw_c (NoiseLikelihood) is a quadratic function
/// of t: coefficients[f, c] belongs to the f-th of 1, t_j, t_j t_l.
///
/// Combinations are padded to a multiple of 4 by some of weight about 0. In matrices the last index runs fastest.
struct NoiseKernelModel
{
    /// Numbers of observed scores, factors m, combinations C^m, and these padded to a multiple of 4.
    std::size_t observed, factors, combinations, padded;
    double const* weighted;        ///< Psi^-1 A, observed x factors
    double const* precisions;      ///< 1 / psi, observed
    double const* coefficients;    ///< moment_count x padded
    double constant;               ///< -(1/2) log|2 pi Psi|
    NoiseKernelBound const* bound; ///< null where no score is cut off; where there is a pair, the first of two
    NoiseKernelPair const* pair;   ///< null unless two scores are cut off
};

/// Rows of a block, one after the other in each line; `stride` rows fit. Rows are padded to a multiple of 4.
struct NoiseKernelBlock
{
    std::size_t rows, stride;
    double* residuals; ///< r, observed x stride; 0 in padded rows
    double* moments;   ///< 1, t, t t', moment_count x stride; `accumulate` divides them by the sum of weights.
                       ///< The line before them is the bound's, less mu_q, and before that the second bound's
    double* weights;   ///< exp(lw_c - largest), padded x stride
    double* slopes;    ///< where there is a bound: weights times phi(u) / Phi(u), padded x stride. Of a pair weights
                       ///< times the derivatives of log Phi_2(u_1, u_2) by u_1, then those by u_2, then
                       ///< phi_2 / Phi_2: 3 x padded x stride
    double* sources;   ///< E[e], factors x stride, and room for moment_count - 1 + factors lines in all
    double* totals;    ///< 1 / sum of weights, stride
    double* values;    ///< log p, stride
};

/// Sums over rows, each in four parts of which one stands for every fourth row.
struct NoiseKernelSums
{
    double* moments;   ///< sum of r_c (1, t, t t'), padded x moment_count x 4
    double* products;  ///< sum of r E[e'], observed x factors x 4
    double* residuals; ///< sums of r and of r^2, observed x 2 x 4
    double* slopes;    ///< sum of r_c lambda (bound - mu_q, 1, t), padded x (factors + 2) x 4, lambda = phi(u)/Phi(u).
                    ///< Of a pair: sums of each derivative times (1, t), 2 x padded x (factors + 1) x 4, then of each
                    ///< times its bound, 2 x padded x 4, then of phi_2 / Phi_2, padded x 4
};

/// The inner loops of the likelihood of noisy scores, compiled once per kind of processor; all tables give the same
/// bits.
struct NoiseKernels
{
    /// Coefficients of all combinations. `precision` is P; log weights (padded), means and standard deviations (factors
    /// x padded) are those of the combinations.
    void (*prepare)(std::size_t factors, std::size_t padded, double const* precision, double const* log_weights,
                    double const* means, double const* deviations, double* coefficients);
    /// Coefficients of a bound, from those.
    void (*prepare_bound)(std::size_t factors, std::size_t padded, double const* coefficients,
                          NoiseKernelBound const& bound);
    /// Correlations and nodes of two bounds, after `prepare_bound` of each.
    void (*prepare_pair)(std::size_t factors, std::size_t padded, NoiseKernelBound const* bounds,
                         NoiseKernelPair const& pair);
    /// From residuals to values; a value is not a number where anything on the way is not finite.
    void (*evaluate)(NoiseKernelModel const& model, NoiseKernelBlock const& block);
    /// The same for rows with two bounds, in three steps. `reach_pair`: from residuals to lw_c without the bounds, in
    /// the lines of weights, u_1 and u_2, in the first two lines of slopes, and a limit that lw_c with the bounds does
    /// not exceed, in the third.
    void (*reach_pair)(NoiseKernelModel const& model, NoiseKernelBlock const& block);
    /// `truncate_pairs`: adds log Phi_2(u_1, u_2) to the weights at these places (combination times stride, plus row)
    /// and puts what else is needed of it in the place of the slopes. Leaves out pairs that it cannot do with ten
    /// digits; returns how many, which then stand at the beginning of `places`.
    std::size_t (*truncate_pairs)(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t* places,
                                  std::size_t count);
    /// `weigh_pairs`: from there to values.
    void (*weigh_pairs)(NoiseKernelModel const& model, NoiseKernelBlock const& block);
    /// Adds the rows of a block that was evaluated.
    void (*accumulate)(NoiseKernelModel const& model, NoiseKernelBlock const& block, NoiseKernelSums const& sums);
    /// Sums of r_c, r_c E[e], r_c E[e e'] (moment_count x padded) from those of r_c (1, t, t t').
    void (*finish)(NoiseKernelModel const& model, double const* sums, double* moments);
    /// After `finish`, for rows with a bound: takes the moments of e to those that the bound leaves, and sums r_c E[w],
    /// r_c E[w^2], r_c E[w e], w = x_q - mu_q ((factors + 2) x padded).
    void (*finish_bound)(NoiseKernelModel const& model, double const* sums, double* moments, double* bound_moments);
    /// The same for rows with two bounds; those of the second score follow (2 x (factors + 2) x padded).
    void (*finish_pair)(NoiseKernelModel const& model, double const* sums, double* moments, double* bound_moments);
};

[[nodiscard]] NoiseKernels const& baseline_noise_kernels();
#if defined(__x86_64__)
[[nodiscard]] NoiseKernels const& avx2_noise_kernels();
#endif
/// The fastest table that this processor can run.
[[nodiscard]] NoiseKernels const& noise_kernels();

} // namespace exahca::detail
