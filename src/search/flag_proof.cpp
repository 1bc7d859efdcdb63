#include "search/flag_proof.hpp"

#include "exahca/numerics/principal_angles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace exahca {
namespace {

// One pair of cells in so many has its centre tried, so that a better flag lowers what is left to prove.
constexpr std::int64_t pairs_per_trial = 8;
// Pairs of one depth that may wait however little memory there is: enough to go down.
constexpr std::size_t fewest_waiting = 64;

// Digits of an id behind its leading 1, without the facet's.
int divisions_of(int levels, CellId id) { return (static_cast<int>(std::bit_width(id)) - 1) / (levels - 1) - 1; }

// A direction through the middle of a cell, not of unit length.
Vector middle_of(int levels, DirectionCell const& cell)
{
    Vector sum = Vector::Zero(levels);
    for (int i = 0; i < levels; ++i)
        for (int t = 0; t < levels; ++t)
            sum[t] += cell.corners[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)];
    return sum;
}

} // namespace

FlagBoundCache::FlagBoundCache(FlagTables const& tables, Kernel kernel, std::int64_t bytes)
    : tables_(tables), kernel_(kernel)
{
    auto const size = static_cast<std::int64_t>(tables.bounds() * sizeof(double) + sizeof(CellId));
    auto const slots = std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(bytes / size, 2)));
    shift_ = 64 - (static_cast<int>(std::bit_width(slots)) - 1);
    ids_.assign(slots, 0);
    bounds_ = std::make_unique_for_overwrite<double[]>(slots * tables.bounds());
}

double const* FlagBoundCache::of(CellId id, DirectionCell const& cell)
{
    // Fibonacci hashing: the parts of one cell go to slots far apart.
    auto const slot = static_cast<std::size_t>(id * 0x9E3779B97F4A7C15U >> shift_);
    double* const bounds = bounds_.get() + slot * tables_.bounds();
    if (ids_[slot] != id) {
        kernel_(tables_, cell, bounds);
        ids_[slot] = id;
    }
    return bounds;
}

FlagProof::FlagProof(FlagValues const& values, FlagSearchOptions const& options, FlagCellKernels const& kernels)
    : values_(values), options_(options), kernels_(kernels), tables_(values.problem()),
      last_bounds_(tables_, kernels.last_level, options.table_bytes / 2),
      second_bounds_(tables_, kernels.second_level, values.levels() > 2 ? options.table_bytes / 2 : 0),
      tolerance_(options.tolerance), waiting_(2 * most_divisions + 2)
{
}

// Invariant: every flag lies in a pair that waits, or in one that was closed with a bound that went into lower_bound_.
void FlagProof::run(std::vector<FlagPoint>& found)
{
    found_ = &found;
    best_value_ = found.front().value;
    begin();
    while (next_depth()) {
        auto& pairs = waiting_[depth_];
        Pair const pair = pairs.back();
        pairs.pop_back();
        --held_;
        if (hopeless(pair.bound)) {
            close(pair.bound);
            continue;
        }
        if (options_.stop != nullptr && options_.stop->requested())
            outcome_ = FlagOutcome::stopped;
        else if (options_.cell_limit > 0 && cells_ >= options_.cell_limit)
            outcome_ = FlagOutcome::cell_limit;
        else {
            divide(pair);
            continue;
        }
        close(pair.bound);
        break;
    }
    for (auto const& pairs : waiting_)
        for (auto const& pair : pairs) close(pair.bound);
    lower_bound_ = std::min(lower_bound_, best_value_);
}

void FlagProof::begin()
{
    int const m = values_.levels();
    for (int i = 0; i < cell_parts(m); ++i)
        for (int l = 0; l < (m > 2 ? cell_parts(m) : 1); ++l)
            add({facet_id(m, i), facet_id(m, l), 0}, cell_of(m, facet_id(m, i)), cell_of(m, facet_id(m, l)), 0);
}

