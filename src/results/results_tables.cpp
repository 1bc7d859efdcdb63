#include "results_tables.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/results/results.hpp"
#include "exahca/results/stored_version.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string_view>
#include <type_traits>

namespace exahca {
namespace {

// Columns of /settings: how a field's value is stored along dimension "setting".
template <class T>
using ColumnValue = std::conditional_t<
    std::is_same_v<T, bool>, std::int8_t,
    std::conditional_t<std::is_integral_v<T>, std::conditional_t<sizeof(T) <= 4, std::int32_t, std::int64_t>, T>>;

template <class T>
Variable column_of(SettingField<T> const& field, std::vector<Setting> const& settings)
{
    using Value = ColumnValue<StoredSettingValue<T>>;
    std::vector<Value> values;
    for (auto const& setting : settings)
        values.push_back(static_cast<Value>(stored_setting_value(setting.*field.member)));
    return {field.name, {"setting"}, {std::ssize(settings)}, std::move(values), field.units, field.description};
}

/// Lists of names are padded with empty ones to the longest.
Variable column_of(SettingField<std::vector<std::string>> const& field, std::vector<Setting> const& settings)
{
    std::size_t width = 0;
    for (auto const& setting : settings) width = std::max(width, (setting.*field.member).size());
    std::vector<std::string> values;
    for (auto const& setting : settings) {
        auto const& names = setting.*field.member;
        for (std::size_t k = 0; k < width; ++k) values.push_back(k < names.size() ? names[k] : std::string{});
    }
    return {field.name,
            {"setting", "position"},
            {std::ssize(settings), static_cast<std::int64_t>(width)},
            std::move(values),
            field.units,
            field.description};
}

std::vector<double> row_major(Matrix const& matrix)
{
    std::vector<double> values;
    for (Index i = 0; i < matrix.rows(); ++i)
        for (Index j = 0; j < matrix.cols(); ++j) values.push_back(matrix(i, j));
    return values;
}

std::int64_t integer_attribute(DataGroup const& group, char const* name)
{
    auto const* value = group.find_attribute(name);
    auto const* integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
    if (integer == nullptr)
        throw InvalidInput(std::string("no integer attribute \"") + name + "\"",
                           "the file is incomplete or of another kind");
    return *integer;
}

[[noreturn]] void refuse_table()
{
    throw InvalidInput("the table of settings is not rectangular", "the file is damaged or of another kind");
}

/// The reverse of column_of: a list ends at its first empty name.
void read_column(DataGroup const& group, SettingField<std::vector<std::string>> const& field,
                 std::vector<Setting>& settings)
{
    auto const& names = group.strings(field.name);
    auto const& shape = group.find(field.name)->shape;
    if (shape.size() != 2 || shape[0] != std::ssize(settings)) refuse_table();
    auto const width = static_cast<std::size_t>(shape[1]);
    for (std::size_t s = 0; s < settings.size(); ++s)
        for (std::size_t k = 0; k < width && !names[s * width + k].empty(); ++k)
            (settings[s].*field.member).push_back(names[s * width + k]);
}

template <class T>
void read_column(DataGroup const& group, SettingField<T> const& field, std::vector<Setting>& settings)
{
    using Stored = StoredSettingValue<T>;
    auto const values = [&] {
        if constexpr (std::is_same_v<Stored, std::string>)
            return group.strings(field.name);
        else if constexpr (std::is_same_v<Stored, double>)
            return group.doubles(field.name);
        else
            return group.integers(field.name);
    }();
    if (values.size() != settings.size()) refuse_table();
    for (std::size_t s = 0; s < settings.size(); ++s) try {
            settings[s].*field.member = setting_value_from<T>(static_cast<Stored>(values[s]));
        } catch (UsageError const& error) {
            throw InvalidInput(fmt::format("column {} of the settings cannot be used", field.name), error.what());
        }
}

std::vector<Setting> read_settings(DataGroup const& group, FormatVersion version)
{
    std::vector<Setting> settings(group.strings("estimator").size());
    for_each_setting_field([&](auto const& field) {
        if (version >= field.since) read_column(group, field, settings);
    });
    return settings;
}

} // namespace

void add_settings(DataGroup& group, Experiment const& experiment)
{
    auto const& counts = experiment.counts();
    group.attributes = {{"seed", static_cast<std::int64_t>(experiment.seed())}};
    for (auto const& counted : counted_kinds) group.attributes.emplace_back(counted.attribute, counts.*counted.count);
    group.attributes.emplace_back("nested", counts.nested);
    std::vector<std::string> names;
    for (auto const& setting : experiment.settings()) names.push_back(setting_name(setting));
    auto const count = std::ssize(names);
    group.add({"setting", {"setting"}, {count}, std::move(names), "", "name of the setting, and of its groups"});
    for_each_setting_field([&](auto const& field) { group.add(column_of(field, experiment.settings())); });
}

Experiment read_experiment(DataGroup const& results)
{
    auto const* settings = results.find_group("settings");
    auto const* input = results.find_group("input");
    if (settings == nullptr || input == nullptr)
        throw InvalidInput(settings == nullptr ? "there is no group /settings" : "there is no group /input",
                           "the file is incomplete or of another kind");
    ReplicateCounts counts;
    for (auto const& counted : counted_kinds)
        if (counted.always || settings->find_attribute(counted.attribute) != nullptr)
            counts.*counted.count = integer_attribute(*settings, counted.attribute);
    if (settings->find_attribute("nested") != nullptr) counts.nested = integer_attribute(*settings, "nested");
    auto const seed = static_cast<std::uint64_t>(integer_attribute(*settings, "seed"));
    try {
        return {read_settings(*settings, format_version_of(results)), counts, seed, input->strings("benchmark")};
    } catch (UsageError const& error) { // nobody was asked for options: what is stored makes no sense
        throw InvalidInput("the settings do not fit the rest of the file", error.what(), "make it again");
    }
}

DataGroup const* group_of_setting(DataGroup const& results, std::string_view parent, std::string_view setting)
{
    auto const* group = results.find_group(parent);
    if (group == nullptr) return nullptr;
    for (auto const& [name, subgroup] : group->groups)
        if (name == setting) return &subgroup;
    return nullptr;
}

std::vector<std::string> const& stored_setting_names(DataGroup const& results)
{
    auto const& names = results.strings("settings/setting");
    if (names.size() != results.strings("settings/estimator").size()) refuse_table();
    return names;
}

void check_known_columns(DataGroup const& settings)
{
    std::set<std::string_view> known{"setting", "position"};
    for_each_setting_field([&](auto const& field) { known.insert(field.name); });
    for (auto const& variable : settings.variables)
        if (!known.contains(variable.name))
            throw InvalidInput(fmt::format("the earlier run has a hyperparameter \"{}\" that this exahca does not know",
                                           variable.name),
                               "a newer exahca began it", "go on with that one, or start anew with --overwrite");
}

void add_truth(DataGroup& group, SimulationTruth const& truth, std::vector<std::string> const& benchmarks)
{
    auto const d = std::ssize(benchmarks), m = static_cast<std::int64_t>(truth.loadings.cols()),
               k = std::ssize(truth.domains);
    group.attributes = {{"design", truth.design}, {"seed", static_cast<std::int64_t>(truth.seed)}};
    group.add({"domain", {"domain"}, {k}, truth.domains, "", "base models of the simulation"});
    group.add({"benchmark", {"benchmark"}, {d}, benchmarks, "", "benchmarks"});
    group.add({"loadings",
               {"benchmark", "factor"},
               {d, m},
               row_major(truth.loadings),
               "percent",
               "G of the simulation, first factor of the causal order first"});
    group.add({"unmixing",
               {"level", "benchmark"},
               {m, d},
               row_major(truth.unmixing),
               "1",
               "H of the simulation: orthonormal rows, level 1 first"});
    std::vector<double> mixing;
    for (auto const& matrix : truth.mixing) {
        auto const values = row_major(matrix);
        mixing.insert(mixing.end(), values.begin(), values.end());
    }
    group.add({"mixing",
               {"domain", "level", "source"},
               {k, m, m},
               mixing,
               "1",
               "B_k^-1 of the simulation, upper triangular"});
}

} // namespace exahca
