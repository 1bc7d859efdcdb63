#include "exahca/core/error.hpp"
#include "exahca/search/order_search.hpp"
#include "search/instances.hpp"

#include <limits>

namespace exahca {
namespace {

using testing::hierarchical_instance;
using testing::random_matrix;
using testing::reference_instance;

constexpr Objective objectives[] = {Objective::mic, Objective::mean, Objective::n_weighted};

std::vector<double> sizes_of(std::size_t domains)
{
    std::vector<double> const sizes{756, 332, 238, 154, 221, 306, 155, 135, 200, 180};
    return {sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(domains)};
}

void expect_same_orders(SearchResult const& a, SearchResult const& b, std::string const& context)
{
    ASSERT_EQ(a.best.size(), b.best.size()) << context;
    for (std::size_t i = 0; i < a.best.size(); ++i) {
        EXPECT_EQ(a.best[i].order, b.best[i].order) << context << ", place " << i;
        EXPECT_EQ(a.best[i].value, b.best[i].value) << context << ", place " << i; // the same bits
        EXPECT_EQ(a.best[i].inexactness, b.best[i].inexactness) << context << ", place " << i;
    }
    EXPECT_EQ(a.lower_bound, b.lower_bound) << context;
}

// Best hundred of real and synthetic instances against every order, for the three objectives.
TEST(FastSearch, best_hundred_equal_brute_force)
{
    struct Row
    {
        char const* file;
        std::size_t domains;
    };
    for (auto const& row : {Row{"real_m2.txt", 10}, Row{"real_m3.txt", 5}, Row{"real_m4.txt", 3}, Row{"real_m6.txt", 1},
                            Row{"syn_d6_m4_n20.txt", 3}, Row{"syn_d12_m6_n20.txt", 1}}) {
        auto const unmixing = reference_instance(row.file, row.domains);
        if (unmixing.empty()) GTEST_SKIP() << "no reference folder: set EXAHCA_REFERENCE_DIR";
        for (auto const objective : objectives) {
            OrderProblem const problem(unmixing, objective, sizes_of(row.domains));
            SearchOptions options{.best_n = 100, .method = SearchMethod::brute};
            auto const brute = search_orders(problem, options);
            for (std::int64_t const n : {1, 10, 100}) {
                auto expected = brute;
                expected.best.resize(std::min<std::size_t>(expected.best.size(), static_cast<std::size_t>(n)));
                options = {.best_n = n};
                expect_same_orders(search_orders(problem, options), expected, row.file);
                options.kernels = SearchKernels::portable;
                options.start = SearchStart::none;
                expect_same_orders(search_orders(problem, options), expected, std::string(row.file) + " portable");
            }
        }
    }
}

TEST(FastSearch, counts_all_orders_below_a_threshold)
{
    for (std::uint64_t seed = 0; seed < 6; ++seed)
        for (auto const objective : objectives) {
            OrderProblem const problem(hierarchical_instance(seed, 3, 3, 4, 0.3), objective, sizes_of(3));
            auto const all = testing::all_orders(problem);
            for (std::size_t const rank : {0UL, 3UL, 60UL, 215UL}) {
                SearchOptions options{.best_n = 2, .count_below = all[rank].first};
                auto const found = search_orders(problem, options);
                auto const below =
                    std::count_if(all.begin(), all.end(), [&](auto const& one) { return one.first < all[rank].first; });
                EXPECT_EQ(found.count, below) << seed;
                options.method = SearchMethod::plain;
                EXPECT_EQ(search_orders(problem, options).count, below) << seed;
            }
        }
}

TEST(FastSearch, an_incumbent_limits_what_is_returned)
{
    OrderProblem const problem(hierarchical_instance(4, 3, 3, 5, 0.2), Objective::mic);
    auto const all = testing::all_orders(problem);
    auto const some = search_orders(problem, {.best_n = 50, .incumbent = all[6].first});
    ASSERT_EQ(some.best.size(), 7U);
    EXPECT_EQ(some.best.back().value, all[6].first);
    auto const none = search_orders(problem, {.best_n = 50, .incumbent = all[0].first / 2});
    EXPECT_TRUE(none.best.empty());
    EXPECT_EQ(none.outcome, SearchOutcome::optimum_proven);
    EXPECT_EQ(none.lower_bound, all[0].first / 2);
}

TEST(FastSearch, more_orders_wanted_than_there_are_returns_all)
{
    OrderProblem const problem(hierarchical_instance(1, 2, 2, 3, 0.2), Objective::mean);
    auto const found = search_orders(problem, {.best_n = 1000});
    EXPECT_EQ(found.best.size(), 4U);
    EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
}

// A search cut short must still be right about what it claims: the optimum lies between bound and best.
TEST(FastSearch, limits_leave_a_proven_lower_bound)
{
    auto const unmixing = hierarchical_instance(8, 5, 4, 6, 0.6);
    OrderProblem const problem(unmixing, Objective::mic);
    auto const whole = search_orders(problem, {.best_n = 1});
    ASSERT_EQ(whole.outcome, SearchOutcome::optimum_proven);
    for (std::int64_t const limit : {1, 10, 300, 1200, 2500})
        for (auto const method : {SearchMethod::automatic, SearchMethod::plain}) {
            auto const cut = search_orders(problem, {.best_n = 1, .tuple_limit = limit, .method = method});
            EXPECT_LE(cut.lower_bound, whole.best.front().value) << limit;
            EXPECT_GE(cut.lower_bound, 0) << limit;
            if (!cut.best.empty()) {
                EXPECT_GE(cut.best.front().value, whole.best.front().value) << limit;
            }
            if (cut.outcome == SearchOutcome::optimum_proven) {
                EXPECT_EQ(cut.best.front().order, whole.best.front().order);
            } else {
                EXPECT_EQ(cut.outcome, SearchOutcome::tuple_limit);
                EXPECT_GE(cut.effort, limit);
                EXPECT_LE(cut.effort, limit + 200); // a batch, its fits and a node's tables: see limits_test.cpp
            }
        }
}

TEST(FastSearch, a_raised_stop_flag_ends_the_search)
{
    StopFlag stop;
    stop.request();
    OrderProblem const problem(hierarchical_instance(8, 7, 4, 6, 0.9), Objective::mic);
    auto const found = search_orders(problem, {.best_n = 1, .stop = &stop});
    EXPECT_EQ(found.outcome, SearchOutcome::stopped);
    EXPECT_LT(found.tuples_visited, 10000);
}

TEST(FastSearch, a_time_limit_ends_the_search)
{
    OrderProblem const problem(hierarchical_instance(3, 12, 6, 6, 2.0), Objective::mean);
    auto const found = search_orders(problem, {.best_n = 1, .time_limit_seconds = 0.05});
    EXPECT_EQ(found.outcome, SearchOutcome::time_limit);
    EXPECT_FALSE(found.best.empty());
    EXPECT_LE(found.lower_bound, found.best.front().value);
}

// Identity matrices: stacks whose leading direction is not unique. Whatever the canonical routine picks must hold.
TEST(FastSearch, equals_brute_force_where_directions_are_degenerate)
{
    for (auto const objective : objectives)
        for (int domains = 1; domains <= 3; ++domains) {
            std::vector<Matrix> const unmixing(static_cast<std::size_t>(domains), Matrix::Identity(3, 5));
            OrderProblem const problem(unmixing, objective, sizes_of(static_cast<std::size_t>(domains)));
            for (std::int64_t const n : {1, 7, 40}) {
                SearchOptions options{.best_n = n, .method = SearchMethod::brute};
                auto const brute = search_orders(problem, options);
                options.method = SearchMethod::automatic;
                options.start = SearchStart::none;
                expect_same_orders(search_orders(problem, options), brute, "identity");
            }
        }
}

// Rows of very different lengths and nearly dependent ones strain single precision most.
TEST(FastSearch, equals_brute_force_on_badly_scaled_instances)
{
    RandomStream random({.seed = 11, .purpose = "test-instance", .name = {}});
    for (int trial = 0; trial < 12; ++trial) {
        auto unmixing = hierarchical_instance(static_cast<std::uint64_t>(trial), 3, 3, 3 + trial % 3, 0.1);
        for (auto& matrix : unmixing) {
            matrix.row(2) = matrix.row(0) + 1e-5 * matrix.row(2);
            for (Index i = 0; i < matrix.rows(); ++i) matrix.row(i) *= std::exp(6 * random.normal());
        }
        OrderProblem const problem(unmixing, objectives[trial % 3], sizes_of(3));
        SearchOptions options{.best_n = 20, .method = SearchMethod::brute};
        auto const brute = search_orders(problem, options);
        for (auto const kernels : {SearchKernels::automatic, SearchKernels::portable}) {
            options = {.best_n = 20, .kernels = kernels, .start = SearchStart::none};
            expect_same_orders(search_orders(problem, options), brute, "trial " + std::to_string(trial));
        }
    }
}

// Thresholds exactly at, and one rounding below, a value that exists: the edge of every filter.
TEST(FastSearch, orders_exactly_at_the_threshold_survive)
{
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        OrderProblem const problem(hierarchical_instance(seed, 4, 3, 3 + static_cast<Index>(seed % 4), 0.3),
                                   objectives[seed % 3], sizes_of(4));
        auto const all = testing::all_orders(problem);
        for (std::size_t const rank : {0UL, 1UL, 5UL, 20UL, 100UL}) {
            SearchOptions options{.best_n = 2000, .incumbent = all[rank].first};
            auto const found = search_orders(problem, options);
            auto const at_most =
                std::count_if(all.begin(), all.end(), [&](auto const& one) { return one.first <= all[rank].first; });
            EXPECT_EQ(static_cast<std::ptrdiff_t>(found.best.size()), at_most) << seed << " rank " << rank;
        }
    }
}

TEST(FastSearch, large_shapes_run)
{
    // Beyond every fixed size, with rows of more than one word of bits.
    struct Shape
    {
        int domains;
        Index factors;
        Index benchmarks;
    };
    for (auto const shape : {Shape{16, 5, 8}, Shape{2, 12, 64}, Shape{3, 9, 9}, Shape{70, 1, 3}}) {
        auto const unmixing = hierarchical_instance(2, shape.domains, shape.factors, shape.benchmarks, 1e-6);
        OrderProblem const problem(unmixing, Objective::mic);
        auto const found = search_orders(problem, {.best_n = 1, .tuple_limit = 20000});
        ASSERT_FALSE(found.best.empty());
        EXPECT_LT(found.best.front().value, 1e-6); // the hierarchy that was planted, or a better order
        EXPECT_EQ(evaluate_order(problem, found.best.front().order).value, found.best.front().value);
    }
}

TEST(FastSearch, finds_the_planted_order_of_sixteen_domains_and_proves_it)
{
    auto const unmixing = hierarchical_instance(5, 16, 4, 4, 1e-4);
    OrderProblem const problem(unmixing, Objective::mic);
    auto const found = search_orders(problem, {.best_n = 1, .tuple_limit = 2'000'000});
    EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
    EXPECT_LT(found.best.front().value, 1e-3);
}

// One domain fits every order exactly: 8! orders tie at zero, more than are kept.
TEST(FastSearch, an_endless_tie_keeps_the_lowest_ranks_and_says_so)
{
    OrderProblem const problem(hierarchical_instance(1, 1, 8, 8, 0.0), Objective::mic);
    auto const found = search_orders(problem, {.best_n = 3, .start = SearchStart::none});
    EXPECT_TRUE(found.ties_cut);
    auto expected = first_order(1, 8);
    for (auto const& one : found.best) {
        EXPECT_LT(one.value, 1e-20);
        EXPECT_EQ(one.order, expected);
        (void)next_order(expected);
    }
}

TEST(FastSearch, options_out_of_range_are_refused)
{
    OrderProblem const problem(hierarchical_instance(1, 2, 2, 3, 0.2), Objective::mic);
    EXPECT_THROW((void)search_orders(problem, {.best_n = 0}), InvalidInput);
    EXPECT_THROW((void)search_orders(problem, {.tuple_limit = -1}), InvalidInput);
    EXPECT_THROW((void)search_orders(problem, {.time_limit_seconds = -1}), InvalidInput);
    EXPECT_THROW((void)search_orders(problem, {.incumbent = std::numeric_limits<double>::quiet_NaN()}), InvalidInput);
}

// Table of figures in the reference folder's search.md: MIC to 1e-9 and at most 1.2 times the prototype's tuples.
TEST(FastSearch, reaches_the_figures_of_the_prototype)
{
    struct Row
    {
        char const* file;
        std::size_t domains;
        double mic;
        double tuples;
    };
    for (auto const& row : {Row{"real_m3.txt", 4, 0.0398187916, 114}, Row{"real_m3.txt", 5, 0.0880652194, 276},
                            Row{"real_m3.txt", 8, 0.4005377635, 1.7e6}, Row{"real_m4.txt", 6, 0.2288472074, 0.40e6},
                            Row{"real_m5.txt", 5, 0.2108830021, 1.6e6}, Row{"real_m6.txt", 5, 0.1232179493, 21e3},
                            Row{"real_m6.txt", 6, 0.1582923615, 1.9e6}}) {
        auto const unmixing = reference_instance(row.file, row.domains);
        if (unmixing.empty()) GTEST_SKIP() << "no reference folder: set EXAHCA_REFERENCE_DIR";
        auto const found = search_orders(unmixing, {.best_n = 1});
        EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
        EXPECT_NEAR(found.best.front().value, row.mic, 1e-9) << row.file << " K " << row.domains;
        EXPECT_LE(static_cast<double>(found.tuples_visited), 1.2 * row.tuples) << row.file << " K " << row.domains;
    }
}

} // namespace
} // namespace exahca
