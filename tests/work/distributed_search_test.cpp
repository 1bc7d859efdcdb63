#include "exahca/work/distributed_search.hpp"

#include "exahca/core/error.hpp"
#include "search/instances.hpp"

namespace exahca {
namespace {

// Ranks in a serial loop: chunks are answered in random order with made-up times.
SearchResult share_out(OrderProblem const& problem, SearchOptions const& options, std::vector<RankedOrder> const& known,
                       int ranks, std::uint64_t seed)
{
    RandomStream random({.seed = seed, .purpose = "test-arrival", .name = {}});
    SearchSource source(problem, options, known);
    SearchRunner runner(problem, options);
    StopFlag const calm;
    std::vector<Bytes> under_way;
    while (!source.finished()) {
        if (under_way.size() < static_cast<std::size_t>(ranks) && random.below(3) > 0) {
            auto chunk = source.next_chunk({.target_seconds = 1e-4 * random.uniform(), .computing_ranks = ranks});
            if (chunk) under_way.push_back(std::move(*chunk));
        } else if (!under_way.empty()) {
            auto const at = random.below(under_way.size());
            source.absorb(runner.run(under_way[at], calm), 1e-4 * random.uniform());
            under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    return source.result();
}

SearchOptions with_pilot(SearchOptions options, std::int64_t tuples)
{
    options.pilot = tuples;
    return options;
}

TEST(DistributedSearch, equals_one_rank_bit_for_bit_whatever_the_ranks_and_arrivals)
{
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        auto const objective = static_cast<Objective>(seed % 3);
        OrderProblem const problem(testing::hierarchical_instance(seed, 5, 3, 5, 0.5), objective,
                                   std::vector<double>{300, 200, 100, 90, 80});
        SearchOptions const options{.best_n = 10, .count_below = 0.35};
        auto const whole = search_orders(problem, options);
        auto const pilot = run_pilot(problem, with_pilot(options, 500));
        for (int const ranks : {1, 2, 7}) {
            auto const shared = share_out(problem, options, pilot.result.best, ranks, seed);
            EXPECT_EQ(shared.outcome, SearchOutcome::optimum_proven);
            EXPECT_EQ(shared.lower_bound, whole.lower_bound);
            EXPECT_EQ(shared.count, whole.count);
            ASSERT_EQ(shared.best.size(), whole.best.size());
            for (std::size_t i = 0; i < whole.best.size(); ++i) {
                EXPECT_EQ(shared.best[i].order, whole.best[i].order);
                EXPECT_EQ(shared.best[i].value, whole.best[i].value);
            }
        }
    }
}

TEST(DistributedSearch, sharing_out_visits_hardly_more_tuples_than_one_rank)
{
    OrderProblem const problem(testing::hierarchical_instance(2, 6, 4, 6, 0.5), Objective::mic);
    SearchOptions const options{.best_n = 1};
    auto const whole = search_orders(problem, options);
    auto const pilot = run_pilot(problem, with_pilot(options, 3000));
    if (!pilot.worth_distributing) GTEST_SKIP() << "the instance turned out to be short";
    auto const shared = share_out(problem, options, pilot.result.best, 2, 1);
    EXPECT_EQ(shared.best.front().order, whole.best.front().order);
    EXPECT_LE(static_cast<double>(shared.tuples_visited), 1.05 * static_cast<double>(whole.tuples_visited));
}

TEST(DistributedSearch, a_short_search_is_answered_by_the_pilot)
{
    OrderProblem const problem(testing::hierarchical_instance(1, 3, 3, 4, 0.1), Objective::mic);
    auto const pilot = run_pilot(problem, {.best_n = 3});
    EXPECT_FALSE(pilot.worth_distributing);
    EXPECT_EQ(pilot.result.outcome, SearchOutcome::optimum_proven);
}

// Where a limit in tuples ends the search, what was found and proven by then is the same, too.
TEST(DistributedSearch, a_limit_in_tuples_ends_it_at_the_same_place_whatever_the_ranks_and_arrivals)
{
    int ended = 0, proven = 0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        int const domains = seed % 2 == 0 ? 12 : 6;
        auto const objective = static_cast<Objective>(seed % 3);
        OrderProblem const problem(testing::hierarchical_instance(seed, domains, 3, 5, seed % 2 == 0 ? 2.0 : 0.5),
                                   objective, std::vector<double>(static_cast<std::size_t>(domains), 100));
        for (std::int64_t const limit : {300'000, 2'000'000}) {
            // The pilot ends early, so that there is much left to share.
            SearchOptions const options{.best_n = 3, .tuple_limit = limit, .pilot = 2'000};
            auto const whole = search_orders(problem, options);
            auto const pilot = run_pilot(problem, options);
            if (!pilot.worth_distributing) continue;
            (whole.outcome == SearchOutcome::optimum_proven ? proven : ended) += 1;
            for (int const ranks : {1, 2, 7}) {
                auto const shared =
                    after_pilot(pilot.result, share_out(problem, options, pilot.result.best, ranks, seed));
                EXPECT_EQ(shared.outcome, whole.outcome) << seed;
                EXPECT_EQ(shared.lower_bound, whole.lower_bound) << seed;
                EXPECT_EQ(shared.tuples_visited, whole.tuples_visited) << seed;
                EXPECT_EQ(shared.effort, whole.effort) << seed;
                ASSERT_EQ(shared.best.size(), whole.best.size());
                for (std::size_t i = 0; i < whole.best.size(); ++i) {
                    EXPECT_EQ(shared.best[i].order, whole.best[i].order) << seed << " place " << i;
                    EXPECT_EQ(shared.best[i].value, whole.best[i].value) << seed << " place " << i;
                }
            }
        }
    }
    EXPECT_GT(ended, 0);
    EXPECT_GT(proven, 0);
}

TEST(DistributedSearch, progress_stays_below_all_while_work_goes_on)
{
    OrderProblem const problem(testing::hierarchical_instance(4, 7, 3, 5, 0.8), Objective::mic);
    StopFlag const calm;
    for (std::int64_t const limit : {0, 1'000'000}) {
        SearchOptions const options{.best_n = 1, .tuple_limit = limit, .pilot = 1'000};
        SearchSource source(problem, options, {});
        SearchRunner runner(problem, options);
        while (!source.finished()) {
            auto const chunk = source.next_chunk({.target_seconds = 1e-4});
            auto const [done, total] = source.progress();
            EXPECT_LT(done, total); // the chunk is under way, perhaps the last
            EXPECT_GE(done, 0);
            ASSERT_TRUE(chunk);
            source.absorb(runner.run(*chunk, calm), 1e-4);
        }
        auto const [done, total] = source.progress();
        EXPECT_EQ(done, total);
    }
}

TEST(DistributedSearch, limits_and_giving_up_end_it_with_a_bound)
{
    OrderProblem const problem(testing::hierarchical_instance(4, 6, 4, 6, 0.8), Objective::mic);
    auto const whole = search_orders(problem, {.best_n = 1});
    auto const limited = share_out(problem, {.best_n = 1, .tuple_limit = 3000}, {}, 2, 1);
    EXPECT_EQ(limited.outcome, SearchOutcome::tuple_limit);
    EXPECT_LE(limited.lower_bound, whole.lower_bound);
    SearchSource source(problem, {.best_n = 1}, {});
    auto const chunk = source.next_chunk({});
    ASSERT_TRUE(chunk);
    source.give_up(SearchOutcome::stopped);
    EXPECT_FALSE(source.finished()); // one chunk is under way
    StopFlag raised;
    raised.request();
    source.absorb(SearchRunner(problem, {.best_n = 1}).run(*chunk, raised), 0.1);
    EXPECT_TRUE(source.finished());
    EXPECT_EQ(source.result().outcome, SearchOutcome::stopped);
    EXPECT_LE(source.result().lower_bound, whole.lower_bound);
}

} // namespace
} // namespace exahca
