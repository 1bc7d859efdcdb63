// Kernels of the source densities (method.md, section 5). Compiled once per kind of processor.
//
// The logarithm of a sum of rows is taken of a product of eight rows at a time, each factor being of moderate size:
// that saves most logarithms.

#include "numerics/density_kernels.hpp"

#include <cstdint>
#if defined(__AVX__)
#include <immintrin.h>
#endif

namespace exahca::detail {
namespace {

#include "numerics/lane_math.inl"

// One density's contribution of four rows: log f = value + log(factor) + a constant.
template <std::size_t shape_count>
struct Terms
{
    Lanes value;
    Lanes factor;
    Lanes score;
    Lanes gradient[shape_count > 0 ? shape_count : 1];
};

// Runs a density over all values of one source: log f summed up, its derivative by s stored for every value, and the
// derivatives by the shapes summed up. Lane i sums every fourth row, from the first to the last, and the four partial
// sums are added in a fixed order, which makes the bits the same on every processor.
template <class Density>
EXAHCA_LANE_INLINE void sweep(Density const& density, double const* s, std::size_t rows, double* score,
                              DensitySums& sums)
{
    constexpr std::size_t shape_count = Density::shape_count;
    constexpr std::size_t width = lane_count;
    Lanes total = broadcast(0), product = broadcast(1);
    Lanes gradient[shape_count > 0 ? shape_count : 1] = {};
    int pending = 0;
    std::size_t r = 0;
    for (; r + width <= rows; r += width) {
        auto const terms = density.terms(load(s + r));
        store(score + r, terms.score);
        total += terms.value;
        if constexpr (Density::has_factor) {
            product *= terms.factor;
            // Factors lie between .5 and 3, or for sas below e^40: a product of eight neither overflows nor
            // underflows.
            if (++pending == 8) {
                total += logarithm(product);
                product = broadcast(1);
                pending = 0;
            }
        }
        for (std::size_t p = 0; p < shape_count; ++p) gradient[p] += terms.gradient[p];
    }
    // The last, incomplete four rows are padded with s = 0, whose contributions are masked out again.
    if (r < rows) {
        double padded[lane_count], kept[lane_count], tail_score[lane_count];
        for (std::size_t i = 0; i < width; ++i) {
            padded[i] = r + i < rows ? s[r + i] : 0;
            kept[i] = r + i < rows ? 1 : 0;
        }
        auto const terms = density.terms(load(padded));
        LaneBits const mask = load(kept) > 0.5;
        store(tail_score, terms.score);
        for (std::size_t i = r; i < rows; ++i) score[i] = tail_score[i - r];
        total += select(mask, terms.value, broadcast(0));
        product *= select(mask, terms.factor, broadcast(1));
        for (std::size_t p = 0; p < shape_count; ++p) gradient[p] += select(mask, terms.gradient[p], broadcast(0));
    }
    if constexpr (Density::has_factor) total += logarithm(product);
    // What is the same for every row is added once, times the number of rows.
    sums.log_density = lane_sum(total) + static_cast<double>(rows) * density.constant;
    for (std::size_t p = 0; p < shape_count; ++p)
        sums.shape_gradient[p] = lane_sum(gradient[p]) + static_cast<double>(rows) * density.gradient_constant[p];
}

constexpr double log_pi = 1.1447298858494001742;
constexpr double half_log_2pi = 0.91893853320467274178;

// log f = -log pi - log cosh s, with log cosh s = |s| - log(2/(1 + e)), e = exp(-2 |s|). The form with |s| does not
// overflow. Its derivative by s is -tanh s = -(1 - e)/(1 + e) with the sign of s.
struct Sech
{
    static constexpr std::size_t shape_count = 0;
    static constexpr bool has_factor = true;
    double constant = -log_pi;
    double gradient_constant[1] = {};

    EXAHCA_LANE_INLINE Terms<0> terms(Lanes s)
    {
        Lanes const magnitude = absolute(s);
        Lanes const e = exponential(-2.0 * magnitude);
        Lanes const ratio = 1.0 / (1.0 + e);
        return {-magnitude, ratio + ratio, -with_sign_of((1.0 - e) * ratio, s), {}};
    }
};

struct Gauss
{
    static constexpr std::size_t shape_count = 0;
    static constexpr bool has_factor = false;
    double constant = -half_log_2pi;
    double gradient_constant[1] = {};

    EXAHCA_LANE_INLINE Terms<0> terms(Lanes s) { return {-0.5 * (s * s), broadcast(1), -s, {}}; }
};

// log f = -log(2 pi)/2 - (s^2 + 1)/2 + log cosh s, with log cosh s = |s| + log((1 + e)/2) as for Sech.
struct Bimodal
{
    static constexpr std::size_t shape_count = 0;
    static constexpr bool has_factor = true;
    double constant = -half_log_2pi - 0.5;
    double gradient_constant[1] = {};

