#include "exahca/numerics/fast_ica.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/numerics/orthogonal.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace exahca {
namespace {

/// Steps without progress after which the iteration counts as cycling. Passing a saddle takes fewer.
constexpr int patience = 20;
/// No step is damped further than to this share.
constexpr double smallest_share = 1.0 / 64;
/// Sources that correlate by more than this are parallel rows, not components.
constexpr double correlation_limit = 0.05;
/// Rotations whose rows differ by less than this in 1 - |<a, b>| (2.5 degrees) are one optimum.
constexpr double same_optimum = 1e-3;
/// An objective must be higher by this share to count as better: starts that reach one optimum differ by rounding.
constexpr double better_by = 1e-8;
/// Replacements for a rejected start.
constexpr int attempts_per_start = 10;

/// Where one start led.
struct Run
{
    // m orthonormal rows, or one row where one component is looked for.
    Matrix rotation;
    IcaOutcome outcome = IcaOutcome::not_converged;
    int iterations = 0;
    bool damped = false; ///< some step was not taken wholly
    // The start has come to parallel rows and is to be replaced.
    bool rejected = false;
};

/// How far to follow the fixed-point step: wholly at first, half as far each time the iteration cycles, twice as far
/// again when the change has fallen steadily. What failed once is tried again only after a longer steady fall.
///
/// It cycles when 20 steps bring no smaller change, or when steps turn back on each other and 20 of them do not halve
/// it.
class Damping
{
public:
    /// The share of the step to take.
    /// \param step  the whole step
    /// \param change  its size as the tolerance measures it
    [[nodiscard]] double share_of(Matrix const& step, double change)
    {
        // Steps that point against the one before are the sign of a cycle; a slow but steady approach is not.
        bool const turns_back = last_step_.size() > 0 && step.cwiseProduct(last_step_).sum() < 0;
        falls_ = change < last_change_ ? falls_ + 1 : 0;
        waited_ = change < smallest_ ? 0 : waited_ + 1;
        smallest_ = std::min(smallest_, change);
        waited_for_half_ = change < 0.5 * to_halve_ ? 0 : waited_for_half_ + 1;
        if (waited_for_half_ == 0) to_halve_ = change;
        last_change_ = change;
        last_step_ = step;

        // A cycle can contain steps that are slightly smaller each time, so turning back needs a change that halves.
        bool const cycles = waited_ >= patience || (turns_back && waited_for_half_ >= patience);
        if (cycles && share_ > smallest_share) {
            set_share(share_ / 2);
            damped_ = true;
            falls_needed_ *= 2;
        } else if (share_ < 1 && falls_ >= falls_needed_) {
            set_share(2 * share_);
        }
        return share_;
    }
    [[nodiscard]] bool damped() const { return damped_; }

private:
    // A new share is a new iteration: what was counted belongs to the old one.
    void set_share(double share)
    {
        share_ = share;
        waited_ = waited_for_half_ = falls_ = 0;
        smallest_ = to_halve_ = std::numeric_limits<double>::infinity();
    }

    // Since the share was last changed: the smallest change, and the last one that halved its predecessor; steps since
    // each of these (waited_, waited_for_half_), and how many steps in a row have fallen. falls_needed_ is how many
    // such steps it takes to double the share; it doubles with every cycle, so that damping and undamping cannot
    // alternate for ever.
    Matrix last_step_;
    double last_change_ = std::numeric_limits<double>::infinity();
    double smallest_ = std::numeric_limits<double>::infinity();
    double to_halve_ = std::numeric_limits<double>::infinity();
    double share_ = 1;
    int falls_ = 0, waited_ = 0, waited_for_half_ = 0, falls_needed_ = patience;
    bool damped_ = false;
};

/// The fixed-point update of some rows, its arrays kept between steps.
class FixedPoint
{
public:
    FixedPoint(Matrix const& white, Contrast contrast) : white_(white), contrast_(contrast) {}

