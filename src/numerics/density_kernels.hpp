#pragma once

#include <cstddef>

namespace exahca::detail {

/// Largest number of shape parameters of a density.
inline constexpr std::size_t max_shapes = 8;

/// Sums over the rows of one source.
struct DensitySums
{
    double log_density = 0;
    double shape_gradient[max_shapes] = {};
};

/// Sums of log f over `rows` values, of its derivatives with respect to the shapes; d log f / ds of every row in
/// `score`.
using DensityKernel = void (*)(double const* s, std::size_t rows, double const* shapes, double* score,
                               DensitySums& sums);

/// The inner loops of the likelihood, compiled once per kind of processor; all tables give the same bits.
///
/// `x` is rows x columns, column-major with `stride` between columns.
struct KernelTable
{
    /// One for each DensityFamily but `extended`.
    DensityKernel sech, gauss, bimodal, sas, mog2, mog3;
    /// out[r] = sum_c coefficients[c] x[r, c]
    void (*combine_columns)(double const* x, std::size_t stride, std::size_t rows, std::size_t columns,
                            double const* coefficients, double* out);
    /// out[c] = sum_r weights[r] x[r, c]
    void (*weigh_rows)(double const* x, std::size_t stride, std::size_t rows, std::size_t columns,
                       double const* weights, double* out);
    /// Elementwise exp (clipped to +-708) and log (positive normal numbers), for tests of the arithmetic.
    void (*exponentials)(double const* x, std::size_t count, double* out);
    void (*logarithms)(double const* x, std::size_t count, double* out);
};

[[nodiscard]] KernelTable const& baseline_kernels();
#if defined(__x86_64__)
[[nodiscard]] KernelTable const& avx2_kernels();
#endif
/// The fastest table that this processor can run.
[[nodiscard]] KernelTable const& kernels();

} // namespace exahca::detail
