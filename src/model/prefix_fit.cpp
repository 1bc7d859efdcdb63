#include "exahca/model/prefix_fit.hpp"

#include "exahca/core/check.hpp"
#include "exahca/model/leading_direction.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace exahca {
namespace {

// From the first to the last, one addition at a time: equal bits for equal prefixes.
double dot(double const* a, double const* b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
}

// Working space that needs the heap only for unusual sizes.
class Workspace
{
public:
    explicit Workspace(int size) : heap_(size > usual ? static_cast<std::size_t>(size) : 0) {}
    double* data() { return heap_.empty() ? stack_ : heap_.data(); }

private:
    static constexpr int usual = 256;
    double stack_[usual];
    std::vector<double> heap_;
};

// The stack's rows, residuals of the chosen rows, each times the root of its weight: K x q, row by row.
void fill_stack(PrefixFit const& fit, std::span<std::uint8_t const> rows, double* stack)
{
    int const q = fit.dimension();
    auto const weights = fit.problem().stack_weights();
    for (std::size_t k = 0; k < rows.size(); ++k, stack += q) {
        double const* residual = fit.residual(static_cast<int>(k), rows[k]);
        double const root = std::sqrt(weights[k]);
        for (int i = 0; i < q; ++i) stack[i] = root * residual[i];
    }
}

// Sum of r r' over the stack's rows, both triangles.
void fill_scatter(double const* stack, int count, int q, double* gram)
{
    std::fill(gram, gram + q * q, 0.0);
    for (int k = 0; k < count; ++k, stack += q)
        for (int i = 0; i < q; ++i)
            for (int j = 0; j < q; ++j) gram[i * q + j] += stack[i] * stack[j];
}

} // namespace

Reflection reflection_to_last_axis(std::span<double const> direction)
{
    Reflection reflection{{direction.begin(), direction.end()}, 0};
    // mirror = h + sign(h_last) e_last: the reflection takes h to -sign(h_last) e_last.
    double& last = reflection.mirror.back();
    last += last < 0 ? -1.0 : 1.0; // away from cancellation
    double const squared = dot(reflection.mirror.data(), reflection.mirror.data(), static_cast<int>(direction.size()));
    reflection.scale = 2 / squared;
    return reflection;
}

PrefixFit::PrefixFit(OrderProblem const& problem)
    : problem_(&problem), domains_(problem.domains()), factors_(problem.factors()), level_(problem.factors()),
      dimension_(problem.dimension())
{
    auto const rows = static_cast<std::size_t>(domains_) * static_cast<std::size_t>(factors_);
    auto const values = rows * static_cast<std::size_t>(dimension_);
    // All m rows as bits; a shift by 64 would be undefined.
    free_.assign(static_cast<std::size_t>(domains_),
                 factors_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << factors_) - 1);
    sums_.assign(static_cast<std::size_t>(domains_), 0.0);
    settled_.assign(rows * static_cast<std::size_t>(factors_), 0.0);
    residuals_.assign(problem.row(0, 0), problem.row(0, 0) + values);
    inverses_.assign(problem.inverse_column(0, 0), problem.inverse_column(0, 0) + values);
}

void PrefixFit::find_direction(std::span<std::uint8_t const> rows, std::vector<double>& direction) const
{
    int const q = dimension_;
    direction.assign(static_cast<std::size_t>(q), 0.0);
    Workspace stack(domains_ * q);
    fill_stack(*this, rows, stack.data());
    // The smaller of the two Gram matrices of the stack; both have the same leading singular value.
    int const n = std::min(domains_, q);
    Workspace gram(n * n);
    if (domains_ >= q) {
        fill_scatter(stack.data(), domains_, q, gram.data());
        leading_eigenvector(gram.data(), q, direction.data());
        return;
    }
    Workspace left(domains_);
    for (int k = 0; k < domains_; ++k)
        for (int l = 0; l < domains_; ++l)
            gram.data()[k * domains_ + l] = dot(stack.data() + k * q, stack.data() + l * q, q);
    // S' times the leading left singular vector of the stack S is the leading right one, but for its length.
    leading_eigenvector(gram.data(), domains_, left.data());
    for (int k = 0; k < domains_; ++k)
        for (int i = 0; i < q; ++i) direction[static_cast<std::size_t>(i)] += left.data()[k] * stack.data()[k * q + i];
    double const norm = std::sqrt(dot(direction.data(), direction.data(), q));
    if (norm > 0)
        for (double& entry : direction) entry /= norm;
    else
        direction[0] = 1;
}