// Divides the larger cell, so that what one half excludes is not looked at with all parts of the other.
void FlagProof::divide(Pair const& pair)
{
    int const m = values_.levels();
    auto const last = cell_of(m, pair.last);
    auto const second = cell_of(m, pair.second);
    int const last_divisions = divisions_of(m, pair.last);
    int const second_divisions = divisions_of(m, pair.second);
    bool const divides_last = m == 2 || last_divisions <= second_divisions;
    if (++divided_ % pairs_per_trial == 0) try_centre(last, second);
    if ((divides_last ? last_divisions : second_divisions) >= most_divisions) {
        if (outcome_ == FlagOutcome::proven) outcome_ = FlagOutcome::resolution_limit;
        close(pair.bound);
        return;
    }
    for (int part = 0; part < cell_parts(m); ++part) {
        if (divides_last)
            add({part_id(m, pair.last, part), pair.second, pair.bound}, cell_part(m, last, part), second, depth_ + 1);
        else
            add({pair.last, part_id(m, pair.second, part), pair.bound}, last, cell_part(m, second, part), depth_ + 1);
    }
}

void FlagProof::add(Pair pair, DirectionCell const& last, DirectionCell const& second, std::size_t depth)
{
    if (values_.levels() > 2 && !can_be_orthogonal(values_.levels(), last, second)) return;
    ++cells_;
    double const* const lasts = last_bounds_.of(pair.last, last);
    double const* const seconds = values_.levels() > 2 ? second_bounds_.of(pair.second, second) : nullptr;
    // A part lies in what it is a part of, so the parent's bound holds as well.
    pair.bound = std::max(pair.bound, kernels_.combine(tables_, lasts, seconds));
    if (hopeless(pair.bound)) {
        close(pair.bound);
        return;
    }
    waiting_[depth].push_back(pair);
    ++held_;
    peak_bytes_ = std::max(peak_bytes_, held_ * static_cast<std::int64_t>(sizeof(Pair)));
}

// Breadth first while there is room: the pairs of one depth share cells, whose bounds are then still at hand. Without
// room those of the next depth go first. \return whether any pair waits
bool FlagProof::next_depth()
{
    bool const full = held_ * static_cast<std::int64_t>(sizeof(Pair)) >= options_.frontier_bytes;
    if (full && depth_ + 1 < waiting_.size() && waiting_[depth_ + 1].size() >= fewest_waiting) ++depth_;
    if (!waiting_[depth_].empty()) return true;
    if (depth_ + 1 < waiting_.size() && !waiting_[depth_ + 1].empty()) {
        ++depth_;
        return true;
    }
    for (depth_ = waiting_.size() - 1; depth_ > 0; --depth_) // what went first is done first
        if (!waiting_[depth_].empty()) return true;
    return !waiting_[0].empty();
}

void FlagProof::try_centre(DirectionCell const& last, DirectionCell const& second)
{
    auto const frame = central_frame(values_.levels(), last, second);
    if (!(values_.value(frame) < best_value_)) return;
    found_->push_back(descend_flag(values_, frame, full_descent, options_.stop));
    best_value_ = std::min(best_value_, found_->back().value);
}

Matrix central_frame(int levels, DirectionCell const& last, DirectionCell const& second)
{
    Vector const h = middle_of(levels, last);
    Matrix rows(levels, levels);
    if (levels == 2) {
        rows << h[1], -h[0], h[0], h[1];
    } else {
        Vector n = middle_of(levels, second);
        n -= h.dot(n) / h.squaredNorm() * h;
        if (!(n.squaredNorm() > 1e-12 * h.squaredNorm())) // parallel: any direction orthogonal to h
            n = std::abs(h[2]) > 0.5 * h.norm() ? Vector{{h[2], 0, -h[0]}} : Vector{{-h[1], h[0], 0}};
        rows.row(0) = n;
        rows.row(1) << h[1] * n[2] - h[2] * n[1], h[2] * n[0] - h[0] * n[2], h[0] * n[1] - h[1] * n[0];
        rows.row(2) = h;
    }
    return orthonormal_rows_from_last(rows).transpose();
}

} // namespace exahca
