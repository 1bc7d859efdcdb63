#include "search/start_search.hpp"

#include "search/fast_search.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/leading_direction.hpp"
#include "exahca/model/linear_sem.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <string>

namespace exahca {
namespace {

constexpr double usual_starts = 400;
constexpr double starts_per_decade = 100; // of orders beyond 10^14
constexpr int most_rounds = 12;
constexpr std::size_t most_around = 24;
constexpr std::size_t beam_width = 100;
constexpr int most_exact_assignment = 10; // factors

/// Rows of all domains and their pseudo-inverses, and what a start needs of them.
class StartSearch
{
public:
    StartSearch(OrderProblem const& problem, SearchRun& run) : problem_(problem), run_(run)
    {
        Index const m = problem.factors();
        Index const dimension = problem.dimension();
        for (int k = 0; k < problem.domains(); ++k) {
            rows_.emplace_back(Eigen::Map<Matrix const>(problem.row(k, 0), dimension, m));
            inverses_.emplace_back(Eigen::Map<Matrix const>(problem.inverse_column(k, 0), dimension, m));
        }
    }

    // Alternates between the best order for a flag and the flag of that order, at most most_rounds times. Nothing makes
    // the value fall in every round, since the flag is a least-squares fit; the order at the end is offered whatever it
    // is.
    void descend_from(std::uint64_t number)
    {
        auto flag = starting_flag(number);
        CandidateOrder order;
        for (int round = 0; round < most_rounds && (round == 0 || !run_.ended_now()); ++round) {
            auto next = best_order_for(flag);
            if (next == order) break;
            order = std::move(next);
            flag = flag_of(order);
        }
        offer(order);
    }

    /// Offers every order that differs from one found by a swap of two rows of one domain.
    void swap_around(FoundOrder const& found)
    {
        auto const m = static_cast<std::size_t>(problem_.factors());
        CandidateOrder order;
        for (std::size_t at = 0; at < found.rows.size(); at += m)
            order.rows.emplace_back(found.rows.begin() + static_cast<std::ptrdiff_t>(at),
                                    found.rows.begin() + static_cast<std::ptrdiff_t>(at + m));
        for (auto& rows : order.rows)
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < i && !run_.ended_now(); ++j) {
                    std::swap(rows[i], rows[j]);
                    offer(order);
                    std::swap(rows[i], rows[j]);
                }
    }

private:
    // Orthonormal directions of level 1 .. m as columns: a random domain's rows in a random order.
    Matrix starting_flag(std::uint64_t number)
    {
        RandomStream random({.seed = 1, .purpose = "search-start", .replicate = number, .name = {}});
        auto const k = random.below(static_cast<std::uint64_t>(problem_.domains()));
        CandidateOrder alone;
        auto const shuffle = random.permutation(static_cast<std::uint64_t>(problem_.factors()));
        alone.rows.assign(static_cast<std::size_t>(problem_.domains()), {shuffle.begin(), shuffle.end()});
        return flag_of(alone, static_cast<int>(k));
    }

    // The flag of an order in the problem's basis, orthonormal columns by level: from level m down, h is the leading
    // eigenvector of the weighted scatter of the rows' residuals (method.md, section 3). From all domains, or from one
    // alone. Not PrefixFit's bits: a start needs none.
    Matrix flag_of(CandidateOrder const& order, int only = -1)
    {
        Index const m = problem_.factors();
        Index const q = problem_.dimension();
        Matrix flag = Matrix::Zero(q, m);
        for (Index level = m - 1; level >= 0; --level) {
            Matrix scatter = Matrix::Zero(q, q);
            for (int k = 0; k < problem_.domains(); ++k) {
                if (only >= 0 && k != only) continue;
                auto const at = static_cast<std::size_t>(k);
                Vector r = rows_[at].col(order.rows[at][static_cast<std::size_t>(level)]);
                for (Index j = m - 1; j > level; --j) r -= r.dot(flag.col(j)) * flag.col(j);
                scatter += problem_.stack_weights()[at] * r * r.transpose();
            }
            leading_eigenvector(scatter.data(), static_cast<int>(q), flag.col(level).data());
            run_.visit(1);
        }
        return flag;
    }

    CandidateOrder best_order_for(Matrix const& flag)
    {
        CandidateOrder order;
        for (std::size_t k = 0; k < rows_.size(); ++k) order.rows.push_back(assign(losses(k, flag)));
        return order;
    }

