#include "noise_blocks.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <cmath>

namespace exahca::detail {
namespace {

constexpr Index lanes = 4;
constexpr auto size = [](Index n) { return static_cast<std::size_t>(n); };

constexpr Index block_rows = 64; // the weights of 27 combinations fill half of the fastest cache

// Combinations of weight 0 must not give infinities, with which the kernels would calculate on.
constexpr double no_weight = -1e300;

Index moments_of(Index factors) { return static_cast<Index>(moment_count(size(factors))); }

Index pair_of(Index factors, Index j, Index l)
{
    return static_cast<Index>(pair_place(size(factors), size(j), size(l)));
}

// The same order of additions as lane_sum of the kernels.
double sum_of_lanes(double const* parts) { return (parts[0] + parts[2]) + (parts[1] + parts[3]); }

// Of all combinations; padded ones have 0.
double sum_of_combinations(double const* values, Index padded)
{
    double parts[lanes] = {};
    for (Index c = 0; c < padded; c += lanes)
        for (Index lane = 0; lane < lanes; ++lane) parts[lane] += values[c + lane];
    return sum_of_lanes(parts);
}

} // namespace

bool BlockModel::covers(PatternModel const& model)
{
    return model.censored() <= 2 && model.factors() <= static_cast<Index>(max_kernel_factors);
}

BlockModel::BlockModel(DomainModel const& domain, NoiseKernels const& kernels)
    : kernels_(kernels), factors_(domain.mixing.cols()), combinations_(0), padded_(0), bounds_{}, pair_{}
{
    if (factors_ > static_cast<Index>(max_kernel_factors)) return;
    SourceMixtures const& mixtures = domain.mixtures;
    // All room is made here: visiting rows allocates nothing but for pairs (prepare_pair).
    Index const benchmarks = domain.mixing.rows();
    auto combination = first_combination(mixtures);
    // All C^m combinations in the order of `advance`, as RowModel has them.
    do component_.insert(component_.end(), combination.begin(), combination.end()), ++combinations_;
    while (advance(combination, mixtures));
    padded_ = (combinations_ + lanes - 1) / lanes * lanes;
    log_weights_.setConstant(padded_, no_weight);
    means_.setZero(padded_, factors_);
    deviations_.setZero(padded_, factors_);
    for (Index c = 0; c < combinations_; ++c) {
        // log w_c is the sum over sources of the logs of their components' weights.
        double weight = 0;
        for (Index j = 0; j < factors_; ++j) {
            Index const component = component_[size(c * factors_ + j)];
            weight += mixtures.log_weights(j, component);
            means_(c, j) = mixtures.means(j, component);
            deviations_(c, j) = std::sqrt(mixtures.variances(j, component));
        }
        log_weights_[c] = std::max(weight, no_weight); // what is not a number stays that
    }
    Index const moments = moments_of(factors_);
    coefficients_.resize(padded_, moments);
    finished_.resize(padded_, moments);
    precisions_.resize(benchmarks);
    weighted_.resize(factors_, benchmarks);
    residuals_.resize(block_rows, benchmarks);
    bound_loadings_.resize(factors_, 2);
    bound_coefficients_.resize(padded_, 2 * (factors_ + 2));
    bound_finished_.resize(padded_, 2 * (factors_ + 2));
    moments_.resize(block_rows, 2 + moments); // the first lines are the bounds', the last bound's first
    weights_.resize(block_rows, padded_);
    slopes_.resize(block_rows, padded_);
    sources_.resize(block_rows, moments + factors_);
    totals_.resize(block_rows, 2);
    moment_sums_.resize(padded_ * moments * lanes);
    product_sums_.resize(benchmarks * factors_ * lanes);
    residual_sums_.resize(benchmarks * 2 * lanes);
    slope_sums_.resize(padded_ * (2 * factors_ + 5) * lanes); // of a pair
    reach_.resize(benchmarks, factors_);
}

// What the kernels need of a pattern: Psi^-1 A of its observed scores and, for each combination, coefficients of (1,
// t, t t') that give lw_c; of bounds those of (bound - mu_q, 1, t) that give u.
void BlockModel::prepare(PatternModel const& model)
{
    EXAHCA_EXPECT(covers(model) && model.factors() == factors_ && model.observed() <= residuals_.cols());
    for (Index i = 0; i < model.observed(); ++i) {
        precisions_[i] = 1 / model.noise[i];
        // In weighted_ the factors of one benchmark stand one after the other, as the kernels read them.
        for (Index j = 0; j < factors_; ++j) weighted_(j, i) = model.weighted(i, j);
    }
    kernels_.prepare(size(factors_), size(padded_), model.precision.data(), log_weights_.data(), means_.data(),
                     deviations_.data(), coefficients_.data());
    if (model.censored() == 0) return;
    for (Index i = 0; i < model.censored(); ++i) {
        Index const place = model.observed() + i;
        bound_loadings_.col(i) = model.mixing.row(place).transpose();
        auto& bound = bounds_[size(i)];
        bound = {bound_loadings_.col(i).data(), model.noise[place], model.pattern.signs[size(i)],
                 bound_coefficients_.col(i * (factors_ + 2)).data()};
        kernels_.prepare_bound(size(factors_), size(padded_), coefficients_.data(), bound);
    }
    if (model.censored() == 2) prepare_pair();
}

NoiseKernelModel BlockModel::kernel_model(PatternModel const& model) const
{
    return {size(model.observed()),
            size(factors_),
            size(combinations_),
            size(padded_),
            weighted_.data(),
            precisions_.data(),
            coefficients_.data(),
            model.constant,
            model.censored() > 0 ? bounds_.data() : nullptr,
            model.censored() == 2 ? &pair_ : nullptr};
}

NoiseKernelBlock BlockModel::kernel_block(std::size_t rows)
{
    return {rows,           size(block_rows), residuals_.data(),     moments_.col(2).data(), weights_.data(),
            slopes_.data(), sources_.data(),  totals_.col(0).data(), totals_.col(1).data()};
}

// r of the rows of a block, line by line; of scores that are cut off bound - mu_q, into the lines before the moments.
// Padded with zeros to whole lanes.
void BlockModel::load_residuals(PatternModel const& model, Matrix const& scores, std::span<Index const> rows)
{
    std::size_t const filled = (rows.size() + size(lanes) - 1) / size(lanes) * size(lanes);
    Index const observed = model.observed();
    for (std::size_t i = 0; i < model.known.size(); ++i) {
        auto const place = static_cast<Index>(i);
        double* const line =
            place < observed ? residuals_.col(place).data() : moments_.col(1 - (place - observed)).data();
        double const* const values = scores.col(model.known[i]).data();
        for (std::size_t row = 0; row < rows.size(); ++row) line[row] = values[rows[row]] - model.means[place];
        std::fill(line + rows.size(), line + filled, 0.0);
    }
}

void BlockModel::visit(PatternModel const& model, Matrix const& scores, Vector& values, PatternSums* sums)
{
    prepare(model);
    NoiseKernelModel const known = kernel_model(model);
    NoiseKernelSums const parts{moment_sums_.data(), product_sums_.data(), residual_sums_.data(), slope_sums_.data()};
    if (sums) moment_sums_.setZero(), product_sums_.setZero(), residual_sums_.setZero(), slope_sums_.setZero();
    Index const rows = static_cast<Index>(model.pattern.rows.size());
    for (Index from = 0; from < rows; from += block_rows) {
        Index const count = std::min(block_rows, rows - from);
        Index const* const places = model.pattern.rows.data() + from;
        // Blocks are as long as fits into the cache, and multiples of four, so that a row's lane depends on its place
        // in the pattern alone.
        load_residuals(model, scores, {places, size(count)});
        NoiseKernelBlock const block = kernel_block(size(count));
        // Pairs of bounds take several passes over a block, everything else one.
        known.pair ? evaluate_pairs(known, block) : kernels_.evaluate(known, block);
        for (Index row = 0; row < count; ++row) values[places[row]] = totals_(row, 1);
        if (sums) kernels_.accumulate(known, block, parts);
    }
    if (!sums) return;
    // Of observed scores r is the same in all combinations, so their sums are those of the rows; the others depend on
    // the combination.
    add_combinations(known, *sums);
    for (Index i = 0; i < model.observed(); ++i) {
        sums->residuals[i] += sum_of_lanes(residual_sums_.data() + 2 * i * lanes);
        sums->squares[i] += sum_of_lanes(residual_sums_.data() + (2 * i + 1) * lanes);
        for (Index j = 0; j < factors_; ++j)
            sums->products(i, j) += sum_of_lanes(product_sums_.data() + (i * factors_ + j) * lanes);
    }
}

// With one combination log p = constant - r' Psi^-1 r/2 + k + b't + t' Sig t/2 is quadratic in r, so its sum over rows
// follows from the mean and the scatter of r, without a look at the rows. `product` is the sum of r_i r_l over rows,
// reach_(i, j) that of r_i t_j.
double BlockModel::visit_moments(PatternModel const& model, PatternMoments const& moments, PatternSums& sums)
{
    EXAHCA_EXPECT(combinations_ == 1 && model.censored() == 0);
    prepare(model);
    Index const observed = model.observed();
    auto const rows = static_cast<double>(model.pattern.rows.size());
    double value = rows * model.constant;
    moment_sums_.setZero();
    auto const total = [&](Index f) -> double& { return moment_sums_[f * lanes]; };
    total(0) = rows;
    auto const offset = [&](Index i) { return moments.mean[i] - model.means[i]; };
    for (Index i = 0; i < observed; ++i) {
        for (Index j = 0; j < factors_; ++j) reach_(i, j) = 0; // sum of r t'
        for (Index l = 0; l < observed; ++l) {
            double const product = moments.scatter(i, l) + rows * offset(i) * offset(l);
            for (Index j = 0; j < factors_; ++j) reach_(i, j) += product * model.weighted(l, j);
            if (l == i) {
                sums.squares[i] += product;
                value -= 0.5 * product * precisions_[i];
            }
        }
        sums.residuals[i] += rows * offset(i);
        for (Index j = 0; j < factors_; ++j) {
            total(1 + j) += rows * offset(i) * model.weighted(i, j);
            for (Index l = 0; l <= j; ++l) total(pair_of(factors_, j, l)) += model.weighted(i, j) * reach_(i, l);
        }
    }
    for (Index f = 0; f < moments_of(factors_); ++f) value += coefficients_(0, f) * total(f);
    for (Index i = 0; i < observed; ++i)
        for (Index j = 0; j < factors_; ++j) {
            // Sum of r_i E[e_j] with E[e] = b + Sig t; the coefficients of squares are Sig_jj/2, hence the 2.
            double product = rows * offset(i) * coefficients_(0, 1 + j);
            for (Index l = 0; l < factors_; ++l)
                product += reach_(i, l) * (l == j ? 2 : 1) * coefficients_(0, pair_of(factors_, j, l));
            sums.products(i, j) += product;
        }
    add_combinations(kernel_model(model), sums);
    return value;
}

// From sums of r_c (1, t, t t') to those of r_c E[e] and r_c E[e e'], then to what the gradient needs: N, M1 and M2 by
// the component that each source has in combination c, and E[e], E[e e'] over all combinations.
void BlockModel::add_combinations(NoiseKernelModel const& known, PatternSums& sums)
{
    kernels_.finish(known, moment_sums_.data(), finished_.data());
    if (known.bound) {
        auto const finish = known.pair ? kernels_.finish_pair : kernels_.finish_bound;
        finish(known, slope_sums_.data(), finished_.data(), bound_finished_.data());
        for (Index i = 0; i < (known.pair ? 2 : 1); ++i) add_bound(static_cast<Index>(known.observed), i, sums);
    }
    for (Index j = 0; j < factors_; ++j) {
        double const* const firsts = finished_.col(1 + j).data();
        double const* const squares = finished_.col(pair_of(factors_, j, j)).data();
        for (Index c = 0; c < combinations_; ++c) {
            Index const component = component_[size(c * factors_ + j)];
            sums.counts(j, component) += finished_(c, 0);
            sums.firsts(j, component) += firsts[c];
            sums.seconds(j, component) += squares[c];
        }
        sums.sources[j] += sum_of_combinations(firsts, padded_);
        for (Index l = 0; l <= j; ++l) {
            double const sum = sum_of_combinations(finished_.col(pair_of(factors_, j, l)).data(), padded_);
            sums.source_squares(j, l) += sum;
            if (l < j) sums.source_squares(l, j) += sum;
        }
    }
}

// Sums of E[w], E[w^2] and E[w e'] of a score that is cut off, w = x_q - mu_q: it takes the place that r has for
// observed scores.
void BlockModel::add_bound(Index observed, Index bound, PatternSums& sums)
{
    Index const place = observed + bound, first = bound * (factors_ + 2);
    for (Index c = 0; c < combinations_; ++c) {
        sums.residuals[place] += bound_finished_(c, first);
        sums.squares[place] += bound_finished_(c, first + 1);
        for (Index j = 0; j < factors_; ++j) sums.products(place, j) += bound_finished_(c, first + 2 + j);
    }
}

} // namespace exahca::detail
