#include "search/fast_search.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace exahca {
namespace {

constexpr std::int64_t most_beam_tuples = 2'000'000;
constexpr int row_block = 16;            // bytes that are copied at once
constexpr int dead_ends_per_look = 4096; // some ten microseconds
constexpr int all_rows = 64;             // in a place half-way: behind every row

std::size_t index(int i) { return static_cast<std::size_t>(i); }

// Rows that come after, or from, row a, as bits.
std::uint64_t rows_after(int a) { return a >= 63 ? 0 : ~std::uint64_t{0} << (a + 1); }
std::uint64_t rows_from(int a) { return a >= 64 ? 0 : ~std::uint64_t{0} << a; }

} // namespace

void FastSearch::Frame::clear_children()
{
    children.clear();
    rows.clear();
    fits.clear();
}

std::int64_t FastSearch::Frame::bytes() const
{
    return static_cast<std::int64_t>(children.capacity() * sizeof children[0] + rows.capacity() +
                                     fits.capacity() * sizeof fits[0]);
}

FastSearch::FastSearch(OrderProblem const& problem, Kernels const& kernels, std::int64_t frontier_bytes, SearchRun& run)
    : problem_(&problem), kernels_(&kernels), run_(&run), domains_(problem.domains()),
      node_effort_(std::max(1, problem.domains() * problem.factors() / 2)),
      frames_(index(problem.factors() + 1), Frame(problem)), compatibility_(problem),
      row_stride_((domains_ + row_block - 1) / row_block * row_block)
{
    domain_order_.resize(index(domains_));
    chosen_.resize(index(row_stride_));
    batch_rows_.resize(index(lanes * row_stride_));
    masks_.resize(index((domains_ + 1) * compatibility_.words()));
    // Bytes of a waiting child: bound and number, rows, direction and sums. Each of the m levels gets an equal share of
    // the room, and of that half: vectors grow by doubling, so that half of what they hold may be empty.
    auto const child = static_cast<std::int64_t>(sizeof frames_[0].children[0]) + domains_ +
                       (problem.dimension() + domains_) * static_cast<std::int64_t>(sizeof(double));
    most_children_ =
        static_cast<std::size_t>(std::max<std::int64_t>(1, frontier_bytes / (2 * problem.factors() * child)));
}

// Fits the levels of a prefix, into the frame of its depth.
void FastSearch::place_path(std::vector<std::vector<std::uint8_t>> const& rows)
{
    auto& prefix = frames_[rows.size()].prefix;
    prefix = PrefixFit(*problem_);
    for (auto const& level : rows) {
        prefix.fit(level, fit_);
        prefix.place(level, fit_);
    }
    frames_[rows.size()].order.clear();
    frames_[rows.size()].after.clear();
    path_ = rows;
}

void FastSearch::expand_subtree(Subtree const& subtree)
{
    std::vector<std::vector<std::uint8_t>> levels;
    for (auto at = subtree.rows.begin(); at != subtree.rows.end(); at += domains_)
        levels.emplace_back(at, at + domains_);
    place_path(levels);
    frames_[levels.size()].order = subtree.order;
    frames_[levels.size()].after = subtree.after;
    expand(levels.size());
}

void FastSearch::run_beam(std::size_t width)
{
    // A node has up to m^K tuples: with more of them a beam could use up its allowance at the first level.
    if (std::pow(problem_->factors(), domains_) > static_cast<double>(most_beam_tuples)) return;
    using Prefix = std::pair<double, std::vector<std::vector<std::uint8_t>>>;
    std::vector<Prefix> beam(1);
    auto const last_tuple = run_->tuples + most_beam_tuples;
    for (int level = problem_->factors(); level >= 1; --level) {
        // A good order spreads its losses over the levels, so prefixes that spend the whole budget early may go.
        int const placed = problem_->factors() - level + 1;
        ambition_ = std::sqrt(static_cast<double>(placed + 1) / (problem_->factors() + 1));
        std::vector<Prefix> next;
        for (auto const& [bound, rows] : beam) {
            if (bound > threshold()) break;
            place_path(rows);
            auto& frame = frames_[rows.size()];
            for (bool complete = false; !complete;) {
                complete = enumerate(frame);
                if (run_->ended_now() || run_->tuples > last_tuple) {
                    ambition_ = 1;
                    return;
                }
                // No more than the best are carried on, so that a level's width is all that waits.
                for (auto const& [child_bound, child] : frame.children) {
                    auto const* const chosen = frame.rows.data() + child * index(domains_);
                    next.emplace_back(child_bound, rows);
                    next.back().second.emplace_back(chosen, chosen + domains_);
                    if (next.size() < 64 * width) continue;
                    std::nth_element(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(width), next.end());
                    next.resize(width);
                }
            }
        }
        std::sort(next.begin(), next.end());
        next.resize(std::min(next.size(), width));
        beam = std::move(next);
    }
    ambition_ = 1;
    for (auto const& [bound, rows] : beam) {
        place_path(rows);
        run_->offer(path_, frames_[rows.size()].prefix.value(), frames_[rows.size()].prefix.sums());
    }
}

