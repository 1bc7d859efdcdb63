// Kernels of the likelihood of noisy scores (docs/noise.md). Compiled once per kind of processor.
//
// Given the row, log p is a log-sum-exp over combinations of quadratic functions of t. So nearly all work is two kinds
// of matrix products: coefficients times (t, t t') of the rows, and weights times (1, t, t t') summed over rows. Lanes
// run over rows there, over combinations in what is done once per pattern.

#include "noise_kernels.hpp"

#include <cstdint>
#if defined(__AVX__)
#include <immintrin.h>
#endif

namespace exahca::detail {
namespace {

#include "numerics/lane_math.inl"
#include "numerics/lane_normal.inl"

#include "numerics/lane_bivariate.inl"

// A matrix of coefficients: that of input i for output o.
struct Coefficients
{
    // Coefficient (i, o) stands at i * input_step + o * output_step.
    double const* values;
    std::size_t input_step, output_step;
    double const* starts; // of each output; may be null
};

// Lines of a block.
struct Lines
{
    // `count` lines of one number per row, `stride` apart.
    double* values;
    std::size_t count, stride;
};

// out[o] = starts[o] + sum_i coefficients[i, o] in[i] for a tile of outputs and rows.
// Each output has the same order of additions whatever the tile; tiles only decide how many sums are kept in
// registers.
template <std::size_t outputs, std::size_t groups>
EXAHCA_LANE_INLINE void combine_tile(Coefficients const& by, Lines const& in, Lines const& out, std::size_t o,
                                     std::size_t row)
{
    Lanes sums[outputs][groups];
    for (std::size_t a = 0; a < outputs; ++a)
        for (std::size_t g = 0; g < groups; ++g) sums[a][g] = broadcast(by.starts ? by.starts[o + a] : 0);
    for (std::size_t i = 0; i < in.count; ++i) {
        double const* const line = in.values + i * in.stride + row;
        double const* const coefficients = by.values + i * by.input_step + o * by.output_step;
        for (std::size_t a = 0; a < outputs; ++a)
            for (std::size_t g = 0; g < groups; ++g)
                sums[a][g] += coefficients[a * by.output_step] * load(line + g * lane_count);
    }
    for (std::size_t a = 0; a < outputs; ++a)
        for (std::size_t g = 0; g < groups; ++g)
            store(out.values + (o + a) * out.stride + row + g * lane_count, sums[a][g]);
}

template <std::size_t outputs>
EXAHCA_LANE_INLINE void combine_rows(Coefficients const& by, Lines const& in, Lines const& out, std::size_t o,
                                     std::size_t rows)
{
    std::size_t row = 0;
    for (; row + 2 * lane_count <= rows; row += 2 * lane_count) combine_tile<outputs, 2>(by, in, out, o, row);
    for (; row < rows; row += lane_count) combine_tile<outputs, 1>(by, in, out, o, row);
}

// Tiles of four, two and one outputs by eight or four rows: few enough sums to stay in registers.
void combine(Coefficients const& by, Lines const& in, Lines const& out, std::size_t rows)
{
    std::size_t o = 0;
    for (; o + 4 <= out.count; o += 4) combine_rows<4>(by, in, out, o, rows);
    for (; o + 2 <= out.count; o += 2) combine_rows<2>(by, in, out, o, rows);
    for (; o < out.count; ++o) combine_rows<1>(by, in, out, o, rows);
}

// sums[i, j] += sum over rows of a[i] b[j], in four parts, for a tile of i and j. The parts are loaded and stored
// again with every block, so that sums run over all rows of a pattern in their order.
template <std::size_t height, std::size_t width>
EXAHCA_LANE_INLINE void multiply_tile(Lines const& a, Lines const& b, std::size_t i, std::size_t j, std::size_t rows,
                                      double* sums)
{
    Lanes parts[height][width];
    double* const place = sums + (i * b.count + j) * lane_count;
    for (std::size_t u = 0; u < height; ++u)
        for (std::size_t v = 0; v < width; ++v) parts[u][v] = load(place + (u * b.count + v) * lane_count);
    double const* const left = a.values + i * a.stride;
    double const* const right = b.values + j * b.stride;
    for (std::size_t row = 0; row < rows; row += lane_count)
        for (std::size_t u = 0; u < height; ++u)
            for (std::size_t v = 0; v < width; ++v)
                parts[u][v] += load(left + u * a.stride + row) * load(right + v * b.stride + row);
    for (std::size_t u = 0; u < height; ++u)
        for (std::size_t v = 0; v < width; ++v) store(place + (u * b.count + v) * lane_count, parts[u][v]);
}

template <std::size_t height>
EXAHCA_LANE_INLINE void multiply_lines(Lines const& a, Lines const& b, std::size_t i, std::size_t rows, double* sums)
{
    std::size_t j = 0;
    for (; j + 2 <= b.count; j += 2) multiply_tile<height, 2>(a, b, i, j, rows, sums);
    for (; j < b.count; ++j) multiply_tile<height, 1>(a, b, i, j, rows, sums);
}

// All products of lines of a with lines of b, summed over rows: sums is a.count x b.count x 4.
void multiply(Lines const& a, Lines const& b, std::size_t rows, double* sums)
{
    std::size_t i = 0;
    for (; i + 4 <= a.count; i += 4) multiply_lines<4>(a, b, i, rows, sums);
    for (; i + 2 <= a.count; i += 2) multiply_lines<2>(a, b, i, rows, sums);
    for (; i < a.count; ++i) multiply_lines<1>(a, b, i, rows, sums);
}

// lane_sum of each of four, which stand `step` numbers apart.
EXAHCA_LANE_INLINE Lanes lane_sums(double const* sums, std::size_t step)
{
    Lanes const a = load(sums), b = load(sums + step), c = load(sums + 2 * step), d = load(sums + 3 * step);
    // (x0 + x2) + (x1 + x3) of each, as lane_sum has it, and all four at once.
    Lanes const ab = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
    Lanes const cd = __builtin_shufflevector(c, d, 0, 1, 4, 5) + __builtin_shufflevector(c, d, 2, 3, 6, 7);
    return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
}

// From sums in four parts, padded x count x 4, to sums, count x padded.
void sum_lanes(double const* sums, std::size_t padded, std::size_t count, double* out)
{
    for (std::size_t c = 0; c < padded; c += lane_count)
        for (std::size_t f = 0; f < count; ++f)
            store(out + f * padded + c, lane_sums(sums + (c * count + f) * lane_count, count * lane_count));
}

std::size_t padded_rows(NoiseKernelBlock const& block)
{
    return (block.rows + lane_count - 1) / lane_count * lane_count;
}

// values: constant - r' Psi^-1 r / 2; moments: t, t t'.
EXAHCA_LANE_INLINE void project(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t rows)
{
    std::size_t const m = model.factors, stride = block.stride;
    for (std::size_t row = 0; row < rows; row += lane_count) {
        Lanes squares = broadcast(0);
        for (std::size_t i = 0; i < model.observed; ++i) {
            Lanes const r = load(block.residuals + i * stride + row);
            squares += model.precisions[i] * (r * r);
        }
        store(block.values + row, model.constant - 0.5 * squares);
    }
    combine({model.weighted, m, 1, nullptr}, {block.residuals, model.observed, stride},
            {block.moments + stride, m, stride}, rows);
    double* pair = block.moments + (1 + m) * stride;
    for (std::size_t j = 0; j < m; ++j)
        for (std::size_t l = 0; l <= j; ++l, pair += stride)
            for (std::size_t row = 0; row < rows; row += lane_count)
                store(pair + row,
                      load(block.moments + (1 + j) * stride + row) * load(block.moments + (1 + l) * stride + row));
}

// The largest lw_c of four rows goes to their place in the first line of sources, and is added to their values.
EXAHCA_LANE_INLINE void find_largest(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t row)
{
    Lanes largest = load(block.weights + row), check = broadcast(0);
    for (std::size_t c = 0; c < model.combinations; ++c) {
        Lanes const weight = load(block.weights + c * block.stride + row);
        largest = larger(largest, weight);
        check += weight;
    }
    store(block.sources + row, largest);
    // Comparisons lose what is not a number, the check keeps it.
    store(block.values + row, load(block.values + row) + (largest + 0.0 * check));
}

// From lw_c to exp(lw_c - largest) of four rows, and their sum. Differences below -690 count as that: exp(-690) changes
// no sum, and products with it are still normal numbers, which are fast.
EXAHCA_LANE_INLINE void exponentiate(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t row)
{
    double* const weights = block.weights + row;
    Lanes const largest = load(block.sources + row);
    Lanes sum = broadcast(0);
    for (std::size_t c = 0; c < model.combinations; ++c) {
        Lanes const weight = load(weights + c * block.stride) - largest;
        Lanes const e = exponential_of_clipped(larger(weight, broadcast(-690.0)));
        sum += e;
        store(weights + c * block.stride, e);
    }
    for (std::size_t c = model.combinations; c < model.padded; ++c) store(weights + c * block.stride, broadcast(0));
    store(block.totals + row, sum);
}

// All lw_c but for bounds: the first line of coefficients is where sums start, the others belong to t and t t'.
EXAHCA_LANE_INLINE void weigh_combinations(NoiseKernelModel const& model, NoiseKernelBlock const& block,
                                           std::size_t rows)
{
    std::size_t const stride = block.stride;
    combine({model.coefficients + model.padded, model.padded, 1, model.coefficients},
            {block.moments + stride, moment_count(model.factors) - 1, stride}, {block.weights, model.padded, stride},
            rows);
}

// Adds the log of the sum of exp(lw_c - largest) to the values, and keeps 1/sum, which turns weights into
// probabilities.
EXAHCA_LANE_INLINE void sum_up(NoiseKernelBlock const& block, std::size_t row)
{
    Lanes const sum = load(block.totals + row);
    // The logarithm takes bits for numbers that may not be one.
    store(block.values + row, load(block.values + row) + (logarithm(sum) + 0.0 * sum));
    store(block.totals + row, 1.0 / sum);
}

#include "noise_bound.inl"
#include "noise_pair.inl"

void evaluate(NoiseKernelModel const& model, NoiseKernelBlock const& block)
{
    std::size_t const rows = padded_rows(block);
    project(model, block, rows);
    weigh_combinations(model, block, rows);
    if (model.bound) reach_bounds(model, block, rows);
    // In separate loops, because each is a long chain of which the next rows' can run at the same time.
    for (std::size_t row = 0; row < rows; row += lane_count) find_largest(model, block, row);
    for (std::size_t row = 0; row < rows; row += lane_count)
        model.bound ? exponentiate_bounded(model, block, row) : exponentiate(model, block, row);
    for (std::size_t row = 0; row < rows; row += lane_count) sum_up(block, row);
}

// E[e] = sum_c r_c (b_c + Sig_c t) from the weighted sums of coefficients, which hold Sig_jj / 2.
EXAHCA_LANE_INLINE void average_sources(NoiseKernelModel const& model, NoiseKernelBlock const& block, std::size_t row)
{
    std::size_t const m = model.factors, stride = block.stride;
    Lanes means[max_kernel_factors];
    for (std::size_t j = 0; j < m; ++j) {
        means[j] = load(block.moments + row) * load(block.sources + j * stride + row);
        for (std::size_t l = 0; l < m; ++l) {
            Lanes const slope = load(block.sources + (pair_place(m, j, l) - 1) * stride + row);
            means[j] += (j == l ? slope + slope : slope) * load(block.moments + (1 + l) * stride + row);
        }
    }
    for (std::size_t j = 0; j < m; ++j) store(block.sources + j * stride + row, means[j]);
}

void accumulate(NoiseKernelModel const& model, NoiseKernelBlock const& block, NoiseKernelSums const& sums)
{
    // The probabilities are weights times totals. The totals are multiplied into the moments, which are mostly fewer
    // lines than the weights.
    std::size_t const rows = padded_rows(block), stride = block.stride, count = moment_count(model.factors);
    Lines const weights{block.weights, model.padded, stride}, moments{block.moments, count, stride};
    Lines const residuals{block.residuals, model.observed, stride};
    std::size_t const bounds = model.pair ? 2 : model.bound ? 1 : 0;
    for (std::size_t i = block.rows; i < rows; ++i) block.totals[i] = 0; // padded rows count nothing
    for (std::size_t row = 0; row < rows; row += lane_count) {
        Lanes const total = load(block.totals + row);
        store(block.moments + row, total);
        for (std::size_t f = 1; f < count; ++f)
            store(block.moments + f * stride + row, total * load(block.moments + f * stride + row));
        for (std::size_t i = 1; i <= bounds; ++i) {
            double* const bound = block.moments - i * stride + row;
            store(bound, total * load(bound));
        }
    }
    // Per row the sums over combinations of weights times (b_c, Sig_c): lines from which average_sources makes E[e].
    combine({model.coefficients + model.padded, 1, model.padded, nullptr}, {block.weights, model.combinations, stride},
            {block.sources, count - 1, stride}, rows);
    for (std::size_t i = 0; i < bounds; ++i)
        move_sources(model, block, model.bound[i], block.slopes + i * model.padded * stride, rows);
    for (std::size_t row = 0; row < rows; row += lane_count) average_sources(model, block, row);
    multiply(weights, moments, rows, sums.moments);
    if (model.pair) add_pair_sums(model, block, rows, sums.slopes);
    // Of two bounds add_pair_sums has done this already.
    if (bounds == 1)
        multiply({block.slopes, model.padded, stride}, {block.moments - stride, model.factors + 2, stride}, rows,
                 sums.slopes);
    multiply(residuals, {block.sources, model.factors, stride}, rows, sums.products);
    for (std::size_t i = 0; i < model.observed; ++i) {
        double* const place = sums.residuals + 2 * i * lane_count;
        Lanes plain = load(place), squares = load(place + lane_count);
        for (std::size_t row = 0; row < rows; row += lane_count) {
            Lanes const r = load(block.residuals + i * stride + row);
            plain += r;
            squares += r * r;
        }
        store(place, plain);
        store(place + lane_count, squares);
    }
}

#include "noise_combinations.inl"

constexpr NoiseKernels table = {prepare,     prepare_bound, prepare_pair, evaluate,     reach_pair, truncate_pairs,
                                weigh_pairs, accumulate,    finish,       finish_bound, finish_pair};

} // namespace

NoiseKernels const& EXAHCA_NOISE_KERNELS() { return table; }

} // namespace exahca::detail
