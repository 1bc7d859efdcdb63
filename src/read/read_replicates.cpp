#include "read_replicates.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "exahca/estimate/support.hpp"
#include "read_certainty.hpp"
#include "stored_rows.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace exahca {
namespace {

/// A number that older files do not hold.
double number_or(DataGroup const& group, char const* name, std::size_t row, double missing)
{
    return group.find(name) == nullptr ? missing : group.doubles(name).at(row);
}

std::optional<ChosenSetSummary> read_choice(DataGroup const* choices, std::string const& setting,
                                            std::string const& kind)
{
    if (choices == nullptr) return std::nullopt;
    auto const &settings = choices->strings("setting"), &kinds = choices->strings("kind");
    for (std::size_t i = 0; i < settings.size(); ++i) {
        if (settings[i] != setting || kinds.at(i) != kind) continue;
        ChosenSetSummary chosen;
        chosen.sets = choices->integers("sets").at(i);
        chosen.replicates = choices->integers("replicates").at(i);
        if (choices->find("failed") != nullptr) chosen.failed = choices->integers("failed").at(i);
        chosen.p_value = choices->doubles("p_value").at(i);
        chosen.p_low = number_or(*choices, "p_value_low", i, chosen.p_value);
        chosen.p_high = number_or(*choices, "p_value_high", i, chosen.p_value);
        chosen.median_mic = choices->doubles("median_mic").at(i);
        return chosen;
    }
    return std::nullopt;
}

PlaceboSummary read_placebo(DataGroup const& group, std::string kind)
{
    PlaceboSummary placebo;
    placebo.kind = std::move(kind);
    placebo.replicates = group.integers("replicates").at(0);
    placebo.failed = group.integers("failed").at(0);
    placebo.p_value = group.doubles("p_value").at(0);
    placebo.p_low = number_or(group, "p_value_low", 0, placebo.p_value);
    placebo.p_high = number_or(group, "p_value_high", 0, placebo.p_value);
    placebo.median_mic = group.doubles("median_mic").at(0);
    return placebo;
}

} // namespace

/// \param best  the answer
BootstrapSummary read_bootstrap(DataGroup const& aggregate, std::vector<std::string> const& benchmarks,
                                OrderSummary const& best, std::vector<FactorSummary> const& factors)
{
    auto const levels = factors.size();
    BootstrapSummary bootstrap;
    bootstrap.replicates = aggregate.integers("replicates").at(0);
    bootstrap.failed = aggregate.integers("failed").at(0);
    bootstrap.support = aggregate.doubles("support").at(0);
    bootstrap.low = aggregate.doubles("support_low").at(0);
    bootstrap.high = aggregate.doubles("support_high").at(0);
    bootstrap.level_support = aggregate.doubles("level_support");
    bootstrap.level_low = aggregate.doubles("level_support_low");
    for (auto const* name : {"level_support", "level_support_low"}) (void)aggregate.doubles(name).at(levels - 1);
    if (aggregate.find("level_angle_95") != nullptr) bootstrap.level_angle = aggregate.doubles("level_angle_95");
    auto const members = aggregate.integers("group_members"), labels = aggregate.integers("group_label");
    for (std::size_t g = 0; g < members.size(); ++g) {
        FlagGroupSummary group;
        group.members = members[g];
        group.share = aggregate.doubles("group_share").at(g);
        group.low = aggregate.doubles("group_share_low").at(g);
        group.high = aggregate.doubles("group_share_high").at(g);
        for (std::size_t i = 0; i < levels; ++i) {
            // The first group is the answer's, and bears its names whatever its replicates would choose.
            auto const label = labels.at(g * levels + i);
            group.labels.push_back(g == 0      ? factors[i].benchmark
                                   : label < 0 ? std::string{}
                                               : benchmark_at(benchmarks, label));
        }
        group.angles = flag_angles_list(as_flag(best.unmixing),
                                        as_matrix(rows_of(aggregate, "group_unmixing", g * levels, levels)));
        bootstrap.groups.push_back(std::move(group));
    }
    return bootstrap;
}

void read_choice_placebos(std::vector<SettingSummary>& settings, DataGroup const& results)
{
    auto const* choices = results.find_group("domain_choice");
    if (choices == nullptr) return;
    auto const &names = choices->strings("setting"), &kinds = choices->strings("kind");
    for (std::size_t i = 0; i < names.size(); ++i)
        for (auto const& [kind, placebo] : choice_kinds) {
            if (kinds.at(i) != to_string(kind)) continue;
            auto const chosen = std::find_if(settings.begin(), settings.end(),
                                             [&](SettingSummary const& setting) { return setting.name == names[i]; });
            if (chosen == settings.end()) continue;
            auto& told = chosen->placebos.emplace_back();
            told.kind = facts_of(placebo).placebo;
            told.choice = read_choice(choices, names[i], kinds[i]);
        }
}

void read_other_replicates(SettingSummary& summary, DataGroup const& aggregate, DataGroup const* choices)
{
    for (auto const kind : placebo_kinds())
        if (auto const* group = aggregate.find_group(to_string(kind))) {
            summary.placebos.push_back(read_placebo(*group, std::string(facts_of(kind).placebo)));
            summary.placebos.back().choice = read_choice(choices, summary.name, std::string(to_string(kind)));
        }
    if (auto const* group = aggregate.find_group("parametric"))
        summary.parametric = {group->integers("replicates").at(0),    group->integers("failed").at(0),
                              group->doubles("recovered").at(0),      group->doubles("recovered_low").at(0),
                              group->doubles("recovered_high").at(0), read_calibration(*group)};
    if (auto const* group = aggregate.find_group("no-control"))
        summary.no_control = {group->integers("replicates").at(0), group->integers("failed").at(0),
                              group->doubles("median_mic").at(0), group->doubles("as_low").at(0),
                              group->doubles("median_angle").at(0)};
}

} // namespace exahca