// Searches all below the prefix of a depth. Calls itself once per level.
void FastSearch::expand(std::size_t depth)
{
    auto& frame = frames_[depth];
    if (frame.prefix.level() == 0) {
        run_->offer(path_, frame.prefix.value(), frame.prefix.sums());
        return;
    }
    // Each round searches what there was room for. The threshold may fall in between: what is left of the node may then
    // hold nothing any more.
    do {
        bool const complete = enumerate(frame);
        descend(depth);
        if (complete) return;
        if (run_->ended()) {
            run_->leave_open(path_, frame.prefix.value(), frame.order, frame.after);
            return;
        }
    } while (frame.prefix.value() <= run_->best.threshold());
}

// Searches the children at hand, those of lowest bound first.
void FastSearch::descend(std::size_t depth)
{
    auto& frame = frames_[depth];
    std::sort(frame.children.begin(), frame.children.end());
    for (auto const& [bound, child] : frame.children) {
        if (bound > run_->best.threshold()) break;
        auto const* const rows = frame.rows.data() + child * index(domains_);
        path_.emplace_back(rows, rows + domains_);
        bool const ended = run_->ended();
        if (ended) {
            run_->leave_open(path_, bound);
        } else {
            place_child(frame, child, frames_[depth + 1].prefix);
            frames_[depth + 1].order.clear();
            frames_[depth + 1].after.clear();
            expand(depth + 1);
        }
        path_.pop_back();
        if (ended && !run_->collects()) break; // the others' bounds are no lower
    }
}

// Fits children that may matter, from where the frame says. Returns false when it had to leave half-way; the frame then
// says where.
bool FastSearch::enumerate(Frame& frame)
{
    interrupted_ = false;
    frame.clear_children();
    if (frame.prefix.level() == 1) {
        fit_last_level(frame);
        return true;
    }
    // Nothing can stand here any more: that is done, not left half-way.
    if (!prepare(frame)) return true;
    if (domains_ == 1) {
        // One domain: no pairs, so the tuples are its rows that are alive.
        auto const first = frame.after.empty() ? ~std::uint64_t{0} : rows_after(frame.after[0]);
        push_all(frame, 0, compatibility_.field(masks_.data(), 0) & first, sums_.data(), products_.data());
    } else {
        compatibility_.words() == 1 ? choose_from_start<1>(frame) : choose_from_start<0>(frame);
    }
    bool const complete = !interrupted_;
    if (complete && batch_ > 0) flush(frame);
    note_memory();
    return complete;
}

// At level 1 one row of each domain is left, so there is one tuple.
void FastSearch::fit_last_level(Frame& frame)
{
    for (int k = 0; k < domains_; ++k)
        chosen_[index(k)] = static_cast<std::uint8_t>(std::countr_zero(frame.prefix.free_rows(k)));
    // With one dimension left nothing is computed: the last level is exact.
    if (frame.prefix.dimension() > 1) run_->visit(1);
    fit_child(frame, chosen_.data());
}

// Returns false when nothing at this node can be better than the threshold.
bool FastSearch::prepare(Frame const& frame)
{
    auto const& prefix = frame.prefix;
    run_->spend(node_effort_);
    batch_ = 0;
    auto const budget = level_budget(prefix, threshold());
    compatibility_.reset(prefix);
    // Beyond q = 2m pairs of conditions of rank m exclude nothing (docs/search.md, section 4).
    if (prefix.dimension() <= 2 * problem_->factors()) compatibility_.apply_bounds(prefix, budget, *kernels_);
    if (!compatibility_.complete(compatibility_.alive())) return false;
    tables_.row_stride = row_stride_;
    fill_tuple_tables(prefix, budget, tables_);
    fill_products(prefix, products_);
    sort_domains(frame);
    sum_stride_ = padded(packed_size(prefix.dimension()));
    sums_.resize(index((domains_ + 1) * sum_stride_));
    std::fill_n(sums_.begin(), sum_stride_, 0.0F);
    batch_sums_.resize(index(lanes * sum_stride_));
    std::copy(compatibility_.alive(), compatibility_.alive() + compatibility_.words(), masks_.begin());
    return true;
}