    EXAHCA_LANE_INLINE Terms<0> terms(Lanes s)
    {
        Lanes const magnitude = absolute(s);
        Lanes const e = exponential(-2.0 * magnitude);
        Lanes const tanh = with_sign_of((1.0 - e) / (1.0 + e), s);
        return {magnitude - 0.5 * (s * s), 0.5 + 0.5 * e, tanh - s, {}};
    }
};

// Shapes: eps, log delta, loc. With u = s - loc and r = delta asinh u - eps the value sinh r is standard normal, so
//
//     log f = -log(2 pi)/2 + log delta + log cosh r - (1/2) log(1 + u^2) - (1/2) sinh^2 r,
//
// whose derivative by r is by_r = tanh r - sinh r cosh r. `root` is sqrt(1 + u^2). r is cut off at +-40, where the
// density is 0 for every purpose and products of factors are still finite; beyond, by_r counts as 0.
struct SinhArcsinh
{
    static constexpr std::size_t shape_count = 3;
    static constexpr bool has_factor = true;
    // constant: what log f has in every row; gradient_constant: likewise of its derivatives by the shapes.
    double constant;
    double gradient_constant[3] = {0, 1, 0};
    double eps, delta, loc;

    explicit SinhArcsinh(double const* shapes)
        : constant(-half_log_2pi + shapes[1]), eps(shapes[0]), delta(__builtin_exp(shapes[1])), loc(shapes[2])
    {
    }

    [[gnu::always_inline]] inline Terms<3> terms(Lanes s) const
    {
        Lanes const u = s - loc;
        Lanes const root = square_root(1.0 + u * u);
        // asinh of |u|, then the sign of u: for negative u, u + root would cancel.
        Lanes const stretched = delta * with_sign_of(logarithm(absolute(u) + root), u);
        Lanes const unclipped = stretched - eps;
        Lanes const r = larger(smaller(unclipped, broadcast(40.0)), broadcast(-40.0));
        Lanes const up = exponential(r);
        Lanes const down = 1.0 / up;
        Lanes const sinh = 0.5 * (up - down);
        Lanes const cosh = 0.5 * (up + down);
        // One division for both 1/cosh r and 1/root.
        Lanes const reciprocal = 1.0 / (cosh * root);
        Lanes const per_cosh = reciprocal * root; // 1 / cosh
        Lanes const per_root = reciprocal * cosh;
        Lanes const by_r = select(r == unclipped, sinh * (per_cosh - cosh), broadcast(0));
        Lanes const score = (delta * by_r - u * per_root) * per_root;
        return {-0.5 * (sinh * sinh), cosh * per_root, score, {-by_r, by_r * stretched, -score}};
    }
};

// Shapes: the logits but the last, which is 0; the means; the logarithms of the standard deviations. log f is a
// log-sum-exp over components, taken relative to the largest, so that its factor lies between 1 and their number. With
// the share r_c of a component and t_c = (s - mu_c)/sigma_c the derivatives are r_c - w_c by a logit (the constant
// -w_c is added once for all rows), r_c t_c/sigma_c by a mean, and r_c (t_c^2 - 1) by a log sigma.
template <std::size_t components>
struct GaussianMixture
{
    static constexpr std::size_t shape_count = 3 * components - 1;
    static constexpr bool has_factor = true;
    double constant = -half_log_2pi;
    double gradient_constant[shape_count] = {};
    // precision is 1/sigma; offset log(w/sigma).
    double mean[components], precision[components], offset[components];

    explicit GaussianMixture(double const* shapes)
    {
        // Logits relative to the largest, the last of which is 0; the normaliser is log of the sum of their
        // exponentials.
        double logit[components], largest = 0, sum = 0;
        for (std::size_t c = 0; c < components; ++c) {
            logit[c] = c + 1 < components ? shapes[c] : 0.0;
            if (logit[c] > largest) largest = logit[c];
        }
        for (std::size_t c = 0; c < components; ++c) sum += __builtin_exp(logit[c] - largest);
        double const normaliser = largest + __builtin_log(sum);
        for (std::size_t c = 0; c < components; ++c) {
            double const log_sigma = shapes[2 * components - 1 + c];
            mean[c] = shapes[components - 1 + c];
            precision[c] = __builtin_exp(-log_sigma);
            offset[c] = logit[c] - normaliser - log_sigma;
            if (c + 1 < components) gradient_constant[c] = -__builtin_exp(logit[c] - normaliser);
            gradient_constant[2 * components - 1 + c] = 0;
        }
    }

