// The best flag against a grid of flags that is refined by a search of another kind, on problems small enough for it.

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "exahca/search/flag_search.hpp"
#include "exahca/search/order_search.hpp"
#include "search/instances.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <numeric>

namespace exahca {
namespace {

using testing::hierarchical_instance;
using testing::random_matrix;

/// Domains as method.md, section 10, has them: a hierarchy in m dimensions, and errors of estimation in every entry.
std::vector<Matrix> simulated(std::uint64_t seed, int domains, Index m, double noise)
{
    RandomStream random({.seed = seed, .purpose = "test-flag-instance", .name = {}});
    Matrix const shared = random_orthogonal(random, m);
    std::vector<Matrix> unmixing;
    for (int k = 0; k < domains; ++k) {
        Matrix triangle = 0.7 * random_matrix(random, m, m).triangularView<Eigen::StrictlyUpper>().toDenseMatrix();
        for (Index i = 0; i < m; ++i) triangle(i, i) = std::exp(0.3 * random.normal());
        Matrix const rows = triangle * shared + noise * random_matrix(random, m, m);
        unmixing.push_back(k % 2 == 0 ? rows : Matrix(rows.colwise().reverse()));
    }
    return unmixing;
}

// The objective straight from its definition: C = M P M^-1 for every level, all permutations tried.
class Reference
{
public:
    Reference(std::vector<Matrix> unmixing, bool largest) : unmixing_(std::move(unmixing)), largest_(largest)
    {
        for (auto const& matrix : unmixing_) inverses_.push_back(matrix.inverse());
        std::vector<int> order(static_cast<std::size_t>(unmixing_[0].rows()));
        std::iota(order.begin(), order.end(), 0);
        do permutations_.push_back(order);
        while (std::next_permutation(order.begin(), order.end()));
    }

    // \param flag  orthonormal rows, level 1 first
    [[nodiscard]] double value(Matrix const& flag) const
    {
        double result = 0;
        for (std::size_t k = 0; k < unmixing_.size(); ++k) {
            double const coefficient = inexactness(k, flag);
            result =
                largest_ ? std::max(result, coefficient) : result + coefficient / static_cast<double>(unmixing_.size());
        }
        return result;
    }

    // The best of a grid, then random steps that shrink when none leads down.
    [[nodiscard]] double least(RandomStream& random) const
    {
        Index const m = unmixing_[0].rows();
        std::vector<std::pair<double, Matrix>> grid;
        for (int i = 0; i < (m == 2 ? 200 : 800); ++i) {
            Matrix const flag = random_orthogonal(random, m);
            grid.emplace_back(value(flag), flag);
        }
        std::partial_sort(grid.begin(), grid.begin() + 4, grid.end(),
                          [](auto const& a, auto const& b) { return a.first < b.first; });
        std::pair<double, Matrix> best{1, {}};
        for (int i = 0; i < 4; ++i) {
            auto const end = walk(random, grid[static_cast<std::size_t>(i)].second, 0.2);
            if (end.first < best.first) best = end;
        }
        // On a ridge between domains few steps lead down: begin again, with long ones.
        for (int i = 0; i < 3; ++i) best = walk(random, best.second, 0.05);
        return best.first;
    }