// Few rows first: that prunes most. An enumeration that goes on keeps the order in which it began, or it would not be
// known which tuples are done.
void FastSearch::sort_domains(Frame const& frame)
{
    for (int k = 0; k < domains_; ++k) domain_order_[index(k)] = k;
    if (!frame.order.empty()) {
        std::copy(frame.order.begin(), frame.order.end(), domain_order_.begin());
        return;
    }
    std::sort(domain_order_.begin(), domain_order_.end(), [&](int a, int b) {
        int const of_a = std::popcount(compatibility_.alive_rows(a));
        int const of_b = std::popcount(compatibility_.alive_rows(b));
        return of_a != of_b ? of_a < of_b : a < b;
    });
}

template <int Words>
void FastSearch::choose_from_start(Frame& frame)
{
    frame.after.empty() ? choose<Words, false>(frame, 0) : choose<Words, true>(frame, 0);
}

// Chooses a row of the depth-th domain of domain_order_, then of the next one, down to the last but one, whose partners
// push_all queues. Words: of a mask; 0 when only known at run time. Resumes: the rows chosen so far are those of the
// place where the enumeration was left; what comes before it is done, so this domain starts at the row of the place,
// and domains below it resume only under that very row. \pre two domains or more are left
template <int Words, bool Resumes>
void FastSearch::choose(Frame& frame, int depth)
{
    int const words = Words > 0 ? Words : compatibility_.words();
    int const k = domain_order_[index(depth)];
    std::uint64_t const* const mask = masks_.data() + depth * words;
    std::uint64_t* const next_mask = masks_.data() + (depth + 1) * words;
    int const stride = sum_stride_;
    float const* const sum = sums_.data() + depth * stride;
    float* const next_sum = sums_.data() + (depth + 1) * stride;
    float const* const products = products_.data() + k * problem_->factors() * stride;
    bool const innermost = depth == domains_ - 2;
    int const next = domain_order_[index(depth + 1)];
    float const* const next_products = products_.data() + next * problem_->factors() * stride;
    std::uint64_t const* const with = compatibility_.with(k, 0);
    std::uint8_t* const chosen = chosen_.data() + k;
    int const place = Resumes ? frame.after[index(k)] : 0;
    int const next_place = Resumes ? frame.after[index(next)] : 0;
    for (auto rows = compatibility_.field(mask, k) & rows_from(place); rows != 0; rows &= rows - 1) {
        int const a = std::countr_zero(rows);
        for (int w = 0; w < words; ++w) next_mask[w] = mask[w] & with[a * words + w];
        if (!compatibility_.complete<Words>(next_mask)) {
            if (++dead_ends_ == dead_ends_per_look && !goes_on_after_dead_ends(frame, depth, a)) return;
            continue;
        }
        *chosen = static_cast<std::uint8_t>(a);
        add_packed(next_sum, sum, products + a * stride, stride);
        // The tuple of the place itself is done, so the last domain goes on behind its row.
        bool const at_place = Resumes && a == place;
        if (innermost)
            push_all(frame, next, compatibility_.field(next_mask, next) & (at_place ? rows_after(next_place) : ~0ULL),
                     next_sum, next_products);
        else if (at_place)
            choose<Words, Resumes>(frame, depth + 1);
        else
            choose<Words, false>(frame, depth + 1);
        if (interrupted_) return;
    }
}

// Choices without a tuple are work as well, and may go on for long. Returns false when the search has ended, with the
// place behind all tuples that hold this choice.
bool FastSearch::goes_on_after_dead_ends(Frame& frame, int depth, int row)
{
    dead_ends_ = 0;
    run_->spend(dead_ends_per_look / SearchRun::dead_ends_per_tuple);
    if (!run_->ended_now()) return true;
    if (batch_ > 0) flush(frame);
    std::vector<std::uint8_t> last(index(domains_), all_rows);
    for (int i = 0; i < depth; ++i) last[index(domain_order_[index(i)])] = chosen_[index(domain_order_[index(i)])];
    last[index(domain_order_[index(depth)])] = static_cast<std::uint8_t>(row);
    leave_half_way(frame, last.data());
    return false;
}

// Notes that all tuples up to `last` are done, with the order of domains in which they come. docs/search.md, section 7,
// has why nothing is lost when the enumeration goes on from there under a lower threshold.
void FastSearch::leave_half_way(Frame& frame, std::uint8_t const* last)
{
    frame.order.assign(domain_order_.begin(), domain_order_.end());
    frame.after.assign(last, last + domains_);
    interrupted_ = true;
}

