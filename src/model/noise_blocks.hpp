#pragma once

#include "noise_kernels.hpp"
#include "noise_pattern.hpp"

#include <span>

namespace exahca::detail {

/// The likelihood of rows with at most one score that is cut off, a block of them at a time, for one domain. Equal to
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
    void prepare(PatternModel const& model);
    void load_residuals(PatternModel const& model, Matrix const& scores, std::span<Index const> rows);
    [[nodiscard]] NoiseKernelModel kernel_model(PatternModel const& model) const;
    [[nodiscard]] NoiseKernelBlock kernel_block(std::size_t rows);
    void add_combinations(NoiseKernelModel const& known, PatternSums& sums);
    void add_bound(Index place, PatternSums& sums);

    NoiseKernels const& kernels_;
    Index factors_, combinations_, padded_;
    // Of the combinations; padded ones have mean and deviation 0 and no weight.
    std::vector<Index> component_; // of each source, combinations x factors
    Vector log_weights_;
    Matrix means_, deviations_; // padded x factors
    // Room for one pattern and for one block; columns are lines of the kernels.
    Matrix coefficients_, finished_; // padded x moment_count
    Vector precisions_;
    Matrix weighted_;        // factors x benchmarks
    NoiseKernelBound bound_; // its pointers remain
    Vector bound_loadings_;
    Matrix bound_coefficients_, bound_finished_; // padded x (factors + 2)
    Matrix residuals_, moments_, weights_, slopes_, sources_, totals_;
    Vector moment_sums_, product_sums_, residual_sums_, slope_sums_;
    Matrix reach_; // benchmarks x factors
};

} // namespace exahca::detail
