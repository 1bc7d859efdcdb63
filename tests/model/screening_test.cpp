#include "exahca/model/screening.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/model/score_counts.hpp"
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

TEST(Screening, rows_with_gaps_are_judged_by_the_benchmarks_that_they_have)
{
    double const nan = std::nan("");
    Matrix scores(5, 2);
    scores << 10, 20, 12, 18, 8, 22, 9, nan, 2, nan; // medians 9 and 20, of totals 30
    EXPECT_EQ(complete_rows(scores), (std::vector<std::int64_t>{0, 1, 2}));
    auto const relative = relative_totals(scores);
    EXPECT_DOUBLE_EQ(relative[0], 1);
    EXPECT_DOUBLE_EQ(relative[3], 1);
    EXPECT_DOUBLE_EQ(relative[4], 2.0 / 9);
    EXPECT_EQ(rows_that_pass(scores, 0.6), (std::vector<std::int64_t>{0, 1, 2, 3}));
    EXPECT_EQ(rows_that_pass(scores, 0).size(), 5u);
}

/// Scores that share a factor, `collapsed` of them multiplied by .2.
Matrix some_rows(Index models, Index collapsed)
{
    RandomStream stream({7, "screening-test", 0, {}, 0});
    Vector const loadings{{12, 5, 4, 2}}, means{{45, 28, 15, 8}};
    Matrix scores(models, 4);
    for (Index i = 0; i < models; ++i) {
        double const factor = stream.normal();
        for (Index j = 0; j < 4; ++j) scores(i, j) = means[j] + loadings[j] * factor + 2 * stream.normal();
    }
    for (Index i = 0; i < collapsed; ++i) scores.row(7 * i + 3) *= 0.2;
    return scores;
}

std::vector<std::int64_t> dropped(Matrix const& scores)
{
    std::vector<std::int64_t> rows;
    auto const kept = rows_that_fit(scores);
    for (Index i = 0; i < scores.rows(); ++i)
        if (std::find(kept.begin(), kept.end(), i) == kept.end()) rows.push_back(i);
    return rows;
}

TEST(Screening, finds_collapsed_rows_and_hardly_any_other)
{
    EXPECT_LE(dropped(some_rows(400, 0)).size(), 2u);
    auto const rows = dropped(some_rows(400, 8));
    std::int64_t found = 0; // one of eight may hide among the low ones of so few
    for (std::int64_t i = 0; i < 8; ++i) found += std::count(rows.begin(), rows.end(), 7 * i + 3);
    EXPECT_GE(found, 7);
    EXPECT_LE(rows.size(), 10u);
}

TEST(Screening, the_fit_knows_no_units)
{
    auto scores = some_rows(400, 8);
    auto const rows = dropped(scores);
    scores.col(0) *= 64; // powers of two: not even rounding differs
    scores.col(1) *= 0.125;
    EXPECT_EQ(dropped(scores), rows);
    scores.col(2).array() -= 1000; // negative totals
    scores.col(3).array() = 0.01 * scores.col(3).array() + 3;
    EXPECT_EQ(dropped(scores), rows);
}

TEST(Screening, the_fit_takes_gaps_floors_and_constants)
{
    auto scores = some_rows(400, 8);
    auto const rows = dropped(scores);
    scores.col(3) = scores.col(3).cwiseMax(10); // most rows
    EXPECT_GE(dropped(scores).size(), rows.size() - 1);
    for (Index i = 0; i < scores.rows(); i += 3) scores(i, (i / 3) % 4) = std::nan("");
    scores.row(1).setConstant(std::nan(""));
    auto const with_gaps = dropped(scores);
    std::int64_t found = 0;
    for (std::int64_t i = 0; i < 8; ++i) found += std::count(with_gaps.begin(), with_gaps.end(), 7 * i + 3);
    EXPECT_GE(found, 7);
    EXPECT_LE(with_gaps.size(), 14u);
    EXPECT_EQ(std::count(with_gaps.begin(), with_gaps.end(), 1), 0) << "nothing is known of it";
    scores.col(2).setConstant(4);
    EXPECT_GE(dropped(scores).size(), 6u);
    EXPECT_TRUE(dropped(Matrix::Constant(50, 4, 3.0)).empty());
    EXPECT_TRUE(dropped(some_rows(7, 1)).empty()) << "too few to judge";
}