// The innermost loop: one tuple for each of `rows` of domain k, the last one to be chosen, beside chosen_. Rows are
// copied in blocks of 16 bytes, which row_stride_ is a multiple of. Members are copied first: bytes that are stored
// might change any of them, for all the compiler knows.
void FastSearch::push_all(Frame& frame, int k, std::uint64_t rows, float const* sum, float const* products)
{
    int const sum_stride = sum_stride_;
    int const row_stride = row_stride_;
    float* const sums = batch_sums_.data();
    std::uint8_t* const tuples = batch_rows_.data();
    std::uint8_t const* const chosen = chosen_.data();
    int batch = batch_;
    for (; rows != 0; rows &= rows - 1) {
        int const a = std::countr_zero(rows);
        add_packed(sums + batch * sum_stride, sum, products + a * sum_stride, sum_stride);
        std::uint8_t* const to = tuples + batch * row_stride;
        for (int block = 0; block < row_stride; block += row_block) std::memcpy(to + block, chosen + block, row_block);
        to[k] = static_cast<std::uint8_t>(a);
        if (++batch < lanes) continue;
        batch_ = batch;
        flush(frame);
        batch = 0;
        if (interrupted_) return;
    }
    batch_ = batch;
}

// Tuples come in lexicographic order of domain_order_, so what the first and last of a batch share all of it shares.
std::uint64_t FastSearch::shared_domains() const
{
    std::uint64_t shared = 0;
    std::uint8_t const* const first = batch_rows_.data();
    std::uint8_t const* const last = first + (lanes - 1) * row_stride_;
    for (int const k : domain_order_) {
        if (first[k] != last[k] || k >= 64) break;
        shared |= std::uint64_t{1} << k;
    }
    return shared;
}

// Sends the batch through the tuple kernel and fits what it lets through. Limits and the room for children are looked
// at here, so that an enumeration is left behind a whole batch (or after very many dead ends, see
// goes_on_after_dead_ends).
void FastSearch::flush(Frame& frame)
{
    for (int lane = batch_; lane < lanes; ++lane) { // idle lanes repeat the last
        std::copy_n(batch_sums_.begin() + (batch_ - 1) * sum_stride_, sum_stride_,
                    batch_sums_.begin() + lane * sum_stride_);
        std::copy_n(batch_rows_.begin() + (batch_ - 1) * row_stride_, row_stride_,
                    batch_rows_.begin() + lane * row_stride_);
    }
    unsigned survivors = kernels_->test_tuples(tables_, batch_sums_.data(), batch_rows_.data(), shared_domains());
    run_->visit(batch_);
    for (survivors &= (1U << batch_) - 1; survivors != 0; survivors &= survivors - 1)
        fit_child(frame, batch_rows_.data() + std::countr_zero(survivors) * row_stride_);
    // Also after the last batch of a node: the next call then finds nothing more.
    if (run_->ended() || frame.children.size() >= most_children_)
        leave_half_way(frame, batch_rows_.data() + (batch_ - 1) * row_stride_);
    batch_ = 0;
}

// The canonical value decides: at most the threshold, or the tuple is dropped. Direction and sums are kept, so that
// place_child need not fit again.
void FastSearch::fit_child(Frame& frame, std::uint8_t const* rows)
{
    std::span<std::uint8_t const> const tuple(rows, index(domains_));
    run_->spend(SearchRun::fit_effort);
    frame.prefix.fit(tuple, fit_);
    if (fit_.value > threshold()) return;
    frame.fits.insert(frame.fits.end(), fit_.direction.begin(), fit_.direction.end());
    frame.fits.insert(frame.fits.end(), fit_.sums.begin(), fit_.sums.end());
    frame.children.emplace_back(fit_.value, static_cast<std::uint32_t>(frame.children.size()));
    frame.rows.insert(frame.rows.end(), tuple.begin(), tuple.end());
}

void FastSearch::note_memory()
{
    std::int64_t bytes = 0;
    for (auto const& frame : frames_) bytes += frame.bytes();
    run_->hold(bytes);
}

void FastSearch::place_child(Frame const& frame, std::uint32_t child, PrefixFit& placed)
{
    std::span<std::uint8_t const> const rows(frame.rows.data() + child * index(domains_), index(domains_));
    auto const q = frame.prefix.dimension();
    auto const* const fit = frame.fits.data() + child * index(q + domains_);
    fit_.direction.assign(fit, fit + q);
    fit_.sums.assign(fit + q, fit + q + domains_);
    placed = frame.prefix;
    placed.place(rows, fit_);
}

} // namespace exahca
