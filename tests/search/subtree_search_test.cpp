#include "exahca/search/subtree_search.hpp"

#include "exahca/core/error.hpp"
#include "search/instances.hpp"

namespace exahca {
namespace {

// A master and some workers in one loop; who answers when is drawn at random.
SearchResult search_in_pieces(OrderProblem const& problem, SearchOptions const& options, std::uint64_t seed)
{
    RandomStream random({.seed = seed, .purpose = "test-arrival", .name = {}});
    int const domains = problem.domains();
    int const levels = problem.factors();
    SubtreePlan plan(problem, options, {});
    std::vector<SubtreeSearcher> workers;
    for (int i = 0; i < 3; ++i) workers.emplace_back(problem, options);
    std::vector<Bytes> replies;
    StopFlag raised;
    raised.request();
    StopFlag const calm;
    while (!plan.finished()) {
        auto const chunk = random.below(2) == 0
                               ? plan.next(1 + random.below(20), 1 + static_cast<std::int64_t>(random.below(300)))
                               : std::nullopt;
        if (chunk) {
            auto const message = to_bytes(*chunk);
            // Now and then a worker is told to stop at once and hands everything back.
            auto const& stop = random.below(10) == 0 ? raised : calm;
            replies.push_back(to_bytes(workers[random.below(3)].search(read_chunk(message, domains, levels), stop)));
        } else if (!replies.empty()) {
            auto const at = static_cast<std::ptrdiff_t>(random.below(replies.size()));
            plan.absorb(read_reply(replies[static_cast<std::size_t>(at)], domains, levels));
            replies.erase(replies.begin() + at);
        }
    }
    return plan.result();
}

TEST(SubtreeSearch, pieces_in_any_order_give_the_whole_bit_for_bit)
{
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        auto unmixing = testing::hierarchical_instance(seed, 4, 3, 3 + static_cast<Index>(seed % 3), 0.4);
        if (seed % 4 == 0) unmixing[2] = unmixing[1]; // exact ties
        auto const objective = static_cast<Objective>(seed % 3);
        OrderProblem const problem(unmixing, objective, std::vector<double>{300, 200, 100, 90});
        SearchOptions options{.best_n = 1 + static_cast<std::int64_t>(seed), .count_below = 0.3};
        auto const whole = search_orders(problem, options);
        for (std::uint64_t arrival = 0; arrival < 3; ++arrival) {
            auto const pieces = search_in_pieces(problem, options, 100 * seed + arrival);
            EXPECT_EQ(pieces.outcome, SearchOutcome::optimum_proven);
            EXPECT_EQ(pieces.count, whole.count) << seed;
            EXPECT_EQ(pieces.lower_bound, whole.lower_bound) << seed;
            ASSERT_EQ(pieces.best.size(), whole.best.size()) << seed;
            for (std::size_t i = 0; i < whole.best.size(); ++i) {
                EXPECT_EQ(pieces.best[i].order, whole.best[i].order) << seed << " place " << i;
                EXPECT_EQ(pieces.best[i].value, whole.best[i].value) << seed << " place " << i;
                EXPECT_EQ(pieces.best[i].inexactness, whole.best[i].inexactness) << seed << " place " << i;
            }
        }
    }
}

TEST(SubtreeSearch, an_unfinished_plan_names_a_bound_below_the_optimum)
{
    OrderProblem const problem(testing::hierarchical_instance(3, 4, 4, 5, 0.5), Objective::mic);
    SearchOptions const options{.best_n = 3};
    auto const whole = search_orders(problem, options);
    SubtreePlan plan(problem, options, {});
    SubtreeSearcher worker(problem, options);
    StopFlag const calm;
    EXPECT_EQ(plan.result().lower_bound, 0);
    double previous = 0;
    while (auto const chunk = plan.next(2, 50)) {
        auto const away = plan.result(SearchOutcome::time_limit);
        EXPECT_EQ(away.outcome, SearchOutcome::time_limit);
        EXPECT_LE(away.lower_bound, whole.lower_bound);
        plan.absorb(worker.search(*chunk, calm));
        auto const now = plan.result();
        EXPECT_LE(now.lower_bound, whole.lower_bound);
        EXPECT_GE(now.lower_bound, previous); // what is proven stays proven
        previous = now.lower_bound;
    }
    EXPECT_TRUE(plan.finished());
    EXPECT_EQ(plan.result().lower_bound, whole.lower_bound);
}

TEST(SubtreeSearch, known_orders_lower_the_first_threshold)
{
    OrderProblem const problem(testing::hierarchical_instance(6, 4, 3, 5, 0.4), Objective::mean);
    SearchOptions const options{.best_n = 2};
    auto const whole = search_orders(problem, options);
    SubtreePlan plan(problem, options, whole.best);
    auto const chunk = plan.next(1, 0);
    ASSERT_TRUE(chunk);
    EXPECT_NEAR(chunk->threshold, whole.best[1].value, 1e-10);
}

TEST(SubtreeSearch, messages_that_do_not_fit_are_refused)
{
    int const domains = 3;
    int const levels = 4;
    SubtreeChunk chunk{0.5, 100, {{0.1, {0, 1, 2}}, {0.2, {0, 1, 2, 1, 2, 3}}}};
    auto const message = to_bytes(chunk);
    EXPECT_EQ(read_chunk(message, domains, levels).subtrees[1].rows, chunk.subtrees[1].rows);
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_THROW((void)read_chunk(std::span<std::byte const>(message).first(size), domains, levels), InvalidInput);
    for (auto const& rows : std::vector<std::vector<std::uint8_t>>{
             {0, 1}, {0, 1, 4}, {0, 1, 2, 0, 2, 3}, {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0}}) {
        chunk.subtrees[0].rows = rows;
        EXPECT_THROW((void)read_chunk(to_bytes(chunk), domains, levels), InvalidInput);
    }
    SubtreeReply reply{{{0.1, {0, 1, 2, 3, 0, 1, 2, 3, 3, 2, 1, 0}, {0.1, 0.2, 0.3}}}, 4, 5, {}};
    EXPECT_EQ(read_reply(to_bytes(reply), domains, levels).found[0].rows, reply.found[0].rows);
    reply.found[0].rows[0] = 1;
    EXPECT_THROW((void)read_reply(to_bytes(reply), domains, levels), InvalidInput);
    for (std::size_t size = 0; size < 20; ++size) { // whole rows or not
        reply.found[0].rows.assign(size, 0);
        EXPECT_THROW((void)read_reply(to_bytes(reply), domains, levels), InvalidInput) << size;
    }
}

} // namespace
} // namespace exahca