double PrefixFit::inexactness(int k, int a, double const* direction) const
{
    // J = J0 + (r . h) U' h; `own` is J_a^2, `off` the sum of the other squares.
    double const along = dot(residual(k, a), direction, dimension_);
    double const* const settled_row = settled(k, a);
    double own = 0;
    double off = 0;
    for (int j = 0; j < factors_; ++j) {
        double const entry = settled_row[j] + along * dot(inverse_column(k, j), direction, dimension_);
        if (j == a)
            own = entry * entry;
        else
            off += entry * entry;
    }
    return off + own > 0 ? off / (off + own) : 1.0;
}

void PrefixFit::fit(std::span<std::uint8_t const> rows, LevelFit& result) const
{
    // Changes nothing here: many tuples are fitted at a node, one of them may be placed.
    EXAHCA_EXPECT(level_ >= 1 && rows.size() == static_cast<std::size_t>(domains_));
    result.inexactness.assign(rows.size(), 0.0);
    result.sums.assign(sums_.begin(), sums_.end());
    if (dimension_ == 1) {
        // One direction is left and level 1 takes it: the rows are reproduced whole, so nothing is inexact.
        result.direction.assign(1, 1.0);
    } else {
        find_direction(rows, result.direction);
        for (int k = 0; k < domains_; ++k) {
            auto const at = static_cast<std::size_t>(k);
            EXAHCA_EXPECT((free_[at] >> rows[at]) & 1U);
            result.inexactness[at] = inexactness(k, rows[at], result.direction.data());
            result.sums[at] += result.inexactness[at];
        }
    }
    result.value = problem_->value(result.sums.data());
}

void PrefixFit::reflect(std::vector<double>& vectors, double const* mirror, double scale) const
{
    int const q = dimension_;
    auto const count = vectors.size() / static_cast<std::size_t>(q);
    // Works in place: each vector loses its last entry, so nothing is written where something is still to be read.
    double* to = vectors.data();
    double const* from = vectors.data();
    for (std::size_t v = 0; v < count; ++v, from += q, to += q - 1) {
        double const along = scale * dot(from, mirror, q);
        for (int i = 0; i < q - 1; ++i) to[i] = from[i] - along * mirror[i];
    }
    vectors.resize(count * static_cast<std::size_t>(q - 1));
}

void PrefixFit::place(std::span<std::uint8_t const> rows, LevelFit const& fit)
{
    // J0 of rows that are not placed yet grows by what the new direction settles; those that are placed are done with.
    double projected[64]; // U' h
    for (int k = 0; k < domains_; ++k) {
        auto const at = static_cast<std::size_t>(k);
        free_[at] &= ~(std::uint64_t{1} << rows[at]);
        for (int j = 0; j < factors_; ++j) projected[j] = dot(inverse_column(k, j), fit.direction.data(), dimension_);
        for (auto free = free_[at]; free != 0; free &= free - 1) {
            int const a = std::countr_zero(free);
            double const along = dot(residual(k, a), fit.direction.data(), dimension_);
            double* const row = settled_.data() + settled_offset(k, a);
            for (int j = 0; j < factors_; ++j) row[j] += along * projected[j];
        }
    }
    sums_ = fit.sums;
    --level_;
    if (level_ == 0) return;
    // The quotient space: after the reflection h is the last axis, and dropping that coordinate leaves what is
    // orthogonal to h.
    auto const reflection = reflection_to_last_axis(fit.direction);
    reflect(residuals_, reflection.mirror.data(), reflection.scale);
    reflect(inverses_, reflection.mirror.data(), reflection.scale);
    --dimension_;
}

} // namespace exahca
