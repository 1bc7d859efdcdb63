#include "exahca/model/candidate_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

TEST(CandidateOrder, enumeration_is_complete_and_ascends_in_rank)
{
    auto order = first_order(3, 3);
    int count = 0;
    CandidateOrder previous;
    do {
        EXPECT_TRUE(is_candidate_order(order, 3, 3));
        if (count > 0) {
            EXPECT_LT(previous, order);
        }
        previous = order;
        ++count;
    } while (next_order(order));
    EXPECT_EQ(count, 216); // 3!^3
    EXPECT_EQ(order, first_order(3, 3));
}

TEST(CandidateOrder, rank_compares_domain_zero_first_then_level_one)
{
    CandidateOrder const a{{{0, 1, 2}, {2, 1, 0}}};
    CandidateOrder const b{{{0, 2, 1}, {0, 1, 2}}};
    CandidateOrder const c{{{0, 2, 1}, {0, 2, 1}}};
    EXPECT_LT(a, b);
    EXPECT_LT(b, c);
}

TEST(CandidateOrder, counts_do_not_overflow)
{
    EXPECT_EQ(order_count(4, 3), 1296);
    EXPECT_EQ(order_count(6, 6), 139314069504000000); // 720^6
    EXPECT_FALSE(order_count(7, 6).has_value());
    EXPECT_FALSE(order_count(1, 64).has_value());
    EXPECT_NEAR(log10_order_count(7, 6), 7 * std::log10(720.0), 1e-12);
    EXPECT_NEAR(log10_order_count(16, 64), 16 * std::lgamma(65.0) / std::log(10.0), 1e-8);
}

TEST(CandidateOrder, recognises_what_is_no_order)
{
    EXPECT_FALSE(is_candidate_order({{{0, 1}, {0, 2}}}, 2, 2));
    EXPECT_FALSE(is_candidate_order({{{0, 1}, {1, 1}}}, 2, 2));
    EXPECT_FALSE(is_candidate_order({{{0, 1}}}, 2, 2));
    EXPECT_FALSE(is_candidate_order({{{0, 1, 2}, {0, 1, 2}}}, 2, 2));
    EXPECT_TRUE(is_candidate_order({{{1, 0}, {0, 1}}}, 2, 2));
}

} // namespace
} // namespace exahca