    // Inexactness of row a at level i for a given flag, rows x levels: the row of C is J = sum over levels j >= i of (r
    // . h_j) U' h_j, so it grows by one term a level.
    Matrix losses(std::size_t k, Matrix const& flag)
    {
        Index const m = problem_.factors();
        Matrix const along = rows_[k].transpose() * flag;         // rows x levels
        Matrix const projected = inverses_[k].transpose() * flag; // factors x levels
        Matrix loss(m, m);
        for (Index a = 0; a < m; ++a) {
            Vector entries = Vector::Zero(m);
            for (Index i = m - 1; i >= 0; --i) {
                entries += along(a, i) * projected.col(i);
                double const total = entries.squaredNorm();
                loss(a, i) = total > 0 ? 1 - entries(a) * entries(a) / total : 1.0;
            }
        }
        return loss;
    }

    // Rows of least total loss, by levels: dynamic programming over sets of rows that stand at the first levels, or
    // greedily when there are many.
    static std::vector<int> assign(Matrix const& loss)
    {
        auto const m = static_cast<int>(loss.rows());
        if (m > most_exact_assignment) return assign_greedily(loss);
        auto const sets = std::size_t{1} << m;
        std::vector<double> least(sets, std::numeric_limits<double>::infinity());
        std::vector<int> last(sets, -1);
        least[0] = 0;
        for (std::size_t set = 0; set + 1 < sets; ++set) {
            int const level = __builtin_popcountll(set);
            for (int a = 0; a < m; ++a) {
                auto const with = set | (std::size_t{1} << a);
                double const total = least[set] + loss(a, level);
                if (with == set || total >= least[with]) continue;
                least[with] = total;
                last[with] = a;
            }
        }
        std::vector<int> rows(static_cast<std::size_t>(m));
        for (auto set = sets - 1; set != 0; set &= ~(std::size_t{1} << last[set]))
            rows[static_cast<std::size_t>(__builtin_popcountll(set) - 1)] = last[set];
        return rows;
    }

    // From the last level up, each takes the row of least loss that is left.
    static std::vector<int> assign_greedily(Matrix const& loss)
    {
        auto const m = static_cast<std::size_t>(loss.rows());
        std::vector<int> rows(m);
        std::iota(rows.begin(), rows.end(), 0);
        for (std::size_t i = m; i-- > 0;) {
            auto const end = rows.begin() + static_cast<std::ptrdiff_t>(i) + 1;
            auto const best = std::min_element(rows.begin(), end, [&](int a, int b) {
                return loss(a, static_cast<Index>(i)) < loss(b, static_cast<Index>(i));
            });
            std::iter_swap(best, end - 1);
        }
        return rows;
    }

    void offer(CandidateOrder const& order)
    {
        if (order.rows.empty()) return;
        auto const value = evaluate_order(problem_, order);
        run_.visit(problem_.factors());
        FoundOrder found{value.value, {}, value.inexactness};
        for (auto const& rows : order.rows)
            for (int const row : rows) found.rows.push_back(static_cast<std::uint8_t>(row));
        run_.best.offer(std::move(found));
    }

    OrderProblem const& problem_;
    SearchRun& run_;
    std::vector<Matrix> rows_;     // dimension x m each
    std::vector<Matrix> inverses_; // dimension x m each
};

} // namespace

void run_start(OrderProblem const& problem, Kernels const& kernels, std::int64_t frontier_bytes, SearchRun& run)
{
    StartSearch search(problem, run);
    // Larger problems have costlier starts; a fixed amount of work keeps the whole below half a second.
    double const q = problem.dimension();
    // Work of one start, roughly: for every domain and level a scatter, q^2, and fixed costs; for every level an
    // eigenvector, q^3, which counts where q is large.
    double const work = problem.factors() * (problem.domains() * (q * q + 500) + (q > 12 ? 20 * q * q * q : 0));
    double const wanted =
        usual_starts + starts_per_decade * std::max(0.0, log10_order_count(problem.domains(), problem.factors()) - 14);
    int const starts = static_cast<int>(std::clamp(wanted * 20'000.0 / work, 16.0, wanted));
    for (int start = 0; start < starts && (!run.ended_now() || (start == 0 && run.best.kept().empty())); ++start)
        search.descend_from(static_cast<std::uint64_t>(start));
    if (!run.ended_now()) FastSearch(problem, kernels, frontier_bytes, run).run_beam(beam_width);
    std::set<std::string> done;
    for (int round = 0; round < most_rounds && !run.ended_now(); ++round) {
        auto const before = run.best.kept();
        bool any = false;
        for (std::size_t i = 0; i < std::min(most_around, before.size()); ++i) {
            // An order's neighbours are looked at once, in whatever round it came up.
            if (!done.emplace(before[i].rows.begin(), before[i].rows.end()).second) continue;
            search.swap_around(before[i]);
            any = true;
        }
        if (!any) break;
    }
}

} // namespace exahca
