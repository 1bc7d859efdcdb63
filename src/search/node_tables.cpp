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

// Power of two near 1 / the longest residual that is free, so that single precision neither overflows nor underflows
// whatever unit the sources have. Scaling by a power of two rounds nothing, and the inverses are divided by it, which
// leaves (r . h) U' h as it is.
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

// Squared bound of the error of h (sine of the angle) after s squarings: delta of docs/search.md, section 5. It starts
// from the certificate, which bounds mu_2 / mu_1 at the end, and walks back to the stack's matrix (j = 0), each matrix
// adding 2 |E| / gamma. The last term is the (q + 4) u for the two products that make J of h.
std::vector<float> direction_errors(int q, int domains)
{
    constexpr double certificate = 1e-3;
    double const squaring = (q + 4) * unit;
    double const forming = (domains + 4) * unit;
    double const extraction = std::sqrt(2.0 * q);
    std::vector<float> errors;
    for (int s = 0; s <= most_kernel_squarings; ++s) {
        // mu_2 / mu_1 at the end: 1 - trace(M^2) <= certificate gives mu_1 >= 1 - certificate.
        double ratio = 2 * certificate;
        double error = extraction * (ratio * ratio + (q + 4) * unit);
        for (int j = s; j >= 0; --j) {
            // Least gap of a matrix of trace 1 whose second eigenvalue is at most `ratio` times the first.
            double const gap = std::max(1e-6, 1 - ratio) / (1 + (q - 1) * ratio);
            error += 2 * (j == 0 ? forming : squaring) / gap;
            // The ratio before this squaring, rounding of the eigenvalues included.
            ratio = std::sqrt(ratio + 4 * q * squaring);
        }
        error += (q + 4) * unit;
        errors.push_back(static_cast<float>(error * error));
    }
    return errors;
}

// Residuals, J0 and columns of U of one node in single precision. Rows that are placed already keep zeros: no tuple has
// them.
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

// What each domain's test may conclude. The error of J is e = 3 |r| |U| delta + 2 u |J0|, so (pi/4) e^2 / eta is at
// most slack_squared delta^2 + slack by (a + b)^2 <= 2 a^2 + 2 b^2: hence 18 and 8, and .1 for roundings. The largest
// |r| and |J0| of the domain stand for every row of it.
void fill_limits(PrefixFit const& prefix, LevelBudget const& budget, TupleTables& tables)
{
    auto const& problem = prefix.problem();
    int const m = problem.factors();
    int const q = prefix.dimension();
    double const ratio_margin = quarter_pi * margin_share + (2 * m + 32) * unit;
    tables.ratio_margin = static_cast<float>(ratio_margin + 4 * unit);
    // 4e-6 covers the roundings of the weighted sum in single precision.
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
        // Rounded towards letting a tuple survive: a weight down, and 1 - tau by its margin.
        tables.own_shares[index(k)] =
            tables.sums_values ? static_cast<float>(problem.shares()[index(k)] * (1 - 4 * unit))
                               : static_cast<float>(1 - budget.per_domain[index(k)] - ratio_margin - 4 * unit);
    }
    // Domains with the least budget first: they reject most lanes.
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
    // m T: values are means over the m levels. 4 stands for an infinite threshold.
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
        // The scale is common to all domains, so the leading direction stays.
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
    // Every free row is alive and stands with every free row of other domains; in its own domain's field each row has
    // only itself, so that choosing it empties the field of the others.
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

// Sizes known when compiling make these loops several times faster; 0: known at run time only.
template <int Q>
struct ConditionSize
{
    int runtime;
    [[nodiscard]] constexpr int get() const { return Q > 0 ? Q : runtime; }
    static constexpr int most = Q > 0 ? Q : 64;
};

// U U' of a domain, q x q, packed: the sum of u u' over the columns of its pseudo-inverse in the quotient space.
// Returns its trace.
template <int Q>
double fill_gram(ConditionSize<Q> size, PrefixFit const& prefix, int k, double* gram)
{
    int const q = size.get();
    std::fill(gram, gram + packed_size(q), 0.0);
    for (int j = 0; j < prefix.problem().factors(); ++j) {
        double const* const u = prefix.inverse_column(k, j);
        for (int i = 0, e = 0; i < q; ++i)
            for (int l = 0; l <= i; ++l, ++e) gram[e] += u[i] * u[l];
    }
    double trace = 0;
    for (int i = 0; i < q; ++i) trace += gram[packed_size(i) + i];
    return trace;
}

