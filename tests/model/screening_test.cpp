#include "exahca/model/screening.hpp"

#include "support/leaderboard.hpp"

namespace exahca {
namespace {

using namespace test;

Matrix column_of(std::vector<double> const& totals)
{
    Matrix scores(static_cast<Index>(totals.size()), 2);
    for (Index i = 0; i < scores.rows(); ++i) {
        scores(i, 0) = totals[static_cast<std::size_t>(i)] - 1;
        scores(i, 1) = 1;
    }
    return scores;
}

TEST(Screening, keeps_rows_at_or_above_the_share_of_the_median)
{
    auto const scores = column_of({10, 6, 5.75, 12, 11}); // median 10
    EXPECT_EQ(median_total(scores), 10);
    EXPECT_EQ(rows_that_pass(scores, 0.6), (std::vector<std::int64_t>{0, 1, 3, 4}));
    EXPECT_EQ(median_total(column_of({4, 1, 3, 2})), 2.5);
    EXPECT_EQ(rows_that_pass(column_of({-5, 3, 4}), 0).size(), 3u);
    EXPECT_THROW((void)rows_that_pass(scores, 1.5), UsageError);
    EXPECT_THROW((void)rows_that_pass(scores, -0.1), UsageError);
}

TEST(Screening, keeps_rows_and_their_numbers_together_and_counts)
{
    std::vector<Domain> domains{{"a", {4, 7, 9}, column_of({1, 10, 10})}, {"b", {1}, column_of({3})}};
    auto const counts = screen(domains, 0.5);
    EXPECT_EQ(domains[0].rows, (std::vector<std::int64_t>{7, 9}));
    EXPECT_EQ(domains[0].scores.rows(), 2);
    EXPECT_EQ(domains[1].scores.rows(), 1);
    EXPECT_EQ(counts[0].dropped, 1);
    EXPECT_EQ(counts[0].models, 3);
    EXPECT_NEAR(counts[0].dropped_share(), 1 / 3.0, 1e-15);
    EXPECT_EQ(counts[1].dropped, 0);
}

/// method.md, section 5: on the published domains 94 of 1,480 rows go; llama-3.1-8b loses 13.9 %, qwen2-7b 24.9 %.
TEST(Screening, drops_what_it_is_known_to_drop_on_the_leaderboard)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto names = published_domains;
    names.push_back("qwen2-7b");
    auto domains = select_domains(leaderboard(), names);
    auto const counts = screen(domains, 0.6);
    std::int64_t dropped = 0;
    for (std::size_t k = 0; k < 4; ++k) dropped += counts[k].dropped;
    EXPECT_EQ(dropped, 94);
    EXPECT_NEAR(counts[2].dropped_share(), 0.139, 0.0005);
    EXPECT_NEAR(counts[4].dropped_share(), 0.249, 0.0005);
}

TEST(GatherRows, copies_rows_in_the_order_given)
{
    std::vector<std::int64_t> const rows{2, 0, 2};
    EXPECT_EQ(gather_rows(column_of({5, 6, 7}), rows), column_of({7, 5, 7}));
}

} // namespace
} // namespace exahca
