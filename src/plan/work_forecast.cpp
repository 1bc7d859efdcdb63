#include "exahca/plan/pilot.hpp"
#include "pilot_effort.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace exahca {
namespace {

constexpr double doubt = 3; // factor of the range of groups that were not tried
constexpr auto infinite = std::numeric_limits<double>::infinity();

/// Whether some task that was tried came to its end.
bool has_ended(PilotGroup const& group) { return group.left < std::ssize(group.seconds); }

/// Seconds of one core that all tasks of a group take, by those that were tried, and the longest of them.
/// \param search  what a look at the setting's search foresees; null where ranks do not share it
std::pair<Range, double> tried_group(PilotGroup const& group, Setting const& setting, SearchForecast const* search)
{
    auto const count = static_cast<double>(group.seconds.size());
    double const sum = std::accumulate(group.seconds.begin(), group.seconds.end(), 0.0);
    auto const rest = mean_with_range(group.seconds).times(static_cast<double>(group.tasks) - count);
    Range total{sum + rest.low, sum + rest.middle, sum + rest.high};
    double longest = *std::max_element(group.seconds.begin(), group.seconds.end());
    if (group.left > 0) total.high = infinite;
    if (!has_ended(group)) total.middle = infinite;
    if (group.cut_short == 0) return {total, longest};
    // So many of all tasks would have gone on, each up to its limit.
    double const share = static_cast<double>(group.cut_short) / count * static_cast<double>(group.tasks);
    auto const use = group.kind == ReplicateKind::estimate ? SearchUse::estimate : SearchUse::replicate;
    auto const limits = search_limits(setting, use);
    double limit = limits.seconds > 0 ? limits.seconds : infinite;
    // What was tried took so long for so many tuples.
    if (limits.tuples > 0)
        limit =
            std::min(limit, longest * static_cast<double>(limits.tuples) / static_cast<double>(pilot_replicate_tuples));
    auto const foreseen = search != nullptr ? search->core_seconds : Range{0, limit, limit};
    total += Range{0, share * std::min(limit, foreseen.middle), share * std::min(limit, foreseen.high)};
    return {total, std::max(longest, std::min(limit, foreseen.middle))};
}

/// Seconds that a second of guess costs: by groups of the same estimator and kind, else of the same estimator, else by
/// all that were tried. Where no task of theirs came to its end the seconds are a lower bound, and so is the cost:
/// without an upper end. So it is where another estimator has to tell, whose guesses may be wrong by another factor.
class CostOfGuess
{
public:
    CostOfGuess(Experiment const& experiment, Pilot const& pilot) : experiment_(experiment)
    {
        for (auto const& group : pilot.groups) {
            if (group.seconds.empty()) continue;
            double const measured = std::accumulate(group.seconds.begin(), group.seconds.end(), 0.0);
            double const guessed = group.guess * static_cast<double>(group.seconds.size());
            for (bool const ended : {true, false}) {
                if (ended && !has_ended(group)) continue;
                for (auto* sums : {&alike_[{ended, group.kind, estimator_of(group)}],
                                   &of_estimator_[{ended, estimator_of(group)}], &all_[ended]}) {
                    sums->measured += measured;
                    sums->guessed += guessed;
                }
            }
        }
    }

    [[nodiscard]] Range of(PilotGroup const& wanted) const
    {
        for (bool const ended : {true, false}) {
            auto const estimator = estimator_of(wanted);
            for (auto const& sums :
                 {known(alike_, {ended, wanted.kind, estimator}), known(of_estimator_, {ended, estimator})}) {
                if (sums.guessed <= 0) continue;
                double const cost = sums.measured / sums.guessed;
                return ended ? Range{cost / doubt, cost, cost * doubt} : Range{cost / doubt, infinite, infinite};
            }
        }
        for (auto const& sums : all_)
            if (sums.guessed > 0) return {sums.measured / sums.guessed / doubt, infinite, infinite};
        return {1 / doubt, 1, doubt};
    }

private:
    struct Sums
    {
        double measured = 0, guessed = 0;
    };

    template <class Key>
    [[nodiscard]] static Sums known(std::map<Key, Sums> const& sums, Key const& key)
    {
        auto const found = sums.find(key);
        return found == sums.end() ? Sums{} : found->second;
    }
    [[nodiscard]] Estimator estimator_of(PilotGroup const& group) const
    {
        return experiment_.setting(group.setting).estimator;
    }

    Experiment const& experiment_;
    std::map<std::tuple<bool, ReplicateKind, Estimator>, Sums> alike_; // by whether a task has ended
    std::map<std::tuple<bool, Estimator>, Sums> of_estimator_;
    std::array<Sums, 2> all_; // of tasks that were left, and of those that have ended
};

/// Searches that ranks share, which come before the estimates that go on with them.
std::vector<StageForecast> shared_searches(Experiment const& experiment, Pilot const& pilot)
{
    std::vector<StageForecast> stages;
    for (auto const& [id, search] : pilot.searches) {
        auto const limits = search_limits(experiment.setting(id), SearchUse::estimate);
        StageForecast shared{Stage::estimates, id, 1, search.up_to(limits.tuples), 0, 0, limits.seconds};
        if (auto const found = pilot.preparation.find(id); found != pilot.preparation.end())
            shared.each_rank = found->second;
        stages.push_back(shared);
    }
    return stages;
}

/// Seconds of one core that all tasks of a group take, and the longest of them.
std::pair<Range, double> group_work(PilotGroup const& group, Experiment const& experiment, Pilot const& pilot,
                                    CostOfGuess const& cost_of_guess)
{
    if (group.seconds.empty()) {
        auto const each = cost_of_guess.of(group).times(group.guess);
        return {each.times(static_cast<double>(group.tasks)), std::isfinite(each.middle) ? each.middle : each.low};
    }
    auto const search = pilot.searches.find(group.setting);
    return tried_group(group, experiment.setting(group.setting),
                       search == pilot.searches.end() ? nullptr : &search->second);
}

} // namespace

WorkForecast forecast_work(Experiment const& experiment, Pilot const& pilot)
{
    WorkForecast forecast;
    CostOfGuess const cost_of_guess(experiment, pilot);
    for (std::size_t s = 0; s < static_cast<std::size_t>(stages); ++s) {
        StageForecast stage;
        stage.stage = static_cast<Stage>(s);
        if (stage.stage == Stage::estimates)
            for (auto const& search : shared_searches(experiment, pilot)) forecast.stages.push_back(search);
        for (auto const& group : pilot.groups) {
            if (stage_of(group.kind) != stage.stage) continue;
            auto const [core, longest] = group_work(group, experiment, pilot, cost_of_guess);
            ++forecast.groups;
            forecast.groups_tried += !group.seconds.empty();
            stage.tasks += static_cast<double>(group.tasks);
            stage.core += core;
            stage.longest = std::max(stage.longest, longest);
        }
        if (stage.tasks > 0) forecast.stages.push_back(stage);
    }
    for (auto const& stage : forecast.stages) forecast.core += stage.core;
    return forecast;
}

} // namespace exahca
