#include "exahca/estimate/influence.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/model/screening.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace exahca {
namespace {

Setting setting_of(std::size_t domains, double screen = 0)
{
    Setting setting;
    for (std::size_t k = 0; k < domains; ++k) setting.domains.push_back(std::string(1, static_cast<char>('a' + k)));
    setting.estimator = Estimator::published;
    setting.screen = screen;
    return setting;
}

/// Random scores around 40, with a few collapsed rows in each domain.
std::vector<Matrix> some_scores()
{
    std::vector<Matrix> scores;
    for (Index const n : {90, 70, 61}) {
        RandomStream stream({4, "influence-test", static_cast<std::uint64_t>(n), "", 0});
        Matrix domain(n, 4);
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < 4; ++j) domain(i, j) = (i % 20 == 7 ? 8 : 40) + 5 * stream.normal();
        scores.push_back(domain);
    }
    return scores;
}

double relative_total(Matrix const& scores, std::int64_t row) { return scores.row(row).sum() / median_total(scores); }

std::size_t left_out(std::vector<DomainExclusion> const& parts)
{
    std::size_t count = 0;
    for (auto const& part : parts) count += part.left_out.size();
    return count;
}

TEST(InfluenceCases, are_distinct_and_counted)
{
    for (std::size_t const domains : {1U, 2U, 3U, 5U})
        for (double const screen : {0.0, 0.35, 0.6})
            for (std::int64_t const groups : {0, 1, 7, 100}) {
                auto const setting = setting_of(domains, screen);
                auto const cases = influence_cases(setting, groups);
                EXPECT_EQ(influence_case_count(setting, groups), static_cast<std::int64_t>(cases.size()));
                std::set<std::pair<Exclusion, double>> distinct;
                std::size_t dropped_domains = 0;
                for (auto const& one : cases) {
                    EXPECT_TRUE(distinct.insert({one.exclusion, one.amount}).second);
                    dropped_domains += one.exclusion == Exclusion::domain;
                    EXPECT_TRUE(one.exclusion != Exclusion::below || one.amount > screen)
                        << "screening drops them anyway";
                }
                EXPECT_EQ(dropped_domains, groups > 0 && domains > 2 ? domains : 0);
                EXPECT_TRUE(groups == 0 || cases[0].exclusion == Exclusion::nothing);
            }
}

TEST(InfluenceCases, an_absurd_number_of_groups_needs_no_memory)
{
    EXPECT_GT(influence_case_count(setting_of(3), std::int64_t{1} << 50), std::int64_t{1} << 50);
}

// Whatever is left out: what screening keeps is split in two, in ascending order.
TEST(Exclude, splits_the_screened_models)
{
    auto const scores = some_scores();
    for (double const screen : {0.0, 0.5}) {
        auto const setting = setting_of(3, screen);
        for (auto const& one : influence_cases(setting, 10)) {
            auto const parts = exclude(one, setting, scores, 10);
            for (std::size_t k = 0; k < scores.size(); ++k) {
                std::vector<std::int64_t> both;
                std::merge(parts[k].kept.begin(), parts[k].kept.end(), parts[k].left_out.begin(),
                           parts[k].left_out.end(), std::back_inserter(both));
                EXPECT_EQ(both, rows_that_pass(scores[k], screen)) << to_string(one.exclusion);
            }
        }
    }
}

TEST(Exclude, groups_hold_every_model_once_and_are_of_equal_size)
{
    auto const scores = some_scores();
    auto const setting = setting_of(3);
    std::size_t total = 0;
    double last = -1;
    for (std::int64_t g = 0; g < 10; ++g) {
        auto const parts = exclude({Exclusion::group, static_cast<double>(g)}, setting, scores, 10);
        EXPECT_NEAR(static_cast<double>(left_out(parts)), 221 / 10.0, 1);
        total += left_out(parts);
        double least = 1e9, most = 0;
        for (std::size_t k = 0; k < 3; ++k)
            for (auto const row : parts[k].left_out) {
                least = std::min(least, relative_total(scores[k], row));
                most = std::max(most, relative_total(scores[k], row));
            }
        EXPECT_GE(least, last) << "groups rise with the total";
        last = most;
    }
    EXPECT_EQ(total, 221U);
}

TEST(Exclude, lowest_and_below_take_those_of_lowest_total)
{
    auto const scores = some_scores();
    auto const setting = setting_of(3);
    auto const lowest = exclude({Exclusion::lowest, 12}, setting, scores, 1);
    EXPECT_EQ(left_out(lowest), 12U);
    double highest_out = 0, lowest_kept = 1e9;
    for (std::size_t k = 0; k < 3; ++k) {
        for (auto const row : lowest[k].left_out) highest_out = std::max(highest_out, relative_total(scores[k], row));
        for (auto const row : lowest[k].kept) lowest_kept = std::min(lowest_kept, relative_total(scores[k], row));
    }
    EXPECT_LE(highest_out, lowest_kept);
    auto const below = exclude({Exclusion::below, 0.5}, setting, scores, 1);
    EXPECT_GT(left_out(below), 5U);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(below[k].kept, rows_that_pass(scores[k], 0.5));
}

TEST(Exclude, farthest_finds_an_outlier_that_totals_do_not_show)
{
    auto scores = some_scores();
    scores[1].row(3) << 90, -10, 90, -10; // an ordinary total
    auto const parts = exclude({Exclusion::farthest, 1}, setting_of(3), scores, 1);
    EXPECT_EQ(parts[1].left_out, std::vector<std::int64_t>{3});
    EXPECT_EQ(left_out(parts), 1U);
}

TEST(Exclude, a_constant_benchmark_does_not_matter)
{
    auto scores = some_scores();
    scores[0].col(2).setConstant(30);
    EXPECT_EQ(left_out(exclude({Exclusion::farthest, 5}, setting_of(3), scores, 1)), 5U);
}

TEST(Exclude, models_with_gaps_are_no_part_of_an_analysis_that_needs_all_scores)
{
    auto scores = some_scores();
    for (Index i = 0; i < 90; i += 9) scores[0](i, i % 4) = std::nan("");
    auto const setting = setting_of(3);
    for (auto const& one : influence_cases(setting, 4)) {
        auto const parts = exclude(one, setting, scores, 4);
        EXPECT_EQ(parts[0].kept.size() + parts[0].left_out.size(), 80u) << to_string(one.exclusion);
        for (auto const row : parts[0].kept) EXPECT_FALSE(scores[0].row(row).hasNaN());
    }
}

TEST(Exclude, near_duplicates_leave_one_of_each_cluster)
{
    auto scores = some_scores();
    for (Index i = 50; i < 60; ++i) scores[0].row(i) = scores[0].row(4).array() + 0.1;
    auto const parts = exclude({Exclusion::near_duplicates, 0}, setting_of(3), scores, 1);
    EXPECT_GE(parts[0].left_out.size(), 10U);
    for (std::size_t k = 0; k < 3; ++k) {
        StandardDistance const distance(scores[k]);
        for (auto const a : parts[k].kept)
            for (auto const b : parts[k].kept) EXPECT_TRUE(a >= b || !distance.are_near(a, b));
        for (auto const out : parts[k].left_out)
            EXPECT_TRUE(std::any_of(parts[k].kept.begin(), parts[k].kept.end(),
                                    [&](auto kept) { return distance.are_near(kept, out); }));
    }
}

} // namespace
} // namespace exahca