TEST(NearDuplicates, know_no_units_and_compare_what_both_have)
{
    auto scores = some_rows(60, 0);
    scores.row(10) = scores.row(4).array() + 0.05;
    scores.row(20) = scores.row(5);
    scores(20, 1) = std::nan("");
    scores.row(30).setConstant(std::nan(""));
    auto const near = [](Matrix const& rows, Index a, Index b) { return StandardDistance(rows).are_near(a, b); };
    Matrix scaled = scores;
    scaled.col(0) *= 0.01;
    scaled.col(2).array() += 500;
    for (auto const* rows : {&scores, &scaled}) {
        EXPECT_TRUE(near(*rows, 4, 10));
        EXPECT_TRUE(near(*rows, 20, 5));
        EXPECT_FALSE(near(*rows, 4, 5));
        EXPECT_FALSE(near(*rows, 30, 5));
    }
    EXPECT_DOUBLE_EQ(StandardDistance(some_rows(60, 0))(7, 7), 0);
}

TEST(ScoreCounts, count_by_domain_what_is_missing_or_at_an_end)
{
    ScoreMatrix matrix;
    matrix.models = {"1", "2", "3", "4", "5", "6"};
    matrix.base_models = {"b", "a", "b", "", "b", "a"};
    matrix.benchmarks = {"x", "y"};
    matrix.scores.resize(6, 2);
    matrix.scores << 0, std::nan(""), 3, 100, -1, 50, 0, 100, 7, 60, 5, 20;
    auto bounds = no_bounds(2);
    bounds.floor[0] = 0;
    bounds.ceiling[1] = 100;
    auto const domains = count_scores_by_domain(matrix, bounds);
    ASSERT_EQ(domains.size(), 2u);
    EXPECT_EQ(domains[1].domain, "b");
    EXPECT_EQ(domains[1].models, 3);
    EXPECT_EQ(domains[1].complete, 2);
    EXPECT_EQ(domains[1].at_floor, (std::vector<std::int64_t>{2, 0}));
    EXPECT_EQ(domains[1].missing, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(domains[0].at_ceiling, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(count_scores(matrix, bounds).at_floor, (std::vector<std::int64_t>{3, 0}));
}

TEST(ScoreCounts, leave_out_what_does_not_vary_within_its_base_model)
{
    ScoreMatrix matrix;
    matrix.models = {"1", "2", "3", "4"};
    matrix.base_models = {"a", "a", "b", "b"};
    matrix.benchmarks = {"x"};
    matrix.scores.resize(4, 1);
    matrix.scores << 0, -1, 0, 5; // in a both count as 0
    auto bounds = no_bounds(1);
    bounds.floor[0] = 0;
    auto const domains = count_scores_by_domain(matrix, bounds);
    ASSERT_EQ(domains.size(), 2u);
    EXPECT_EQ(domains[0].at_floor, (std::vector<std::int64_t>{0}));
    EXPECT_EQ(domains[1].at_floor, (std::vector<std::int64_t>{1}));
    EXPECT_EQ(count_scores(matrix, bounds).at_floor, (std::vector<std::int64_t>{1}));
}

TEST(GatherRows, copies_rows_in_the_order_given)
{
    std::vector<std::int64_t> const rows{2, 0, 2};
    EXPECT_EQ(gather_rows(column_of({5, 6, 7}), rows), column_of({7, 5, 7}));
}

} // namespace
} // namespace exahca