// Bound 2 of docs/search.md, section 4, for one row: h' Q h >= 0 wherever the row stands with a loss of at most tau. In
// its notation `own` is Jn_a, `along` U Jn, `column` u', and gram - along along' G'. At the root, where J0 = 0, Jn
// counts as 0. Writes Q with Frobenius norm 1 to every stride-th place; returns false where there is no condition.
template <int Q>
bool fill_condition(ConditionSize<Q> size, PrefixFit const& prefix, int k, int a, double tau, double const* gram,
                    double gram_trace, float* to, int stride)
{
    int const m = prefix.problem().factors();
    int const q = size.get();
    double const* const settled = prefix.settled(k, a);
    double const squared = dot(settled, settled, m);
    double const inverse = squared > 0 ? 1 / std::sqrt(squared) : 0.0;
    double const own = settled[a] * inverse;
    double const alpha = 1 - tau - own * own;
    if (!(alpha > 0)) return false;
    double along[ConditionSize<Q>::most]; // U J0 / |J0|
    std::fill(along, along + q, 0.0);
    if (squared > 0)
        for (int j = 0; j < m; ++j) {
            double const factor = settled[j] * inverse;
            double const* const column = prefix.inverse_column(k, j);
            for (int i = 0; i < q; ++i) along[i] += factor * column[i];
        }
    double column[ConditionSize<Q>::most];
    for (int i = 0; i < q; ++i) column[i] = prefix.inverse_column(k, a)[i] - own * along[i];
    double matrix[packed_size(ConditionSize<Q>::most)];
    double norm = 0;
    for (int i = 0, e = 0; i < q; ++i)
        for (int j = 0; j <= i; ++j, ++e) {
            matrix[e] = column[i] * column[j] - alpha * (gram[e] - along[i] * along[j]);
            norm += (i == j ? 1 : 2) * matrix[e] * matrix[e];
        }
    // A Q far smaller than what it is the difference of is rounding. Without it the row merely stays.
    norm = std::sqrt(norm);
    if (!(norm > 1e-6 * gram_trace)) return false;
    double const scale = 1 / norm;
    for (int e = 0; e < packed_size(q); ++e) to[e * stride] = static_cast<float>(matrix[e] * scale);
    return true;
}

} // namespace

template <int Q>
void Compatibility::fill_sized_conditions(PrefixFit const& prefix, LevelBudget const& budget)
{
    ConditionSize<Q> const size{prefix.dimension()};
    int const stride = padded(raw_.rows);
    double gram[packed_size(ConditionSize<Q>::most)];
    for (int k = 0; k < domains_; ++k) {
        // A loss is never above 1, so a budget of 1 excludes nothing.
        double const tau = budget.per_domain[index(k)];
        if (tau >= 1) continue;
        double const trace = fill_gram(size, prefix, k, gram);
        for (auto free = prefix.free_rows(k); free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            int const column = static_cast<int>(rows_.size());
            if (fill_condition(size, prefix, k, a, tau, gram, trace, raw_.conditions.data() + column, stride))
                rows_.push_back({k, a, column, 0});
        }
    }
}

void Compatibility::fill_conditions(PrefixFit const& prefix, LevelBudget const& budget)
{
    int const q = prefix.dimension();
    raw_.dimension = pairs_.dimension = q;
    // For norm 1 this makes a computed "negative definite" certain: docs/search.md, section 4, Margin.
    raw_.shift = pairs_.shift = static_cast<float>(2 * (q + 4) * (q + 4) * unit);
    raw_.rows = domains_ * factors_;
    raw_.conditions.resize(index(packed_size(q) * padded(raw_.rows)));
    rows_.clear();
    switch (q) {
    case 2:
        return fill_sized_conditions<2>(prefix, budget);
    case 3:
        return fill_sized_conditions<3>(prefix, budget);
    case 4:
        return fill_sized_conditions<4>(prefix, budget);
    case 5:
        return fill_sized_conditions<5>(prefix, budget);
    case 6:
        return fill_sized_conditions<6>(prefix, budget);
    default:
        return fill_sized_conditions<0>(prefix, budget);
    }
}

// A row whose own Q is negative definite cannot stand, whatever the others do.
void Compatibility::drop_impossible_rows(Kernels const& kernels)
{
    bits_.assign(index(raw_.rows + 63) / 64 + 1, 0);
    // Only the columns that were filled; their stride stays.
    int const filled = static_cast<int>(rows_.size());
    kernels.test_rows(raw_, filled, bits_.data());
    std::erase_if(rows_, [this](ConditionedRow const& row) {
        bool const possible = bits_[index(row.column / 64)] >> (row.column % 64) & 1U;
        if (!possible) clear(alive_.data(), row.domain, row.row);
        return !possible;
    });
}

