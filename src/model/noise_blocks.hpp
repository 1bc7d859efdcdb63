#pragma once

#include "exahca/numerics/bivariate_normal.hpp"
#include "noise_kernels.hpp"
#include "noise_pattern.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace exahca::detail {

/// The likelihood of rows with at most two scores that are cut off, a block of them at a time, for one domain. Equal to
/// RowModel but for rounding; sums run over rows in their order, the same on every processor.
class BlockModel
{
public:
    explicit BlockModel(DomainModel const& domain, NoiseKernels const& kernels = noise_kernels());

    /// Whether a pattern's rows can be visited.
    [[nodiscard]] static bool covers(PatternModel const& model);

    /// log p of the pattern's rows, each in its row's place; adds their expectations to `sums` where it is given.
    /// \pre covers(model), a part of the same domain
    void visit(PatternModel const& model, Matrix const& scores, Vector& values, PatternSums* sums);

    /// Adds the same to `sums`, from the moments of the rows instead of the rows; their log likelihood.
    /// \pre covers(model); one component per source, no score cut off
    double visit_moments(PatternModel const& model, PatternMoments const& moments, PatternSums& sums);

private:
    // Coefficients of the kernels for one pattern, into the members below.
    void prepare(PatternModel const& model);
    void load_residuals(PatternModel const& model, Matrix const& scores, std::span<Index const> rows);
    [[nodiscard]] NoiseKernelModel kernel_model(PatternModel const& model) const;
    [[nodiscard]] NoiseKernelBlock kernel_block(std::size_t rows);
    // Of patterns with two bounds.
    void prepare_pair();
    void evaluate_pairs(NoiseKernelModel const& known, NoiseKernelBlock const& block);
    void truncate_pairs(NoiseKernelModel const& known, NoiseKernelBlock const& block);
    void add_combinations(NoiseKernelModel const& known, PatternSums& sums);
    void add_bound(Index observed, Index bound, PatternSums& sums);

    NoiseKernels const& kernels_;
    // C^m combinations, and these padded to a multiple of 4.
    Index factors_, combinations_, padded_;
    // Of the combinations; padded ones have mean and deviation 0 and no weight.
    std::vector<Index> component_; // of each source, combinations x factors
    Vector log_weights_;
    Matrix means_, deviations_; // padded x factors
    // Room for one pattern and for one block; columns are lines of the kernels.
    Matrix coefficients_, finished_; // padded x moment_count
    Vector precisions_;
    Matrix weighted_;                                   // factors x benchmarks
    std::array<NoiseKernelBound, 2> bounds_;            // their pointers remain
    Matrix bound_loadings_;                             // factors x 2
    Matrix bound_coefficients_, bound_finished_;        // padded x 2 (factors + 2)
    NoiseKernelPair pair_;                              // its pointers remain
    Vector correlations_;                               // padded
    Matrix nodes_;                                      // padded x (3 most_pair_nodes)
    std::vector<std::size_t> node_counts_;              // padded / 4
    std::vector<std::size_t> places_, likeliest_;       // pairs to be truncated; of each row of a block
    std::vector<std::optional<BivariateNormal>> exact_; // of combinations whose pairs the kernels have left out
    // Lines of a block of rows, as NoiseKernelBlock describes them; one column is one line.
    Matrix residuals_, moments_, weights_, slopes_, sources_, totals_;
    // Sums over the rows of a pattern, as NoiseKernelSums describes them, each in four parts.
    Vector moment_sums_, product_sums_, residual_sums_, slope_sums_;
    // For visit_moments: sum over rows of r_i t_j.
    Matrix reach_; // benchmarks x factors
};

} // namespace exahca::detail
