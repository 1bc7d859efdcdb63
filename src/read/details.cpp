#include "exahca/read/details.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "exahca/results/group_index.hpp"
#include "exahca/results/results.hpp"
#include "stored_rows.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

TableWithInterval read_table(DataGroup const& estimate, DataGroup const* aggregate, std::string const& name,
                             std::size_t part, std::size_t rows)
{
    TableWithInterval table;
    table.values = rows_of(estimate, name, part * rows, rows);
    if (aggregate != nullptr && aggregate->find(name + "_low") != nullptr && has_enough_for_intervals(*aggregate)) {
        table.low = rows_of(*aggregate, name + "_low", part * rows, rows);
        table.high = rows_of(*aggregate, name + "_high", part * rows, rows);
    }
    return table;
}

/// The groups that hold one of each setting.
struct GroupsOfSettings
{
    explicit GroupsOfSettings(DataGroup const& results)
        : estimates(results.find_group("estimate")), aggregates(results.find_group("aggregate")),
          landscapes(results.find_group("landscape"))
    {
        auto const add = [&](ReplicateKind kind, std::string name) {
            nulls.emplace_back(std::move(name), GroupIndex(results.find_group(to_string(kind))));
        };
        for (auto const kind : placebo_kinds()) add(kind, std::string(facts_of(kind).placebo));
        add(ReplicateKind::no_control, "no control");
    }

    GroupIndex estimates, aggregates, landscapes;
    std::vector<std::pair<std::string, GroupIndex>> nulls; ///< placebos by what a page calls them
};

void read_nulls(SettingDetails& details, GroupsOfSettings const& groups, std::string const& name)
{
    for (auto const& [kind, replicates] : groups.nulls) {
        auto const* group = replicates.find(name);
        if (group == nullptr) continue;
        NullDistribution null{kind, {}, 0};
        for (double const mic : group->doubles("mic"))
            if (std::isfinite(mic)) null.mic.push_back(mic);
        for (auto const status : group->integers("status")) null.failed += status == 2;
        details.nulls.push_back(std::move(null));
    }
}

Landscape read_landscape(GroupsOfSettings const& groups, SettingSummary const& setting)
{
    Landscape landscape;
    auto const* group = groups.landscapes.find(setting.name);
    if (group == nullptr) return landscape;
    landscape.candidates = std::llround(std::pow(10.0, setting.candidate_orders_log10));
    auto const& mic = group->doubles("mic");
    auto const& likelihood = group->doubles("log_likelihood");
    auto const converged = group->integers("converged");
    for (std::size_t i = 0; i < std::min(mic.size(), likelihood.size()); ++i) {
        if (!std::isfinite(mic[i]) || !std::isfinite(likelihood[i])) continue;
        landscape.candidate.push_back(static_cast<std::int64_t>(i));
        landscape.mic.push_back(mic[i]);
        landscape.log_likelihood.push_back(likelihood[i]);
        landscape.not_converged += converged.at(i) == 0;
    }
    return landscape;
}

Rows read_subspace_angles(DataGroup const& estimate, std::size_t domains, std::size_t levels)
{
    std::vector<Matrix> spaces;
    for (std::size_t k = 0; k < domains; ++k) {
        auto const rows = rows_of(estimate, "sources_unmixing", k * levels, levels);
        Matrix matrix(static_cast<Index>(rows.size()), static_cast<Index>(rows[0].size()));
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t j = 0; j < rows[i].size(); ++j)
                matrix(static_cast<Index>(i), static_cast<Index>(j)) = rows[i][j];
        spaces.push_back(std::move(matrix));
    }
    Rows angles(domains, std::vector<double>(domains));
    for (std::size_t a = 0; a < domains; ++a)
        for (std::size_t b = 0; b < a; ++b) angles[a][b] = angles[b][a] = largest_principal_angle(spaces[a], spaces[b]);
    return angles;
}

SettingDetails read_setting(GroupsOfSettings const& groups, SettingSummary const& setting, std::size_t benchmarks)
{
    auto const& estimate = *groups.estimates.find(setting.name);
    auto const* aggregate = groups.aggregates.find(setting.name);
    auto const domains = setting.domains.size(), levels = static_cast<std::size_t>(setting.factors);
    SettingDetails details;
    details.subspace_angles = read_subspace_angles(estimate, domains, levels);
    if (setting.factors_found.empty()) return details; // orders of given matrices
    details.loadings = read_table(estimate, aggregate, "loadings", 0, benchmarks);
    for (std::size_t k = 0; k < domains; ++k) {
        details.total_effects.push_back(read_table(estimate, aggregate, "total_effects", k, levels));
        details.benchmark_effects.push_back(read_table(estimate, aggregate, "benchmark_effects", k, benchmarks));
    }
    if (setting.bootstrap) {
        for (auto const* name : {"level_support_low", "level_support_high"})
            (void)aggregate->doubles(name).at(levels - 1);
        details.level_low = aggregate->doubles("level_support_low");
        details.level_high = aggregate->doubles("level_support_high");
        details.unlisted_members = aggregate->integers("unlisted_members").at(0);
    }
    read_nulls(details, groups, setting.name);
    details.landscape = read_landscape(groups, setting);
    return details;
}

std::string attribute_text(AttributeValue const& value)
{
    if (auto const* text = std::get_if<std::string>(&value)) return *text;
    if (auto const* real = std::get_if<double>(&value)) return fmt::format("{:.6g}", *real);
    if (auto const* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
    std::string list;
    for (auto const item : std::get<std::vector<std::int64_t>>(value))
        list += fmt::format("{}{}", list.empty() ? "" : " ", item);
    return list;
}

std::vector<FailedTask> read_failures(DataGroup const& results)
{
    std::vector<FailedTask> failures;
    auto const* group = results.find_group("failures");
    if (group == nullptr) return failures;
    auto const& settings = group->strings("setting");
    auto const& kinds = group->strings("kind");
    auto const& reasons = group->strings("reason");
    auto const replicates = group->integers("replicate");
    for (std::size_t i = 0; i < settings.size(); ++i)
        failures.push_back({settings[i], kinds.at(i), reasons.at(i), replicates.at(i)});
    return failures;
}

} // namespace

RunDetails read_details(DataGroup const& results, Summary const& summary)
{
    RunDetails run;
    if (auto const* provenance = results.find_group("provenance"))
        for (auto const& [name, value] : provenance->attributes) {
            if (name == "command") run.command = attribute_text(value);
            if (name == "part_commands") run.part_commands = attribute_text(value);
            run.provenance.emplace_back(name, attribute_text(value));
        }
    run.program_version = results.text_attribute("exahca_version");
    run.fingerprint = results.find_group("input")->text_attribute("fingerprint");
    if (auto const* seed = results.find_group("settings")->find_attribute("seed"))
        run.seed = std::get<std::int64_t>(*seed);
    run.failures = read_failures(results);
    GroupsOfSettings const groups(results);
    for (auto const& setting : summary.settings)
        if (setting.failure.empty())
            run.settings[setting.name] = read_setting(groups, setting, summary.benchmarks.size());
    return run;
}

} // namespace exahca