// Copies the conditions of rows that are left side by side, so that the pair kernel reads no gaps. Domains with few
// rows come first: they are the first to have none left, which ends the node. `end` of each row is where the next
// domain begins, since two rows of one domain are never tested together.
void Compatibility::gather_conditions()
{
    sorted_rows_.clear();
    domain_order_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (i == 0 || rows_[i].domain != rows_[i - 1].domain)
            domain_order_.emplace_back(std::popcount(alive_rows(rows_[i].domain)), static_cast<int>(i));
    std::sort(domain_order_.begin(), domain_order_.end());
    for (auto const& [count, first] : domain_order_) {
        auto const start = sorted_rows_.size();
        int const domain = rows_[index(first)].domain;
        for (auto i = index(first); i < rows_.size() && rows_[i].domain == domain; ++i)
            sorted_rows_.push_back(rows_[i]);
        for (auto i = start; i < sorted_rows_.size(); ++i) sorted_rows_[i].end = static_cast<int>(sorted_rows_.size());
    }
    rows_.swap(sorted_rows_);
    pairs_.rows = static_cast<int>(rows_.size());
    int const from_stride = padded(raw_.rows);
    int const stride = padded(pairs_.rows);
    int const entries = packed_size(pairs_.dimension);
    pairs_.conditions.resize(index(entries * stride));
    for (int e = 0; e < entries; ++e) {
        float const* const from = raw_.conditions.data() + e * from_stride;
        float* const to = pairs_.conditions.data() + e * stride;
        for (int r = 0; r < pairs_.rows; ++r) to[r] = from[rows_[index(r)].column];
    }
}

// A row with a condition starts with the rows that have none, which it is compatible with, and with itself, and gets
// its partners as separate_pairs finds them. Rows without a condition keep the masks of reset.
void Compatibility::start_pairs()
{
    scratch_.assign(alive_.begin(), alive_.end());
    for (auto const& row : rows_) clear(scratch_.data(), row.domain, row.row);
    for (auto const& row : rows_) {
        std::uint64_t* const bits = partners(row.domain, row.row);
        std::copy(scratch_.begin(), scratch_.end(), bits);
        bits[word(row.domain)] &= ~(mask_ << bit(row.domain));
        set(bits, row.domain, row.row);
    }
    bits_.resize(alive_.size());
}

// The rows whose partners among later ones are still to be found, and those that have no condition.
void Compatibility::mark_later(std::size_t from, std::vector<std::uint64_t>& later) const
{
    std::copy(alive_.begin(), alive_.end(), later.begin());
    for (std::size_t i = 0; i < from; ++i) clear(later.data(), rows_[i].domain, rows_[i].row);
}

// Bound 3 of docs/search.md: tests every pair of conditions of different domains once, earlier domain against later
// ones. Before and after its tests a row must still have a partner in every domain, or it dies; a row that is dead is
// not tested against later ones any more. Returns false when some domain has no row left.
bool Compatibility::separate_pairs(Kernels const& kernels)
{
    start_pairs();
    together_.resize(index(pairs_.rows / 64 + 1));
    auto& later = bits_;
    for (int i = 0; i < pairs_.rows; ++i) {
        auto const& row = rows_[index(i)];
        if (i == 0 || rows_[index(i - 1)].domain != row.domain) mark_later(index(row.end), later);
        std::uint64_t* const bits = partners(row.domain, row.row);
        // What the row can have at best: partners found so far that are alive, and all that has not been tested.
        for (int w = 0; w < words_; ++w) scratch_[index(w)] = (bits[w] & alive_[index(w)]) | later[index(w)];
        bool possible = complete(scratch_.data());
        if (possible) {
            std::fill(together_.begin(), together_.end(), 0);
            kernels.test_pairs(pairs_, i, row.end, together_.data());
            for (std::size_t w = 0; w < together_.size(); ++w)
                for (auto found = together_[w]; found != 0; found &= found - 1) {
                    auto const& partner = rows_[w * 64 + index(std::countr_zero(found))];
                    set(bits, partner.domain, partner.row);
                    set(partners(partner.domain, partner.row), row.domain, row.row);
                }
            possible = complete(bits);
        }
        if (possible) continue;
        clear(alive_.data(), row.domain, row.row);
        if (alive_rows(row.domain) == 0) return false;
    }
    return true;
}

// Takes dead rows out of every mask, and rows that have no partner left in some domain, until nothing changes. The
// fixed point does not depend on the order of the visits.
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
    fill_conditions(prefix, budget);
    // Without conditions all rows stand together, as reset has it.
    if (rows_.empty()) return;
    drop_impossible_rows(kernels);
    if (!complete(alive_.data())) return;
    gather_conditions();
    if (separate_pairs(kernels)) make_arc_consistent();
}

} // namespace exahca
