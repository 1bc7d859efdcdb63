#include "search/node_tables.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace exahca {
namespace {

constexpr double unit = 0x1p-24;      // roundoff of single precision
constexpr double margin_share = 2e-3; // eta of docs/search.md
constexpr double quarter_pi = 0.7853981633974483;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

double dot(double const* a, double const* b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
}

// Power of two near 1 / the largest residual: scaling by it rounds nothing.
double residual_scale(PrefixFit const& prefix)
{
    auto const& problem = prefix.problem();
    double largest = 0;
    for (int k = 0; k < problem.domains(); ++k)
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            double const* r = prefix.residual(k, std::countr_zero(free));
            largest = std::max(largest, dot(r, r, prefix.dimension()));
        }
    return largest > 0 ? std::exp2(-std::ilogb(std::sqrt(largest))) : 1.0;
}

// Squared bound of the error of h after s squarings; derivation in docs/search.md.
std::vector<float> direction_errors(int q, int domains)
{
    constexpr double certificate = 1e-3;
    double const squaring = (q + 4) * unit;
    double const forming = (domains + 4) * unit;
    double const extraction = std::sqrt(2.0 * q);
    std::vector<float> errors;
    for (int s = 0; s <= most_kernel_squarings; ++s) {
        double ratio = 2 * certificate;
        double error = extraction * (ratio * ratio + (q + 4) * unit);
        for (int j = s; j >= 0; --j) {
            double const gap = std::max(1e-6, 1 - ratio) / (1 + (q - 1) * ratio);
            error += 2 * (j == 0 ? forming : squaring) / gap;
            ratio = std::sqrt(ratio + 4 * q * squaring);
        }
        error += (q + 4) * unit;
        errors.push_back(static_cast<float>(error * error));
    }
    return errors;
}

void fill_rows(PrefixFit const& prefix, double scale, TupleTables& tables)
{
    auto const& problem = prefix.problem();
    int const m = problem.factors();
    int const q = prefix.dimension();
    auto const count = index(problem.domains() * m);
    tables.residuals.assign(count * index(padded(q)), 0.0F);
    tables.settled.assign(count * index(padded(m)), 0.0F);
    tables.inverses.resize(count * index(q));
    for (int k = 0; k < problem.domains(); ++k) {
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            float* const residual = tables.residuals.data() + (k * m + a) * padded(q);
            for (int i = 0; i < q; ++i) residual[i] = static_cast<float>(prefix.residual(k, a)[i] * scale);
            float* const settled = tables.settled.data() + (k * m + a) * padded(m);
            for (int j = 0; j < m; ++j) settled[j] = static_cast<float>(prefix.settled(k, a)[j]);
        }
        double const* const columns = prefix.inverse_column(k, 0);
        float* const inverses = tables.inverses.data() + k * m * q;
        for (int i = 0; i < m * q; ++i) inverses[i] = static_cast<float>(columns[i] / scale);
    }
}

void fill_limits(PrefixFit const& prefix, LevelBudget const& budget, TupleTables& tables)
{
    auto const& problem = prefix.problem();
    int const m = problem.factors();
    int const q = prefix.dimension();
    double const ratio_margin = quarter_pi * margin_share + (2 * m + 32) * unit;
    tables.ratio_margin = static_cast<float>(ratio_margin + 4 * unit);
    tables.budget = static_cast<float>(std::min(budget.weighted_sum, 2.0) + 4e-6);
    for (int k = 0; k < problem.domains(); ++k) {
        double largest_residual = 0;
        double largest_settled = 0;
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            largest_residual = std::max(largest_residual, dot(prefix.residual(k, a), prefix.residual(k, a), q));
            largest_settled = std::max(largest_settled, dot(prefix.settled(k, a), prefix.settled(k, a), m));
        }
        double const inverse = dot(prefix.inverse_column(k, 0), prefix.inverse_column(k, 0), m * q);
        double const factor = quarter_pi / margin_share;
        tables.slack_squared[index(k)] = static_cast<float>(18.1 * factor * largest_residual * inverse);
        tables.slack[index(k)] = static_cast<float>(8.1 * factor * unit * unit * largest_settled + 1e-30);
        tables.own_shares[index(k)] =
            tables.sums_values ? static_cast<float>(problem.shares()[index(k)] * (1 - 4 * unit))
                               : static_cast<float>(1 - budget.per_domain[index(k)] - ratio_margin - 4 * unit);
    }
    auto const restrictive = [&](int a, int b) { return budget.per_domain[index(a)] < budget.per_domain[index(b)]; };
    for (int k = 0; k < problem.domains(); ++k) tables.test_order[index(k)] = k;
    std::stable_sort(tables.test_order.begin(), tables.test_order.end(), restrictive);
}

} // namespace