    [[nodiscard]] std::pair<double, Matrix> walk(RandomStream& random, Matrix flag, double step) const
    {
        Index const m = flag.rows();
        double best = value(flag);
        for (int misses = 0; step > 1e-7;) {
            Matrix const turn = step * random_matrix(random, m, m);
            Matrix const there = orthonormal_rows_from_last(flag + (turn - turn.transpose()) * flag);
            double const reached = value(there);
            if (reached < best) {
                best = reached;
                flag = there;
                misses = 0;
            } else if (++misses == 25) {
                step /= 2;
                misses = 0;
            }
        }
        return {best, flag};
    }

private:
    [[nodiscard]] double inexactness(std::size_t k, Matrix const& flag) const
    {
        Index const m = flag.rows();
        Matrix losses = Matrix::Zero(m, m);
        for (Index level = 1; level < m; ++level) {
            auto const span = flag.bottomRows(m - level);
            Matrix const c = unmixing_[k] * span.transpose() * span * inverses_[k];
            for (Index a = 0; a < m; ++a) losses(a, level) = 1 - c(a, a) * c(a, a) / c.row(a).squaredNorm();
        }
        double least = static_cast<double>(m);
        for (auto const& rows : permutations_) {
            double sum = 0;
            for (Index level = 0; level < m; ++level) sum += losses(rows[static_cast<std::size_t>(level)], level);
            least = std::min(least, sum);
        }
        return least / static_cast<double>(m);
    }

    std::vector<Matrix> unmixing_, inverses_;
    std::vector<std::vector<int>> permutations_;
    bool largest_;
};

Objective objective_of(std::uint64_t seed) { return seed % 2 == 0 ? Objective::mic : Objective::mean; }

TEST(FlagSearch, equals_a_grid_with_local_refinement)
{
    int agreeing = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Index const m = seed % 4 == 3 ? 2 : 3;
        int const domains = 2 + static_cast<int>(seed % 5);
        auto const unmixing = simulated(seed, domains, m, seed % 3 == 0 ? 0.4 : 0.1);
        auto const objective = objective_of(seed / 2);
        OrderProblem const problem(unmixing, objective);
        auto const found = search_flags(problem, {.tolerance = 5e-3});
        ASSERT_EQ(found.outcome, FlagOutcome::proven) << seed;
        Reference const reference(unmixing, objective == Objective::mic);
        RandomStream random({.seed = seed, .purpose = "test-flags", .name = {}});
        double const least = reference.least(random);
        EXPECT_LE(found.best[0].value, least + 1e-9) << seed;
        agreeing += least < found.best[0].value + 1e-4 ? 1 : 0;
        EXPECT_LE(found.lower_bound, found.best[0].value) << seed;
        EXPECT_GE(found.lower_bound, found.best[0].value - 5e-3) << seed;
        EXPECT_NEAR(reference.value(found.best[0].flag), found.best[0].value, 1e-12) << seed;
    }
    EXPECT_GE(agreeing, 80) << "the reference itself ends in other minima now and then, but seldom";
}

TEST(FlagSearch, the_winner_is_a_minimum_to_1e_9)
{
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        auto const unmixing = simulated(seed, 5, 3, 0.2);
        auto const objective = objective_of(seed);
        auto const found = search_flags(OrderProblem(unmixing, objective), {.tolerance = 5e-3});
        Reference const reference(unmixing, objective == Objective::mic);
        RandomStream random({.seed = seed, .purpose = "test-flags", .name = {}});
        for (double const step : {1e-2, 1e-4, 1e-6})
            EXPECT_GE(reference.walk(random, found.best[0].flag, step).first, found.best[0].value - 1e-9) << seed;
    }
}

TEST(FlagSearch, no_order_has_a_lower_value)
{
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        auto const unmixing = simulated(seed, 4, 3, 0.2);
        OrderProblem const problem(unmixing, objective_of(seed));
        auto const flags = search_flags(problem, {.tolerance = 5e-3});
        auto const orders = search_orders(problem, {.best_n = 1});
        EXPECT_GE(orders.best[0].value, flags.lower_bound);
        EXPECT_GE(orders.best[0].value, flags.best[0].value - 1e-9);
    }
}

