#include "exahca/plan/rank_forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace exahca {
namespace {

constexpr double least_efficiency = 0.8;
constexpr double short_run_seconds = 60;
constexpr double useless_efficiency = 0.25; // the table ends there
// A search shared by two ranks, mean of the five pairs of docs/performance.md, "Shared out".
constexpr double search_efficiency = 0.93;

constexpr std::array table_ranks{1.0, 10.0, 100.0, 1e3, 1e4, 1e5};
constexpr std::array table_seconds{0.001, 0.003, 0.1, 1.0, 10.0};
constexpr std::array<std::array<double, table_seconds.size()>, table_ranks.size()> table_efficiency{
    {{1, 1, 1, 1, 1},
     {1, 1, .997, .941, .941},
     {1, 1, .989, .902, .902},
     {.999, .999, .990, .900, .869},
     {.993, .993, .977, .849, .843},
     {.936, .936, .915, .799, .835}}};

struct Position
{
    std::size_t below;
    double towards; ///< 0 at `below`, 1 at the entry after it
};

/// Between which entries of a rising axis a value lies, in logarithms: times and ranks go over many powers of ten.
/// Values beyond its ends count as these.
template <std::size_t N>
Position locate(std::array<double, N> const& axis, double value)
{
    value = std::clamp(value, axis.front(), axis.back());
    std::size_t below = 0;
    while (below + 2 < N && axis[below + 1] <= value) ++below;
    return {below, std::log(value / axis[below]) / std::log(axis[below + 1] / axis[below])};
}

/// Wall time of one stage when its core time is `core`.
double stage_seconds(StageForecast const& stage, double core, int computing)
{
    if (stage.search) {
        double const shared = core / (computing * (computing > 1 ? search_efficiency : 1.0));
        return stage.each_rank + (stage.limit_seconds > 0 ? std::min(shared, stage.limit_seconds) : shared);
    }
    if (stage.tasks <= 0) return 0;
    double const mean = core / stage.tasks;
    double const even = core / (computing * scheduler_efficiency(computing, mean));
    return std::max({even, stage.longest, std::ceil(stage.tasks / computing) * mean});
}

} // namespace

double scheduler_efficiency(int computing_ranks, double task_seconds)
{
    auto const [rank, along] = locate(table_ranks, computing_ranks);
    auto const [column, across] = locate(table_seconds, task_seconds);
    auto const in_row = [&, c = column, t = across](std::size_t row) {
        return table_efficiency[row][c] * (1 - t) + table_efficiency[row][c + 1] * t;
    };
    return in_row(rank) * (1 - along) + in_row(rank + 1) * along;
}

// Stages wait for each other, so that their times add up.
RankForecast forecast_ranks(WorkForecast const& work, RankZeroComputes mode, int ranks)
{
    auto const computing = computing_rank_count(mode, ranks);
    RankForecast result{ranks, {}, 1};
    double used = 0; // core time that fits into limits
    for (auto const& stage : work.stages) {
        Range const wall{stage_seconds(stage, stage.core.low, computing),
                         stage_seconds(stage, stage.core.middle, computing),
                         stage_seconds(stage, stage.core.high, computing)};
        result.wall += wall;
        used += stage.search ? std::min(stage.core.middle, computing * wall.middle) : stage.core.middle;
    }
    if (result.wall.middle > 0) result.efficiency = std::min(1.0, used / (ranks * result.wall.middle));
    if (!std::isfinite(result.wall.middle)) result.efficiency = 1;
    return result;
}

RankAdvice advise_ranks(WorkForecast const& work, RankZeroComputes mode, int most)
{
    RankAdvice advice;
    if (!std::isfinite(work.core.middle)) { // more rows would say the same
        advice.limit = RankLimit::unknown;
        advice.table.push_back(forecast_ranks(work, mode, 1));
        return advice;
    }
    for (int ranks = 1; ranks <= most;) {
        auto const forecast = forecast_ranks(work, mode, ranks);
        if (ranks > 8 && forecast.efficiency < useless_efficiency) break;
        advice.table.push_back(forecast);
        if (ranks == most) break;
        ranks = ranks > most / 2 ? most : 2 * ranks;
    }
    for (std::size_t i = 1; i < advice.table.size(); ++i) {
        if (advice.table[i - 1].wall.middle <= short_run_seconds) {
            advice.limit = RankLimit::short_run;
            return advice;
        }
        if (advice.table[i].efficiency < least_efficiency) {
            advice.limit = RankLimit::efficiency;
            return advice;
        }
        advice.ranks = advice.table[i].ranks;
    }
    advice.limit = advice.ranks < most ? RankLimit::efficiency : RankLimit::most;
    return advice;
}

} // namespace exahca
