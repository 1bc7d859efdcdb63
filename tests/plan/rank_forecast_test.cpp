#include "exahca/plan/rank_forecast.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace exahca {
namespace {

StageForecast tasks(double count, double seconds_each)
{
    double const total = count * seconds_each;
    return {Stage::replicates, {}, count, {total, total, total}, seconds_each, 0, 0};
}

TEST(RankForecast, efficiency_is_that_of_the_published_simulation)
{
    // docs/performance_scheduling.md, table "Simulation".
    EXPECT_DOUBLE_EQ(scheduler_efficiency(1, 0.1), 1);
    EXPECT_NEAR(scheduler_efficiency(100, 1), .902, 1e-12);
    EXPECT_NEAR(scheduler_efficiency(100'000, 0.003), .936, 1e-12);
    EXPECT_NEAR(scheduler_efficiency(10'000, 10), .843, 1e-12);
    EXPECT_NEAR(scheduler_efficiency(1'000'000, 10), .835, 1e-12); // beyond the table: its end
    auto const between = scheduler_efficiency(300, 1);
    EXPECT_LT(between, .902);
    EXPECT_GT(between, .900);
}

TEST(RankForecast, one_rank_takes_the_core_time)
{
    WorkForecast work;
    work.stages = {tasks(10, 0.5), tasks(1000, 0.01)};
    auto const one = forecast_ranks(work, RankZeroComputes::automatic, 1);
    EXPECT_NEAR(one.wall.middle, 15, 1e-9);
    EXPECT_NEAR(one.efficiency, 1, 1e-9);
}

TEST(RankForecast, no_stage_is_shorter_than_its_longest_task_or_its_rounds)
{
    WorkForecast work;
    work.stages = {tasks(3, 10)};
    EXPECT_NEAR(forecast_ranks(work, RankZeroComputes::automatic, 2).wall.middle, 20, 1e-9);
    EXPECT_NEAR(forecast_ranks(work, RankZeroComputes::automatic, 64).wall.middle, 10, 1e-9);
    work.stages[0].longest = 15;
    EXPECT_NEAR(forecast_ranks(work, RankZeroComputes::automatic, 64).wall.middle, 15, 1e-9);
}

TEST(RankForecast, rank_zero_that_leads_does_not_compute)
{
    EXPECT_EQ(computing_rank_count(RankZeroComputes::no, 4), 3);
    EXPECT_EQ(computing_rank_count(RankZeroComputes::yes, 64), 64);
    EXPECT_EQ(computing_rank_count(RankZeroComputes::no, 1), 1);
    WorkForecast work;
    work.stages = {tasks(3, 10)};
    EXPECT_GT(forecast_ranks(work, RankZeroComputes::no, 3).wall.middle,
              forecast_ranks(work, RankZeroComputes::yes, 3).wall.middle);
}

TEST(RankForecast, a_shared_search_ends_at_its_limit)
{
    WorkForecast work;
    auto const endless = std::numeric_limits<double>::infinity();
    work.stages = {{Stage::estimates, SettingId(0), 1, {100, 4000, endless}, 0, 2, 600}};
    auto const few = forecast_ranks(work, RankZeroComputes::yes, 2);
    EXPECT_NEAR(few.wall.middle, 602, 1e-9);
    EXPECT_NEAR(few.wall.high, 602, 1e-9);
    EXPECT_LT(forecast_ranks(work, RankZeroComputes::yes, 100).wall.middle, 60);
}

TEST(RankAdvice, many_short_tasks_use_ranks_until_the_run_is_short)
{
    WorkForecast work;
    work.stages = {tasks(1e6, 0.01)};
    auto const advice = advise_ranks(work, RankZeroComputes::automatic, 1 << 17);
    EXPECT_EQ(advice.limit, RankLimit::short_run);
    EXPECT_LE(forecast_ranks(work, RankZeroComputes::automatic, advice.ranks).wall.middle, 60);
    EXPECT_GT(forecast_ranks(work, RankZeroComputes::automatic, advice.ranks / 2).wall.middle, 60);
}

TEST(RankAdvice, long_tasks_bound_the_number_of_ranks)
{
    WorkForecast work;
    work.stages = {tasks(16, 3600)};
    auto const advice = advise_ranks(work, RankZeroComputes::yes, 1 << 17);
    EXPECT_EQ(advice.limit, RankLimit::efficiency);
    EXPECT_EQ(advice.ranks, 16);
    EXPECT_EQ(advise_ranks(work, RankZeroComputes::yes, 4).ranks, 4);
    work.stages = {tasks(1, 3600)};
    EXPECT_EQ(advise_ranks(work, RankZeroComputes::yes, 1 << 17).ranks, 1);
}

} // namespace
} // namespace exahca
