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

/// method.md, section 5: on the published domains 94 of 1,480 rows go; llama-3.1-8b loses 13.9 %, qwen2-7b 24.9 %.
TEST(Screening, drops_what_it_is_known_to_drop_on_the_leaderboard)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto names = published_domains;
    names.push_back("qwen2-7b");
    auto const domains = select_domains(leaderboard(), names);
    std::vector<std::int64_t> dropped;
    for (auto const& domain : domains)
        dropped.push_back(domain.scores.rows() - static_cast<std::int64_t>(rows_that_pass(domain.scores, 0.6).size()));
    auto const share = [&](std::size_t k) {
        return static_cast<double>(dropped[k]) / static_cast<double>(domains[k].scores.rows());
    };
    EXPECT_EQ(dropped[0] + dropped[1] + dropped[2] + dropped[3], 94);
    EXPECT_NEAR(share(2), 0.139, 0.0005);
    EXPECT_NEAR(share(4), 0.249, 0.0005);
}

TEST(GatherRows, copies_rows_in_the_order_given)
{
    std::vector<std::int64_t> const rows{2, 0, 2};
    EXPECT_EQ(gather_rows(column_of({5, 6, 7}), rows), column_of({7, 5, 7}));
}

} // namespace
} // namespace exahca
