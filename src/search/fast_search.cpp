#include "search/fast_search.hpp"

#include <algorithm>
#include <bit>

namespace exahca {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

} // namespace

FastSearch::FastSearch(OrderProblem const& problem, Kernels const& kernels, SearchRun& run)
    : problem_(&problem), kernels_(&kernels), run_(&run), domains_(problem.domains()), compatibility_(problem)
{
    domain_order_.resize(index(domains_));
    chosen_.resize(index(domains_));
    batch_rows_.resize(index(lanes * domains_));
    masks_.resize(index((domains_ + 1) * compatibility_.words()));
}

void FastSearch::expand_subtree(std::vector<std::vector<std::uint8_t>> const& rows)
{
    PrefixFit prefix(*problem_);
    path_.clear();
    for (auto const& level : rows) {
        prefix.fit(level, fit_);
        prefix.place(level, fit_);
        path_.push_back(level);
    }
    expand(prefix);
}

void FastSearch::expand(PrefixFit const& prefix)
{
    if (prefix.level() == 0) {
        run_->offer(path_, prefix.value(), prefix.sums());
        return;
    }
    std::vector<Child> children;
    if (!enumerate(prefix, children)) {
        run_->leave_open(path_, prefix.value());
        return;
    }
    std::sort(children.begin(), children.end(),
              [](Child const& a, Child const& b) { return a.bound != b.bound ? a.bound < b.bound : a.rows < b.rows; });
    for (auto const& child : children) {
        if (child.bound > run_->best.threshold()) break;
        path_.push_back(child.rows);
        if (run_->ended()) {
            run_->leave_open(path_, child.bound);
        } else {
            prefix.fit(child.rows, fit_);
            auto placed = prefix;
            placed.place(child.rows, fit_);
            expand(placed);
        }
        path_.pop_back();
    }
}

// Fits all children that may matter. Returns false when it had to give up half-way.
bool FastSearch::enumerate(PrefixFit const& prefix, std::vector<Child>& children)
{
    interrupted_ = false;
    if (prefix.level() == 1 || prefix.dimension() == 1) {
        fit_all(prefix, children);
        return !interrupted_;
    }
    prepare(prefix);
    if (compatibility_.complete(compatibility_.alive())) {
        choose(prefix, 0, children);
        if (batch_ > 0) flush(prefix, children);
    }
    return !interrupted_;
}

// At level 1 one row of each domain is left.
void FastSearch::fit_all(PrefixFit const& prefix, std::vector<Child>& children)
{
    for (int k = 0; k < domains_; ++k)
        chosen_[index(k)] = static_cast<std::uint8_t>(std::countr_zero(prefix.free_rows(k)));
    // With one dimension left nothing is computed: the last level is exact.
    if (prefix.dimension() > 1) ++run_->tuples;
    fit_child(prefix, chosen_.data(), children);
}

void FastSearch::prepare(PrefixFit const& prefix)
{
    auto const budget = level_budget(prefix, run_->best.threshold());
    compatibility_.reset(prefix);
    if (prefix.dimension() <= 2 * problem_->factors()) compatibility_.apply_bounds(prefix, budget, *kernels_);
    if (!compatibility_.complete(compatibility_.alive())) return;
    fill_tuple_tables(prefix, budget, tables_);
    fill_products(prefix, products_);
    for (int k = 0; k < domains_; ++k) domain_order_[index(k)] = k;
    std::stable_sort(domain_order_.begin(), domain_order_.end(), [&](int a, int b) {
        return std::popcount(compatibility_.alive_rows(a)) < std::popcount(compatibility_.alive_rows(b));
    });
    auto const stride = index(padded(packed_size(prefix.dimension())));
    sums_.assign(index(domains_ + 1) * stride, 0.0F);
    batch_sums_.assign(index(lanes) * stride, 0.0F);
    std::copy(compatibility_.alive(), compatibility_.alive() + compatibility_.words(), masks_.begin());
    batch_ = 0;
}

void FastSearch::choose(PrefixFit const& prefix, int depth, std::vector<Child>& children)
{
    int const words = compatibility_.words();
    int const stride = padded(packed_size(prefix.dimension()));
    int const k = domain_order_[index(depth)];
    std::uint64_t const* const mask = masks_.data() + depth * words;
    std::uint64_t* const next_mask = masks_.data() + (depth + 1) * words;
    float const* const sum = sums_.data() + depth * stride;
    float* const next_sum = sums_.data() + (depth + 1) * stride;
    for (auto rows = compatibility_.field(mask, k); rows != 0; rows &= rows - 1) {
        int const a = std::countr_zero(rows);
        chosen_[index(k)] = static_cast<std::uint8_t>(a);
        if (depth == domains_ - 1) {
            push(prefix, k, a, sum, children);
            continue;
        }
        std::uint64_t const* const with = compatibility_.with(k, a);
        for (int w = 0; w < words; ++w) next_mask[w] = mask[w] & with[w];
        if (!compatibility_.complete(next_mask)) continue;
        float const* const product = products_.data() + (k * problem_->factors() + a) * stride;
        for (int e = 0; e < stride; ++e) next_sum[e] = sum[e] + product[e];
        choose(prefix, depth + 1, children);
        if (interrupted_) return;
    }
}

void FastSearch::push(PrefixFit const& prefix, int k, int a, float const* sum, std::vector<Child>& children)
{
    int const stride = padded(packed_size(prefix.dimension()));
    float const* const product = products_.data() + (k * problem_->factors() + a) * stride;
    float* const lane = batch_sums_.data() + batch_ * stride;
    for (int e = 0; e < stride; ++e) lane[e] = sum[e] + product[e];
    std::copy(chosen_.begin(), chosen_.end(), batch_rows_.begin() + batch_ * domains_);
    if (++batch_ == lanes) flush(prefix, children);
}

void FastSearch::flush(PrefixFit const& prefix, std::vector<Child>& children)
{
    int const stride = padded(packed_size(prefix.dimension()));
    for (int lane = batch_; lane < lanes; ++lane) { // idle lanes repeat the first
        std::copy_n(batch_sums_.begin(), stride, batch_sums_.begin() + lane * stride);
        std::copy_n(batch_rows_.begin(), domains_, batch_rows_.begin() + lane * domains_);
    }
    unsigned const survivors = kernels_->test_tuples(tables_, batch_sums_.data(), batch_rows_.data());
    run_->tuples += batch_;
    for (int lane = 0; lane < batch_; ++lane)
        if (survivors >> lane & 1U) fit_child(prefix, batch_rows_.data() + lane * domains_, children);
    batch_ = 0;
    interrupted_ = run_->aborted();
}

void FastSearch::fit_child(PrefixFit const& prefix, std::uint8_t const* rows, std::vector<Child>& children)
{
    std::span<std::uint8_t const> const tuple(rows, index(domains_));
    prefix.fit(tuple, fit_);
    if (fit_.value <= run_->best.threshold()) children.push_back({fit_.value, {tuple.begin(), tuple.end()}});
}

} // namespace exahca
