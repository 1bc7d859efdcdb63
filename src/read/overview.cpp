#include "exahca/read/overview.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/experiment/setting_ranking.hpp"
#include "exahca/read/summary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace exahca {
namespace {

/// The value at a share of sorted values, linear between them.
double quantile(std::vector<double> const& sorted, double share)
{
    double const place = share * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(place);
    auto const above = std::min(below + 1, sorted.size() - 1);
    if (below == above) return sorted[below];
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<SettingFamily> families_of(std::vector<SettingSummary> const& settings,
                                       std::vector<std::vector<std::size_t>> const& kinds)
{
    std::vector<SettingFamily> families;
    for (auto const& ranked : kinds) {
        auto const& first = settings[ranked[0]];
        SettingFamily family{first.estimator, first.factors, std::ssize(first.domains), ranked, 0, {}};
        auto const share = static_cast<std::size_t>(std::ceil(good_share * static_cast<double>(ranked.size())));
        family.good = std::min(ranked.size(), std::max(least_good, share));
        std::vector<double> values;
        for (auto const s : ranked)
            if (!std::isnan(settings[s].orders[0].mic)) values.push_back(settings[s].orders[0].mic);
        for (std::size_t i = 0; i < quantile_shares.size(); ++i)
            family.quantiles[i] = values.empty() ? std::nan("") : quantile(values, quantile_shares[i]);
        families.push_back(std::move(family));
    }
    return families;
}

/// H of every answered setting, level 1 first.
std::map<std::size_t, Matrix> flags_of(Summary const& summary, Overview const& overview)
{
    std::map<std::size_t, Matrix> flags;
    for (auto const s : overview.ranked) {
        auto const& rows = summary.settings[s].orders[0].unmixing; // the first factor first
        Matrix flag(static_cast<Index>(rows.size()), static_cast<Index>(rows.at(0).size()));
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t j = 0; j < rows[i].size(); ++j)
                flag(static_cast<Index>(rows.size() - 1 - i), static_cast<Index>(j)) = rows[i][j];
        flags.emplace(s, std::move(flag));
    }
    return flags;
}

/// Angles by level of the levels that both have.
std::vector<double> common_angles(Matrix const& a, Matrix const& b)
{
    auto const common = std::min(a.rows(), b.rows());
    return flag_angles_list(a.bottomRows(common), b.bottomRows(common));
}

bool all_same(std::vector<double> const& angles)
{
    return std::all_of(angles.begin(), angles.end(), [](double angle) { return angle <= same_flag_degrees; });
}

/// The candidate that most other candidates agree with. All pairs of settings would be too many.
std::size_t leader_of(std::map<std::size_t, Matrix> const& flags)
{
    std::vector<std::size_t> all, candidates;
    for (auto const& [s, flag] : flags) all.push_back(s);
    auto const count = std::min(leader_candidates, all.size());
    for (std::size_t i = 0; i < count; ++i) candidates.push_back(all[i * all.size() / count]);
    std::size_t leader = candidates[0];
    std::int64_t most = -1;
    for (auto const a : candidates) {
        std::int64_t agreeing = 0;
        for (auto const b : candidates) agreeing += all_same(common_angles(flags.at(a), flags.at(b)));
        if (agreeing > most) {
            most = agreeing;
            leader = a;
        }
    }
    return leader;
}

void count_one(OverviewCount& count, bool agrees, bool good)
{
    ++count.compared;
    count.agreeing += agrees;
    count.good_compared += good;
    count.good_agreeing += good && agrees;
}

void count_agreements(Overview& overview, Summary const& summary, std::set<std::size_t> const& good)
{
    auto const flags = flags_of(summary, overview);
    overview.leader = leader_of(flags);
    auto const& leader = flags.at(overview.leader);
    overview.levels.resize(static_cast<std::size_t>(leader.rows()));
    for (auto const& [s, flag] : flags) {
        auto const angles = common_angles(leader, flag);
        bool const is_good = good.count(s) > 0;
        for (std::size_t j = 0; j < angles.size(); ++j)
            count_one(overview.levels[j], angles[j] <= same_flag_degrees, is_good);
        count_one(overview.order, all_same(angles), is_good);
    }
}

void count_named_orders(Overview& overview, Summary const& summary, std::set<std::size_t> const& good)
{
    std::map<std::vector<std::string>, NamedOrderCount> counts;
    for (auto const s : overview.ranked) {
        std::vector<std::string> labels;
        for (auto const& factor : summary.settings[s].factors_found) labels.push_back(factor.benchmark);
        auto& count = counts[labels];
        ++count.settings;
        count.good += good.count(s) > 0;
    }
    for (auto& [labels, count] : counts) {
        count.labels = labels;
        overview.named_orders.push_back(std::move(count));
    }
    std::stable_sort(overview.named_orders.begin(), overview.named_orders.end(),
                     [](auto const& a, auto const& b) { return a.settings > b.settings; });
}

BaseModelMap map_of(Overview const& overview, Summary const& summary, std::size_t family)
{
    auto const n = overview.base_models.size();
    auto const& ranked = overview.families[family].ranked;
    BaseModelMap map{family, {}, {}, {}, {}, std::ssize(ranked), 0};
    map.good = static_cast<std::int64_t>(overview.families[family].good);
    for (auto* counts : {&map.held, &map.good_held}) counts->assign(n, 0);
    for (auto* counts : {&map.pairs, &map.good_pairs}) counts->assign(n * n, 0);
    for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
        std::vector<std::size_t> members;
        for (auto const& domain : summary.settings[ranked[rank]].domains) {
            auto const found = std::lower_bound(overview.base_models.begin(), overview.base_models.end(), domain.name);
            members.push_back(static_cast<std::size_t>(found - overview.base_models.begin()));
        }
        bool const good = rank < overview.families[family].good;
        for (auto const a : members) {
            ++map.held[a];
            map.good_held[a] += good;
            for (auto const b : members) {
                ++map.pairs[a * n + b];
                map.good_pairs[a * n + b] += good;
            }
        }
    }
    return map;
}

