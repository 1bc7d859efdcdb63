// Limits, stops and memory of a search, wherever it is: the trees here have 10^8 tuples and more at their first node.

#include "exahca/search/order_search.hpp"
#include "exahca/search/subtree_search.hpp"
#include "search/instances.hpp"

#include <limits>

namespace exahca {
namespace {

using testing::hierarchical_instance;

// Work between two looks at a limit: eight tuples, all of them fitted (16 tuples each), and the node's tables.
std::int64_t one_step(OrderProblem const& problem) { return 8 + 8 * 16 + problem.domains() * problem.factors(); }

OrderProblem without_order(int domains, Objective objective = Objective::mic)
{
    std::vector<double> const sizes(static_cast<std::size_t>(domains), 100);
    return {hierarchical_instance(static_cast<std::uint64_t>(domains), domains, 3, 6, 2.0), objective, sizes};
}

constexpr SearchMethod methods[] = {SearchMethod::automatic, SearchMethod::plain, SearchMethod::brute};
constexpr SearchStart starts[] = {SearchStart::automatic, SearchStart::none};

void expect_ended_at(SearchResult const& found, OrderProblem const& problem, std::int64_t limit)
{
    EXPECT_EQ(found.outcome, SearchOutcome::tuple_limit) << problem.domains() << " " << limit;
    EXPECT_GE(found.effort, limit);
    EXPECT_LE(found.effort, limit + one_step(problem));
    EXPECT_LE(found.tuples_visited, found.effort);
    ASSERT_EQ(found.best.size(), 1U); // whatever the limit
    auto const value = evaluate_order(problem, found.best[0].order);
    EXPECT_EQ(found.best[0].value, value.value);
    EXPECT_EQ(found.best[0].inexactness, value.inexactness);
    EXPECT_LE(found.lower_bound, found.best[0].value);
}

TEST(SearchLimits, a_limit_in_tuples_holds_inside_a_node)
{
    for (int const domains : {12, 18, 70})
        for (auto const objective : {Objective::mic, Objective::mean}) {
            auto const problem = without_order(domains, objective);
            for (std::int64_t const limit : {1, 1000, 30'000})
                for (auto const method : methods)
                    expect_ended_at(
                        search_orders(
                            problem, {.best_n = 1, .tuple_limit = limit, .method = method, .start = SearchStart::none}),
                        problem, limit);
        }
    auto const problem = without_order(18);
    for (std::int64_t const limit : {1'000, 150'000}) // shorter and longer than the trial that comes first
        expect_ended_at(search_orders(problem, {.best_n = 1, .tuple_limit = limit}), problem, limit);
}

TEST(SearchLimits, a_stop_is_heard_inside_a_node_and_an_order_comes_back)
{
    StopFlag stop;
    stop.request();
    auto const problem = without_order(18);
    for (auto const method : methods)
        for (auto const start : starts) {
            auto const found = search_orders(problem, {.best_n = 1, .method = method, .start = start, .stop = &stop});
            EXPECT_EQ(found.outcome, SearchOutcome::stopped);
            EXPECT_LE(found.effort, 64 * one_step(problem)); // it looks every 64 batches
            EXPECT_EQ(found.best.size(), 1U);
        }
}

TEST(SearchLimits, the_stop_and_the_clock_are_heard_in_rounds)
{
    StopFlag stop;
    stop.request();
    auto const problem = without_order(18);
    SearchOptions const options{.best_n = 1, .tuple_limit = std::int64_t{1} << 60};
    auto const known = search_orders(problem, {.best_n = 1, .tuple_limit = 1, .start = SearchStart::none}).best;
    SearchRounds rounds(problem, options, known);
    SubtreeSearcher searcher(problem, options);
    auto const chunk = rounds.next();
    ASSERT_TRUE(chunk);
    auto reply = searcher.search(*chunk, stop);
    EXPECT_LE(reply.effort, 64 * one_step(problem));
    EXPECT_FALSE(reply.open.empty());
    rounds.absorb(std::move(reply));
    rounds.give_up(SearchOutcome::time_limit);
    EXPECT_TRUE(rounds.finished());
    EXPECT_FALSE(rounds.next());
    EXPECT_EQ(rounds.result().outcome, SearchOutcome::time_limit);
    EXPECT_EQ(rounds.result().best.size(), 1U);
}

TEST(SearchLimits, an_incumbent_below_every_order_leaves_none)
{
    auto const problem = without_order(12);
    auto const found = search_orders(problem, {.best_n = 1, .tuple_limit = 10, .incumbent = 1e-9});
    EXPECT_TRUE(found.best.empty());
    EXPECT_LE(found.lower_bound, 1e-9);
}

// Bytes are counted as the vectors hold them; the bound holds for any number of domains.
TEST(SearchLimits, memory_of_partial_orders_stays_within_its_bound)
{
    StopFlag const calm;
    for (int const domains : {14, 20, 40})
        for (std::int64_t const bytes : {std::int64_t{1} << 18, std::int64_t{2} << 20}) {
            auto const problem = without_order(domains);
            SearchOptions const options{
                .best_n = 1, .tuple_limit = 2'000'000, .frontier_bytes = bytes, .start = SearchStart::none};
            auto const alone = search_orders(problem, options);
            EXPECT_EQ(alone.outcome, SearchOutcome::tuple_limit);
            EXPECT_GT(alone.peak_frontier_bytes, bytes / 8) << "too small an instance to say anything";
            EXPECT_LE(alone.peak_frontier_bytes, bytes) << domains;
            SearchRounds rounds(problem, options, {});
            SubtreeSearcher searcher(problem, options);
            while (auto const chunk = rounds.next()) rounds.absorb(searcher.search(*chunk, calm));
            EXPECT_EQ(rounds.result().outcome, SearchOutcome::tuple_limit);
            // A round's replies come on top of what waits: at most what sixteen searchers keep.
            EXPECT_GT(rounds.result().peak_frontier_bytes, bytes / 8);
            EXPECT_LE(rounds.result().peak_frontier_bytes, bytes + 16 * (std::int64_t{1} << 19)) << domains;
        }
}

// With room for one batch of each level, every node is left half-way many times.
TEST(SearchLimits, no_order_is_lost_however_little_memory_there_is)
{
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        auto unmixing = hierarchical_instance(seed, 4, 3, 3 + static_cast<Index>(seed % 4), 0.4);
        if (seed % 3 == 0) unmixing[2] = unmixing[1]; // exact ties
        OrderProblem const problem(unmixing, static_cast<Objective>(seed % 3), std::vector<double>{300, 200, 100, 90});
        auto const all = testing::all_orders(problem);
        for (std::int64_t const n : {1, 100}) {
            auto const whole = search_orders(problem, {.best_n = n, .count_below = 0.4, .method = SearchMethod::brute});
            for (auto const method : methods)
                for (auto const kernels : {SearchKernels::automatic, SearchKernels::portable}) {
                    auto const found = search_orders(problem, {.best_n = n,
                                                               .frontier_bytes = 1,
                                                               .count_below = 0.4,
                                                               .method = method,
                                                               .kernels = kernels,
                                                               .start = SearchStart::none});
                    EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
                    EXPECT_EQ(found.count, whole.count) << seed;
                    ASSERT_EQ(found.best.size(), static_cast<std::size_t>(n));
                    for (std::size_t i = 0; i < found.best.size(); ++i) {
                        EXPECT_EQ(found.best[i].order, all[i].second) << seed << " place " << i;
                        EXPECT_EQ(found.best[i].value, all[i].first) << seed << " place " << i;
                    }
                }
        }
    }
}

TEST(SearchLimits, a_crowded_plan_goes_down_first_and_loses_nothing)
{
    OrderProblem const problem(hierarchical_instance(5, 5, 3, 5, 0.6), Objective::mic);
    SearchOptions const options{.best_n = 20, .frontier_bytes = 20'000, .count_below = 0.5};
    auto const whole = search_orders(problem, {.best_n = 20, .count_below = 0.5});
    SubtreePlan plan(problem, options, {});
    SubtreeSearcher searcher(problem, options);
    StopFlag const calm;
    bool crowded = false;
    while (auto const chunk = plan.next(5, 500)) {
        plan.absorb(searcher.search(*chunk, calm));
        crowded |= plan.crowded();
    }
    EXPECT_TRUE(crowded);
    auto const found = plan.result();
    EXPECT_EQ(found.outcome, SearchOutcome::optimum_proven);
    EXPECT_EQ(found.count, whole.count);
    ASSERT_EQ(found.best.size(), whole.best.size());
    for (std::size_t i = 0; i < whole.best.size(); ++i) EXPECT_EQ(found.best[i].order, whole.best[i].order) << i;
}

TEST(SearchLimits, more_tuples_never_give_a_worse_order_or_bound)
{
    auto const problem = without_order(12);
    double best = std::numeric_limits<double>::infinity(), bound = 0;
    for (std::int64_t const limit : {1'000, 300'000, 2'500'000}) {
        auto const found = search_orders(problem, {.best_n = 3, .tuple_limit = limit});
        ASSERT_FALSE(found.best.empty());
        EXPECT_LE(found.best[0].value, best) << limit;
        EXPECT_GE(found.lower_bound, bound) << limit;
        best = found.best[0].value;
        bound = found.lower_bound;
    }
}

} // namespace
} // namespace exahca