    // For every row w: E{x g(w.x)} - E{g'(w.x)} w, with means over the white data as expectations. Not normalised.
    [[nodiscard]] Matrix operator()(Matrix const& rows)
    {
        sources_.resize(white_.rows(), rows.rows());
        slopes_.resize(white_.rows(), rows.rows());
        curvatures_.resize(rows.rows());
        for (Index i = 0; i < rows.rows(); ++i) sources_.col(i).noalias() = white_ * rows.row(i).transpose();
        differentiate(contrast_, sources_, slopes_, curvatures_);
        Matrix updated(rows.rows(), rows.cols());
        auto const scale = 1 / static_cast<double>(white_.rows());
        for (Index i = 0; i < rows.rows(); ++i)
            for (Index j = 0; j < rows.cols(); ++j)
                updated(i, j) = scale * slopes_.col(i).dot(white_.col(j)) - curvatures_(i) * rows(i, j);
        return updated;
    }

private:
    Matrix const& white_;
    Contrast contrast_;
    // n x rows: the sources w.x and g of these; curvatures_ the means of g'.
    Matrix sources_, slopes_;
    Vector curvatures_;
};

/// Signs of the new rows so that they point like the old ones; returns the largest 1 - <w, w_new>.
double align_and_compare(Matrix const& old_rows, Matrix& new_rows)
{
    double change = 0;
    for (Index i = 0; i < old_rows.rows(); ++i) {
        double const cosine = old_rows.row(i).dot(new_rows.row(i));
        if (cosine < 0) new_rows.row(i) *= -1;
        change = std::max(change, 1 - std::abs(cosine));
    }
    return change;
}

// Data are white, so the correlation of two sources is the cosine of their rows.
double largest_correlation(Matrix const& rows)
{
    double largest = 0;
    for (Index i = 0; i < rows.rows(); ++i)
        for (Index j = 0; j < i; ++j)
            largest = std::max(largest, std::abs(rows.row(i).normalized().dot(rows.row(j).normalized())));
    return largest;
}

// All rows at once: fixed-point update, decorrelation, and where the iteration cycles a part of that step only. Ends
// when no row turns by more than the tolerance.
Run iterate_symmetric(Matrix const& white, Matrix start, FastIcaOptions const& options)
{
    FixedPoint update(white, options.contrast);
    Damping damping;
    Run run{std::move(start)};
    for (run.iterations = 1; run.iterations <= options.max_iterations; ++run.iterations) {
        auto next = decorrelate_rows(update(run.rotation));
        if (!next) {
            run.rejected = true;
            return run;
        }
        double const change = align_and_compare(run.rotation, *next);
        if (change < options.tolerance) {
            run.rotation = *std::move(next);
            run.outcome = IcaOutcome::converged;
            break;
        }
        double const share = damping.share_of(*next - run.rotation, change);
        // Signs have been aligned above: without that the average of the old and the new row could vanish.
        if (share < 1) next = decorrelate_rows((1 - share) * run.rotation + share * *next);
        if (!next) {
            run.rejected = true;
            return run;
        }
        run.rotation = *std::move(next);
    }
    // A loop that runs out leaves the counter one too high.
    run.iterations = std::min(run.iterations, options.max_iterations);
    run.damped = damping.damped();
    run.rejected = largest_correlation(run.rotation) > correlation_limit;
    return run;
}

/// Takes out of the row what the first `count` rows of the rotation hold, and scales it to length one.
bool orthonormalise_against(Matrix const& rotation, Index count, Matrix& row)
{
    double const before = row.norm();
    for (int pass = 0; pass < 2; ++pass) // once is not enough when the row is nearly in their span
        for (Index i = 0; i < count; ++i) row -= row.row(0).dot(rotation.row(i)) * rotation.row(i);
    double const after = row.norm();
    // Nothing but rounding is left: the row was in the span of the others.
    if (!(after > 1e-9 * before)) return false;
    row /= after;
    return true;
}

/// One component of the deflation; the result's rotation is one row.
Run iterate_one(Matrix const& white, Matrix const& found, Index count, Matrix start, FastIcaOptions const& options)
{
    FixedPoint update(white, options.contrast);
    Damping damping;
    Run run{std::move(start)};
    run.rejected = !orthonormalise_against(found, count, run.rotation);
    while (!run.rejected && run.iterations < options.max_iterations) {
        ++run.iterations;
        Matrix next = update(run.rotation);
        if (!orthonormalise_against(found, count, next)) {
            run.rejected = true;
            break;
        }
        double const change = align_and_compare(run.rotation, next);
        if (change < options.tolerance) {
            run.rotation = next;
            run.outcome = IcaOutcome::converged;
            break;
        }
        double const share = damping.share_of(next - run.rotation, change);
        if (share < 1) next = ((1 - share) * run.rotation + share * next).eval();
        run.rejected = !orthonormalise_against(found, count, next);
        run.rotation = next;
    }
    run.damped = damping.damped();
    return run;
}

// Components one after the other, each kept orthogonal to those that are found. A component that does not converge
// stays in the rotation, and marks the whole run as not converged.
Run iterate_deflation(Matrix const& white, Matrix const& start, FastIcaOptions const& options)
{
    Run run{start, IcaOutcome::converged};
    for (Index i = 0; i < start.rows(); ++i) {
        auto const one = iterate_one(white, run.rotation, i, start.row(i), options);
        run.rotation.row(i) = one.rotation;
        run.iterations += one.iterations;
        run.damped = run.damped || one.damped;
        if (one.outcome != IcaOutcome::converged) run.outcome = IcaOutcome::not_converged;
        if (one.rejected) {
            run.rejected = true;
            break;
        }
    }
    return run;
}

Run iterate(Matrix const& white, Matrix const& start, FastIcaOptions const& options)
{
    return options.decorrelation == Decorrelation::symmetric ? iterate_symmetric(white, start, options)
                                                             : iterate_deflation(white, start, options);
}

// Made orthonormal, so that any full-rank matrix will do.
Matrix given_start(FastIcaOptions const& options, Index m)
{
    if (options.start->rows() != m || options.start->cols() != m)
        throw UsageError(fmt::format("the given start of the ICA is not {} x {}", m, m));
    auto start = decorrelate_rows(*options.start);
    if (!start) throw UsageError("the given start of the ICA has dependent rows");
    return *std::move(start);
}

// The key's content is hashed with the numbers of the start and of the attempt, so each start is the same whatever
// happened in the others.
Matrix random_start(RandomKey key, int restart, int attempt, Index m)
{
    std::array<std::uint64_t, 3> const content{key.content, static_cast<std::uint64_t>(restart),
                                               static_cast<std::uint64_t>(attempt)};
    key.content = hash64({reinterpret_cast<char const*>(content.data()), sizeof content});
    RandomStream stream(key);
    return random_orthogonal(stream, m);
}

/// One start, replaced while sources come out parallel.
Run run_start(Matrix const& white, FastIcaOptions const& options, RandomKey const& key, int restart,
              int& rejected_starts)
{
    auto const m = white.cols();
    Run run;
    for (int attempt = 0; attempt < attempts_per_start; ++attempt) {
        auto const start = options.start ? given_start(options, m) : random_start(key, restart, attempt, m);
        run = iterate(white, start, options);
        // A given start is the only one, and stays what it is.
        if (!run.rejected || options.start) break;
        ++rejected_starts;
    }
    return run;
}

bool same_rotation(Matrix const& a, Matrix const& b)
{
    // Every row of a has a row of b along the same axis. Both are orthonormal, so no two share one.
    Matrix const cosines = (a * b.transpose()).cwiseAbs();
    return cosines.rowwise().maxCoeff().minCoeff() > 1 - same_optimum;
}

/// Rows by falling distance from normal, the largest entry of each positive.
void put_in_order(FastIcaResult& result)
{
    auto const m = result.rotation.rows();
    std::vector<Index> order(static_cast<std::size_t>(m));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return std::abs(result.excess(a)) > std::abs(result.excess(b)); });
    Matrix const rotation = result.rotation;
    Vector const excess = result.excess;
    for (Index i = 0; i < m; ++i) {
        auto const from = order[static_cast<std::size_t>(i)];
        Index largest = 0;
        rotation.row(from).cwiseAbs().maxCoeff(&largest);
        result.rotation.row(i) = (rotation(from, largest) < 0 ? -1.0 : 1.0) * rotation.row(from);
        result.excess(i) = excess(from);
    }
}