    [[gnu::always_inline]] inline Terms<shape_count> terms(Lanes s) const
    {
        // log(w_c/sigma_c) - t_c^2/2 of each component, then their shares relative to the largest.
        Lanes t[components], exponent[components], weight[components];
        for (std::size_t c = 0; c < components; ++c) {
            t[c] = (s - mean[c]) * precision[c];
            exponent[c] = offset[c] - 0.5 * (t[c] * t[c]);
        }
        Lanes largest = exponent[0];
        for (std::size_t c = 1; c < components; ++c) largest = larger(largest, exponent[c]);
        Lanes sum = broadcast(0);
        for (std::size_t c = 0; c < components; ++c) {
            weight[c] = exponential(exponent[c] - largest);
            sum += weight[c];
        }
        Lanes const per_sum = 1.0 / sum;
        Terms<shape_count> result;
        result.value = largest;
        result.factor = sum;
        result.score = broadcast(0);
        for (std::size_t c = 0; c < components; ++c) {
            Lanes const share = weight[c] * per_sum;
            Lanes const pull = share * t[c];
            Lanes const by_mean = pull * precision[c];
            result.score -= by_mean;
            if (c + 1 < components) result.gradient[c] = share;
            result.gradient[components - 1 + c] = by_mean;
            result.gradient[2 * components - 1 + c] = pull * t[c] - share;
        }
        return result;
    }
};

template <class Density>
void plain_kernel(double const* s, std::size_t rows, double const*, double* score, DensitySums& sums)
{
    sweep(Density{}, s, rows, score, sums);
}

template <class Density>
void shaped_kernel(double const* s, std::size_t rows, double const* shapes, double* score, DensitySums& sums)
{
    sweep(Density(shapes), s, rows, score, sums);
}

// Row by row the same additions in the same order in lanes and in the tail.
void combine_columns(double const* x, std::size_t stride, std::size_t rows, std::size_t columns,
                     double const* coefficients, double* out)
{
    std::size_t r = 0;
    for (; r + lane_count <= rows; r += lane_count) {
        Lanes sum = broadcast(0);
        for (std::size_t c = 0; c < columns; ++c) sum += coefficients[c] * load(x + r + c * stride);
        store(out + r, sum);
    }
    for (; r < rows; ++r) {
        double sum = 0;
        for (std::size_t c = 0; c < columns; ++c) sum += coefficients[c] * x[r + c * stride];
        out[r] = sum;
    }
}

// Several columns at a time, whose weights are loaded once. Every column's sum has the same order of additions
// whichever group it falls into: four lanes over the rows, then the tail.
template <std::size_t group>
EXAHCA_LANE_INLINE void weigh_group(double const* x, std::size_t stride, std::size_t rows, double const* weights,
                                    double* out)
{
    Lanes sums[group] = {};
    std::size_t r = 0;
    for (; r + lane_count <= rows; r += lane_count) {
        Lanes const w = load(weights + r);
        for (std::size_t c = 0; c < group; ++c) sums[c] += w * load(x + r + c * stride);
    }
    double tail[group] = {};
    for (; r < rows; ++r)
        for (std::size_t c = 0; c < group; ++c) tail[c] += weights[r] * x[r + c * stride];
    for (std::size_t c = 0; c < group; ++c) out[c] = lane_sum(sums[c]) + tail[c];
}

void weigh_rows(double const* x, std::size_t stride, std::size_t rows, std::size_t columns, double const* weights,
                double* out)
{
    std::size_t c = 0;
    for (; c + 6 <= columns; c += 6) weigh_group<6>(x + c * stride, stride, rows, weights, out + c);
    for (; c + 3 <= columns; c += 3) weigh_group<3>(x + c * stride, stride, rows, weights, out + c);
    for (; c < columns; ++c) weigh_group<1>(x + c * stride, stride, rows, weights, out + c);
}

template <class Function>
EXAHCA_LANE_INLINE void apply(Function function, double const* x, std::size_t count, double* out)
{
    for (std::size_t i = 0; i < count; ++i) out[i] = function(broadcast(x[i]))[0];
}

void exponentials(double const* x, std::size_t count, double* out)
{
    apply([](Lanes v) { return exponential(v); }, x, count, out);
}

void logarithms(double const* x, std::size_t count, double* out)
{
    apply([](Lanes v) { return logarithm(v); }, x, count, out);
}

constexpr KernelTable table = {plain_kernel<Sech>,
                               plain_kernel<Gauss>,
                               plain_kernel<Bimodal>,
                               shaped_kernel<SinhArcsinh>,
                               shaped_kernel<GaussianMixture<2>>,
                               shaped_kernel<GaussianMixture<3>>,
                               combine_columns,
                               weigh_rows,
                               exponentials,
                               logarithms};

} // namespace

KernelTable const& EXAHCA_KERNEL_TABLE() { return table; }

} // namespace exahca::detail