LevelBudget level_budget(PrefixFit const& prefix, double threshold)
{
    auto const& problem = prefix.problem();
    LevelBudget budget;
    // Any inexactness is at most 1, so more than 2 is no limit; the margin covers the roundings of these few lines.
    auto const limited = [](double value) { return std::min(value, 2.0) + 1e-13; };
    double const total = std::min(threshold, 4.0) * problem.factors();
    double spent = 0;
    for (int k = 0; k < problem.domains(); ++k) spent += problem.shares()[index(k)] * prefix.sums()[index(k)];
    budget.weighted_sum = limited(total - spent);
    for (int k = 0; k < problem.domains(); ++k)
        budget.per_domain.push_back(problem.objective() == Objective::mic
                                        ? limited(total - prefix.sums()[index(k)])
                                        : limited((total - spent) / problem.shares()[index(k)]));
    return budget;
}

void fill_tuple_tables(PrefixFit const& prefix, LevelBudget const& budget, TupleTables& tables)
{
    auto const& problem = prefix.problem();
    if (tables.dimension != prefix.dimension() || tables.domains != problem.domains()) {
        tables.dimension = prefix.dimension();
        tables.domains = problem.domains();
        tables.factors = problem.factors();
        tables.sums_values = problem.objective() != Objective::mic;
        tables.direction_error = direction_errors(prefix.dimension(), problem.domains());
        tables.own_shares.resize(index(tables.domains));
        tables.slack.resize(index(tables.domains));
        tables.slack_squared.resize(index(tables.domains));
        tables.test_order.resize(index(tables.domains));
    }
    tables.any_settled = prefix.level() < problem.factors();
    fill_rows(prefix, residual_scale(prefix), tables);
    fill_limits(prefix, budget, tables);
}

void fill_products(PrefixFit const& prefix, std::vector<float>& products)
{
    auto const& problem = prefix.problem();
    int const m = problem.factors();
    int const q = prefix.dimension();
    int const stride = padded(packed_size(q));
    double const scale = residual_scale(prefix);
    products.assign(index(problem.domains() * m * stride), 0.0F);
    for (int k = 0; k < problem.domains(); ++k) {
        double const weight = problem.stack_weights()[index(k)] * scale * scale;
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            double const* const r = prefix.residual(k, a);
            float* entry = products.data() + (k * m + a) * stride;
            for (int i = 0; i < q; ++i)
                for (int j = 0; j <= i; ++j) *entry++ = static_cast<float>(weight * r[i] * r[j]);
        }
    }
}

Compatibility::Compatibility(OrderProblem const& problem)
    : domains_(problem.domains()), factors_(problem.factors()), per_word_(64 / factors_),
      words_((domains_ + per_word_ - 1) / per_word_),
      mask_(factors_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << factors_) - 1), lower_(index(words_), 0),
      top_(index(words_), 0), alive_(index(words_), 0)
{
    with_.resize(index(domains_ * factors_ * words_));
    for (int k = 0; k < domains_; ++k) {
        top_[index(word(k))] |= std::uint64_t{1} << (bit(k) + factors_ - 1);
        lower_[index(word(k))] |= mask_ >> 1 << bit(k);
    }
}

void Compatibility::reset(PrefixFit const& prefix)
{
    std::fill(alive_.begin(), alive_.end(), 0);
    for (int k = 0; k < domains_; ++k) alive_[index(word(k))] |= prefix.free_rows(k) << bit(k);
    for (int k = 0; k < domains_; ++k)
        for (int a = 0; a < factors_; ++a) {
            std::uint64_t* const bits = with_.data() + (k * factors_ + a) * words_;
            std::copy(alive_.begin(), alive_.end(), bits);
            bits[word(k)] &= ~(mask_ << bit(k));
            bits[word(k)] |= std::uint64_t{1} << (bit(k) + a);
        }
}