void check_options(FastIcaOptions const& options)
{
    if (!(options.tolerance >= 1e-15 && options.tolerance <= 0.1))
        throw UsageError(fmt::format("the tolerance of the ICA is {}", options.tolerance),
                         "it must lie from 1e-15 to 0.1");
    if (options.max_iterations < 1)
        throw UsageError(fmt::format("{} ICA iterations are asked for", options.max_iterations),
                         "at least 1 is needed");
    if (options.restarts < 1)
        throw UsageError(fmt::format("{} ICA restarts are asked for", options.restarts), "at least 1 is needed");
}

} // namespace

std::string_view name_of(Decorrelation decorrelation)
{
    return decorrelation == Decorrelation::symmetric ? "symmetric" : "deflation";
}

Decorrelation decorrelation_from_name(std::string_view name)
{
    for (auto const decorrelation : {Decorrelation::symmetric, Decorrelation::deflation})
        if (name == name_of(decorrelation)) return decorrelation;
    throw UsageError(fmt::format("no decorrelation \"{}\"", name), {}, "use symmetric or deflation");
}

FastIcaResult fast_ica(Matrix const& white, FastIcaOptions const& options, RandomKey const& key)
{
    EXAHCA_EXPECT(white.cols() >= 1 && white.rows() > white.cols());
    check_options(options);
    FastIcaResult best;
    std::vector<Matrix> optima;
    bool found = false;
    for (int restart = 0; restart < (options.start ? 1 : options.restarts); ++restart) {
        auto const run = run_start(white, options, key, restart, best.rejected_starts);
        best.total_iterations += run.iterations;
        if (run.rejected) continue;
        if (run.outcome == IcaOutcome::converged && std::none_of(optima.begin(), optima.end(), [&](auto const& known) {
                return same_rotation(known, run.rotation);
            }))
            optima.push_back(run.rotation);
        Vector const excess = excess_contrast(options.contrast, white * run.rotation.transpose());
        double const objective = excess.squaredNorm();
        // A converged start beats any unconverged one; among equals the objective decides, by more than rounding, so
        // that the first of several starts that reach one optimum is kept.
        bool const gained = run.outcome == IcaOutcome::converged && best.outcome == IcaOutcome::not_converged;
        bool const lost = run.outcome == IcaOutcome::not_converged && best.outcome == IcaOutcome::converged;
        if (found && !gained && (lost || !(objective > best.objective * (1 + better_by)))) continue;
        found = true;
        best.rotation = run.rotation;
        best.excess = excess;
        best.objective = objective;
        best.outcome = run.outcome;
        best.iterations = run.iterations;
        best.damped = run.damped;
    }
    if (!found) throw NumericalFailure("independent components were not found: every start led to parallel sources");
    best.distinct_optima = static_cast<int>(optima.size());
    put_in_order(best);
    return best;
}

} // namespace exahca