TEST(FlagSearch, flags_are_apart_and_come_with_their_orders)
{
    auto const unmixing = simulated(3, 6, 3, 0.4);
    for (auto const objective : {Objective::mic, Objective::mean}) {
        auto const found = search_flags(OrderProblem(unmixing, objective), {.tolerance = 5e-3, .best_n = 4});
        EXPECT_EQ(found.best.size(), 4U);
        Reference const reference(unmixing, objective == Objective::mic);
        for (std::size_t i = 0; i < found.best.size(); ++i) {
            auto const& flag = found.best[i];
            EXPECT_NEAR(reference.value(flag.flag), flag.value, 1e-12);
            EXPECT_EQ(flag.order, order_at_flag(unmixing, flag.flag));
            for (std::size_t k = 0; k < unmixing.size(); ++k) {
                Matrix const losses = level_losses(unmixing[k], flag.flag);
                double sum = 0;
                for (Index level = 0; level < 3; ++level)
                    sum += losses(flag.order.rows[k][static_cast<std::size_t>(level)], level);
                EXPECT_NEAR(flag.inexactness[k], sum / 3, 1e-12);
            }
            for (std::size_t j = 0; j < i; ++j) {
                EXPECT_LE(found.best[j].value, flag.value);
                EXPECT_FALSE(flags_agree(found.best[j].flag, flag.flag, same_flag_degrees));
            }
        }
    }
}

// So loose a proof that the first pairs of cells are out already.
TEST(FlagSearch, a_loose_tolerance_ends_at_once)
{
    OrderProblem const problem(simulated(3, 6, 3, 0.4), Objective::mic);
    auto const found = search_flags(problem, {.tolerance = 1});
    EXPECT_EQ(found.outcome, FlagOutcome::proven);
    EXPECT_LE(found.cells, 16);
    EXPECT_GE(found.lower_bound, 0);
}

// Neither the names of rows and domains, nor the axes of the space, nor the unit of all scores mean anything.
TEST(FlagSearch, permutations_and_rotations_change_nothing)
{
    RandomStream random({.seed = 5, .purpose = "test-flags", .name = {}});
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        auto const unmixing = simulated(seed, 5, 3, 0.1);
        Matrix const rotation = random_orthogonal(random, 3);
        std::vector<Matrix> turned;
        for (auto const& matrix : unmixing)
            turned.insert(turned.begin(), 7 * Matrix(matrix.colwise().reverse()) * rotation);
        auto const objective = objective_of(seed);
        auto const found = search_flags(OrderProblem(unmixing, objective), {.tolerance = 5e-3});
        auto const again = search_flags(OrderProblem(turned, objective), {.tolerance = 5e-3});
        EXPECT_NEAR(found.best[0].value, again.best[0].value, 2e-9);
        EXPECT_TRUE(flags_agree(found.best[0].flag * rotation, again.best[0].flag, 0.1)) << seed;
    }
}

// In more dimensions, rows are projected first; a hierarchy without noise spans m dimensions and loses nothing.
TEST(FlagSearch, an_exact_hierarchy_has_value_0_in_its_span)
{
    for (Index const d : {3, 6}) {
        auto const unmixing = hierarchical_instance(11, 30, 3, d, 0);
        auto const span = project_on_shared_span(unmixing);
        EXPECT_LT((span.basis * span.basis.transpose() - Matrix::Identity(3, 3)).norm(), 1e-12);
        EXPECT_LT((span.unmixing[4] * span.basis - unmixing[4]).norm(), 1e-10);
        auto const found = search_flags(OrderProblem(span.unmixing, Objective::mic));
        EXPECT_EQ(found.outcome, FlagOutcome::proven);
        EXPECT_LT(found.best[0].value, 1e-9);
        EXPECT_GE(found.lower_bound, 0);
        EXPECT_LE(found.lower_bound, found.best[0].value);
    }
}

// The chordal mean of subspaces, here of planes that turn about an axis by angles of mean 0: the plane between them.
TEST(FlagSearch, the_shared_span_lies_between_the_domains)
{
    std::vector<Matrix> planes;
    for (double const angle : {-0.3, 0.3}) {
        Matrix rows(2, 3);
        rows << 5, 0, 0, 1, std::cos(angle), std::sin(angle); // lengths and angles of rows do not matter
        planes.emplace_back(rows);
    }
    Matrix expected(2, 3);
    expected << 1, 0, 0, 0, 1, 0;
    EXPECT_LT(largest_principal_angle(project_on_shared_span(planes).basis, expected), 1e-6);
}