namespace {

// Bound 2 of docs/search.md for one row: h'Qh > 0 where the row stands and loses less than tau. Returns false where
// there is no condition.
bool fill_condition(PrefixFit const& prefix, int k, int a, double tau, double const* gram, double gram_norm,
                    std::vector<double>& matrix)
{
    int const m = prefix.problem().factors();
    int const q = prefix.dimension();
    double const* const settled = prefix.settled(k, a);
    double const norm = std::sqrt(dot(settled, settled, m));
    double const own = norm > 0 ? settled[a] / norm : 0.0;
    double const alpha = 1 - tau - own * own;
    if (!(alpha > 0)) return false;
    double along[64] = {}; // U J0 / |J0|
    if (norm > 0)
        for (int j = 0; j < m; ++j)
            for (int i = 0; i < q; ++i) along[i] += settled[j] / norm * prefix.inverse_column(k, j)[i];
    double column[64];
    for (int i = 0; i < q; ++i) column[i] = prefix.inverse_column(k, a)[i] - own * along[i];
    double squared = 0;
    std::size_t entry = 0;
    for (int i = 0; i < q; ++i)
        for (int j = 0; j <= i; ++j, ++entry) {
            matrix[entry] = column[i] * column[j] - alpha * (gram[entry] - along[i] * along[j]);
            squared += (i == j ? 1 : 2) * matrix[entry] * matrix[entry];
        }
    // A matrix that is all cancellation says nothing.
    double const scale = std::sqrt(squared);
    if (!(scale > 1e-6 * gram_norm)) return false;
    for (std::size_t e = 0; e < entry; ++e) matrix[e] /= scale;
    return true;
}

} // namespace

bool Compatibility::fill_conditions(PrefixFit const& prefix, LevelBudget const& budget)
{
    int const q = prefix.dimension();
    int const entries = packed_size(q);
    std::vector<double> gram(index(entries));
    matrix_.resize(index(entries));
    gathered_.clear();
    row_of_condition_.clear();
    pairs_.domain.clear();
    for (int k = 0; k < domains_; ++k) {
        if (budget.per_domain[index(k)] >= 1) continue;
        std::fill(gram.begin(), gram.end(), 0.0);
        double trace = 0;
        for (int j = 0; j < factors_; ++j) {
            double const* const u = prefix.inverse_column(k, j);
            for (int i = 0, e = 0; i < q; ++i)
                for (int l = 0; l <= i; ++l, ++e) gram[index(e)] += u[i] * u[l];
            trace += dot(u, u, q);
        }
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            if (!fill_condition(prefix, k, a, budget.per_domain[index(k)], gram.data(), trace, matrix_)) continue;
            pairs_.domain.push_back(k);
            row_of_condition_.push_back(a);
            gathered_.insert(gathered_.end(), matrix_.begin(), matrix_.end());
        }
    }
    pairs_.dimension = q;
    pairs_.rows = static_cast<int>(row_of_condition_.size());
    pairs_.shift = static_cast<float>(2 * (q + 4) * (q + 4) * unit);
    int const stride = padded(pairs_.rows);
    pairs_.conditions.assign(index(entries * stride), 0.0F);
    for (int r = 0; r < pairs_.rows; ++r)
        for (int e = 0; e < entries; ++e)
            pairs_.conditions[index(e * stride + r)] = static_cast<float>(gathered_[index(r * entries + e)]);
    return pairs_.rows > 0;
}

void Compatibility::separate_pairs(Kernels const& kernels)
{
    int const rows = pairs_.rows;
    int const row_words = (rows + 63) / 64;
    together_.assign(index(rows * row_words), 0);
    kernels.test_pairs(pairs_, together_.data(), row_words);
    for (int i = 0; i < rows; ++i) {
        int const k = pairs_.domain[index(i)];
        int const a = row_of_condition_[index(i)];
        std::uint64_t* const bits = with_.data() + (k * factors_ + a) * words_;
        for (int j = 0; j < rows; ++j) {
            if (together_[index(i * row_words + j / 64)] >> (j % 64) & 1U) continue;
            if (j == i)
                clear(alive_.data(), k, a);
            else if (pairs_.domain[index(j)] != k)
                clear(bits, pairs_.domain[index(j)], row_of_condition_[index(j)]);
        }
    }
}

void Compatibility::make_arc_consistent()
{
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < domains_; ++k)
            for (auto rows = alive_rows(k); rows != 0; rows &= rows - 1) {
                int const a = std::countr_zero(rows);
                std::uint64_t* const bits = with_.data() + (k * factors_ + a) * words_;
                for (int w = 0; w < words_; ++w) bits[w] &= alive_[index(w)];
                if (complete(bits)) continue;
                clear(alive_.data(), k, a);
                changed = true;
            }
    }
}

void Compatibility::apply_bounds(PrefixFit const& prefix, LevelBudget const& budget, Kernels const& kernels)
{
    if (!fill_conditions(prefix, budget)) return;
    separate_pairs(kernels);
    make_arc_consistent();
}

} // namespace exahca