void count_base_models(Overview& overview, Summary const& summary)
{
    std::set<std::string> names;
    for (auto const s : overview.ranked)
        for (auto const& domain : summary.settings[s].domains) names.insert(domain.name);
    overview.base_models.assign(names.begin(), names.end());
    for (std::size_t f = 0; f < overview.families.size(); ++f) {
        auto map = map_of(overview, summary, f);
        // Where every setting has the same base models, or all settings are good, there is nothing to compare.
        bool const varies =
            std::any_of(map.held.begin(), map.held.end(), [&](auto held) { return held > 0 && held < map.settings; });
        if (varies && map.good < map.settings) overview.maps.push_back(std::move(map));
    }
}

} // namespace

double BaseModelMap::lift(std::size_t one, std::size_t other) const
{
    auto const place = one * held.size() + other;
    if (pairs[place] == 0) return std::numeric_limits<double>::quiet_NaN();
    double const expected = static_cast<double>(pairs[place]) / static_cast<double>(settings);
    return static_cast<double>(good_pairs[place]) / static_cast<double>(good) / expected;
}

Overview overview_of(Summary const& summary)
{
    Overview overview;
    overview.asked = std::ssize(summary.settings);
    std::vector<RankedSetting> answered;
    for (std::size_t s = 0; s < summary.settings.size(); ++s) {
        auto const& setting = summary.settings[s];
        if (!setting.has_answer()) continue;
        answered.push_back({s, setting.estimator, setting.factors, setting.domains.size(), setting.orders[0].mic});
        ++overview.answered;
        overview.settled += setting.settled;
        overview.resampled += setting.bootstrap.has_value();
    }
    auto const kinds = rank_by_kind(std::move(answered));
    overview.families = families_of(summary.settings, kinds);
    overview.ranked = in_turn(kinds);
    std::set<std::size_t> good;
    for (auto const& family : overview.families)
        good.insert(family.ranked.begin(), family.ranked.begin() + static_cast<std::ptrdiff_t>(family.good));
    count_agreements(overview, summary, good);
    count_named_orders(overview, summary, good);
    count_base_models(overview, summary);
    return overview;
}

Summary only(Summary const& summary, std::size_t setting)
{
    Summary one;
    one.complete = summary.complete;
    one.benchmarks = summary.benchmarks;
    one.models = summary.models;
    one.scales = summary.scales;
    one.simulated_design = summary.simulated_design;
    one.settings.push_back(summary.settings.at(setting));
    for (auto const& failure : summary.failures)
        if (failure.setting == one.settings[0].name) {
            one.failures.push_back(failure);
            one.failed_tasks += failure.tasks;
        }
    return one;
}

std::size_t find_setting(Summary const& summary, std::string const& name_or_number)
{
    for (std::size_t s = 0; s < summary.settings.size(); ++s)
        if (summary.settings[s].name == name_or_number) return s;
    std::size_t number = 0;
    auto const* const end = name_or_number.data() + name_or_number.size();
    auto const [stop, error] = std::from_chars(name_or_number.data(), end, number);
    if (error == std::errc{} && stop == end && number >= 1 && number <= summary.settings.size()) return number - 1;
    throw UsageError(fmt::format("there is no setting \"{}\"", name_or_number),
                     fmt::format("the file has {}, which go by their names or by 1 to {}", summary.settings.size(),
                                 summary.settings.size()),
                     "see the numbers and names in the output of exahca show");
}

} // namespace exahca