TEST(FlagSearch, one_domain_or_equal_domains_lose_nothing)
{
    for (Index const m : {1, 2, 3})
        for (int const domains : {1, 3}) {
            std::vector<Matrix> const unmixing(static_cast<std::size_t>(domains),
                                               hierarchical_instance(2, 1, m, m, 0)[0]);
            auto const found = search_flags(OrderProblem(unmixing, Objective::mic));
            EXPECT_EQ(found.outcome, FlagOutcome::proven);
            EXPECT_LT(found.best[0].value, 1e-9) << m;
            EXPECT_EQ(found.best[0].order.domains(), domains);
        }
}

// Nearly dependent rows and rows of very unlike lengths: the margins grow with them, and the answer stays right.
TEST(FlagSearch, ill_conditioned_rows_keep_the_bound_valid)
{
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        auto unmixing = hierarchical_instance(seed, 4, 3, 3, 0.5);
        unmixing[1].row(0) *= 1e5;
        unmixing[2].row(1) = unmixing[2].row(0) + std::pow(10.0, -2 - static_cast<double>(seed)) * unmixing[2].row(1);
        auto const objective = objective_of(seed);
        auto const found = search_flags(OrderProblem(unmixing, objective), {.tolerance = 1e-2, .cell_limit = 50'000});
        Reference const reference(unmixing, objective == Objective::mic);
        RandomStream random({.seed = seed, .purpose = "test-flags", .name = {}});
        double const least = reference.least(random);
        EXPECT_LE(found.lower_bound, least + 1e-9) << seed;
        if (found.outcome == FlagOutcome::proven) {
            EXPECT_LE(found.best[0].value, least + 1e-2) << seed;
        }
    }
}

// Two nearly parallel rows lose nothing within 10^-9 radians of (1, 0), where the other domain loses sin^2 0.1, and
// half a level elsewhere. Wherever cells end, the bound must not deny that flag.
TEST(FlagSearch, what_is_narrower_than_any_cell_is_not_denied)
{
    double const c = std::cos(0.1), s = std::sin(0.1);
    std::vector<Matrix> const unmixing{Matrix{{1, 0}, {1, 1e-9}}, Matrix{{c, s}, {-s, c}}};
    auto const found = search_flags(OrderProblem(unmixing, Objective::mic));
    double const there = Reference(unmixing, true).value(Matrix{{0, 1}, {1, 0}});
    EXPECT_NEAR(there, s * s / 2, 1e-9);
    EXPECT_LE(found.lower_bound, there);
    EXPECT_LE(found.lower_bound, found.best[0].value);
    if (found.outcome == FlagOutcome::proven) {
        EXPECT_LE(found.best[0].value, there + 1e-4);
    }
}

TEST(FlagSearch, a_limit_in_cells_holds_and_leaves_a_valid_bound)
{
    for (auto const objective : {Objective::mic, Objective::mean}) {
        OrderProblem const problem(simulated(8, 6, 3, 0.4), objective);
        auto const whole = search_flags(problem, {.tolerance = 2e-3});
        ASSERT_EQ(whole.outcome, FlagOutcome::proven);
        double before = 0;
        for (std::int64_t const limit : {1, 100, 1000, 3000}) {
            ASSERT_GT(whole.cells, limit + 16);
            auto const found = search_flags(problem, {.tolerance = 2e-3, .cell_limit = limit});
            EXPECT_EQ(found.outcome, FlagOutcome::cell_limit);
            EXPECT_LE(found.cells, std::max<std::int64_t>(limit + 3, 16)); // the first step bounds up to 16 pairs
            EXPECT_LE(found.lower_bound, whole.best[0].value);
            EXPECT_GE(found.lower_bound, before);
            before = found.lower_bound;
            EXPECT_FALSE(found.best.empty());
        }
        EXPECT_GT(before, 0);
    }
}

// With hardly any room the search goes down first and bounds every cell anew; what it proves is the same.
TEST(FlagSearch, little_memory_changes_neither_proof_nor_bits)
{
    OrderProblem const problem(simulated(9, 6, 3, 0.4), Objective::mean);
    auto const whole = search_flags(problem, {.tolerance = 5e-3});
    auto const narrow = search_flags(problem, {.tolerance = 5e-3, .frontier_bytes = 1, .table_bytes = 1});
    EXPECT_EQ(narrow.outcome, FlagOutcome::proven);
    EXPECT_EQ(narrow.best[0].value, whole.best[0].value);
    EXPECT_EQ(narrow.best[0].flag, whole.best[0].flag);
    EXPECT_GE(narrow.lower_bound, whole.best[0].value - 5e-3);
    EXPECT_LE(narrow.lower_bound, whole.best[0].value);
    EXPECT_LT(narrow.peak_frontier_bytes, whole.peak_frontier_bytes / 2);
    EXPECT_LE(narrow.peak_frontier_bytes, 50 * 70 * 24); // depths, pairs of each, bytes of a pair
}

TEST(FlagSearch, a_stop_leaves_a_flag_and_a_valid_bound)
{
    StopFlag stop;
    stop.request();
    for (Index const m : {2, 3, 5}) {
        OrderProblem const problem(hierarchical_instance(8, 50, m, m, 0.8), Objective::mic);
        auto const found = search_flags(problem, {.stop = &stop});
        EXPECT_EQ(found.outcome, FlagOutcome::stopped);
        EXPECT_EQ(found.best.size(), 1U);
        EXPECT_EQ(found.cells, 0);
        EXPECT_EQ(found.lower_bound, 0);
    }
}

TEST(FlagSearch, work_does_not_grow_with_the_number_of_orders)
{
    OrderProblem const problem(simulated(4, 100, 3, 0.1), Objective::mic); // 10^78 orders
    auto const found = search_flags(problem, {.best_n = 1});
    EXPECT_EQ(found.outcome, FlagOutcome::proven);
    EXPECT_LT(found.cells, 1'000'000);
    EXPECT_GE(found.lower_bound, found.best[0].value - 1e-4);
}

TEST(FlagSearch, four_factors_have_local_minima_without_proof)
{
    auto const unmixing = simulated(4, 5, 4, 0);
    auto const found = search_flags(OrderProblem(unmixing, Objective::mic), {.best_n = 3});
    EXPECT_EQ(found.outcome, FlagOutcome::not_attempted);
    EXPECT_LT(found.best[0].value, 1e-9);
    EXPECT_EQ(found.lower_bound, 0);
}

TEST(FlagSearch, refuses_what_it_cannot_do)
{
    OrderProblem const problem(hierarchical_instance(1, 3, 3, 3, 0.3), Objective::mic);
    for (FlagSearchOptions const& options :
         {FlagSearchOptions{.tolerance = 0}, FlagSearchOptions{.tolerance = std::nan("")},
          FlagSearchOptions{.best_n = 0}, FlagSearchOptions{.cell_limit = -1}, FlagSearchOptions{.frontier_bytes = 0},
          FlagSearchOptions{.table_bytes = 0}})
        EXPECT_THROW(static_cast<void>(search_flags(problem, options)), InvalidInput);
    OrderProblem const wide(hierarchical_instance(1, 3, 3, 6, 0.3), Objective::mic);
    EXPECT_THROW(static_cast<void>(search_flags(wide)), InvalidInput);
    OrderProblem const deep(hierarchical_instance(1, 2, 9, 9, 0.3), Objective::mic);
    EXPECT_THROW(static_cast<void>(search_flags(deep)), InvalidInput);
}

} // namespace
} // namespace exahca
