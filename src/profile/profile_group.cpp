#include "exahca/profile/profile_group.hpp"

#include "exahca/core/bytes.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/hash_text.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/results/coordinates.hpp"
#include "exahca/results/results.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace exahca {
namespace {

constexpr auto group_name = "models";
constexpr auto source_name = "fingerprint";

/// The profiles of one setting; null where there are none.
DataGroup const* profiles_of(DataGroup const& profiles, std::string const& setting)
{
    for (auto const& [name, group] : profiles.groups) // names may hold what a path cannot
        if (name == setting) return &group;
    return nullptr;
}

/// Values of every model, in row-major order.
template <class T>
std::vector<T> gathered(std::span<ProfiledModel const> models, std::size_t columns,
                        std::function<T(ProfiledModel const&, std::size_t)> const& value)
{
    std::vector<T> values;
    values.reserve(models.size() * columns);
    for (auto const& model : models)
        for (std::size_t j = 0; j < columns; ++j) values.push_back(value(model, j));
    return values;
}

/// Adds variables whose first dimension is the model.
class ModelTable
{
public:
    ModelTable(DataGroup& group, std::span<ProfiledModel const> models) : group_(group), models_(models) {}

    template <class T>
    void add(char const* name, std::function<T(ProfiledModel const&)> const& value, char const* units, char const* text)
    {
        auto values = gathered<T>(models_, 1, [&](auto const& model, std::size_t) { return value(model); });
        group_.add({name, {"model"}, {std::ssize(models_)}, std::move(values), units, text});
    }
    void add(char const* name, char const* dimension, std::size_t columns,
             std::function<double(ProfiledModel const&, std::size_t)> const& value, char const* units, char const* text)
    {
        group_.add({name,
                    {"model", dimension},
                    {std::ssize(models_), static_cast<std::int64_t>(columns)},
                    gathered<double>(models_, columns, value),
                    units,
                    text});
    }

private:
    DataGroup& group_;
    std::span<ProfiledModel const> models_;
};

void add_names(DataGroup& group, char const* name, char const* dimension, std::vector<std::string> names,
               char const* text)
{
    auto const count = std::ssize(names);
    group.add({name, {dimension}, {count}, std::move(names), "", text});
}

void add_coordinates(DataGroup& group, StoredModel const& model, std::span<ProfiledModel const> models)
{
    ModelTable(group, models)
        .add<std::string>(
            "model", [](auto const& m) { return m.name; }, "", "models of the setting's base models");
    group.add(index_coordinate("factor", model.factors(), 1, "factor, in causal order"));
    add_names(group, "benchmark", "benchmark", model.benchmarks, "benchmarks");
    add_names(group, "domain", "domain", model.setting.domains, "base models of this setting");
}

/// Which models these are.
void add_facts(DataGroup& group, StoredModel const& model, std::span<ProfiledModel const> models)
{
    ModelTable table(group, models);
    table.add<std::string>(
        "base_model", [&](auto const& m) { return model.setting.domains[m.domain]; }, "", "base model of each model");
    table.add<std::int32_t>(
        "score_row", [](auto const& m) { return static_cast<std::int32_t>(m.row); }, "1",
        "row of the model in the score file, from 0");
    table.add<std::int8_t>(
        "fitted", [](auto const& m) { return std::int8_t{m.fitted}; }, "1",
        "whether the fit used the model: screening leaves models out");
    table.add<std::int32_t>(
        "known_scores", [](auto const& m) { return static_cast<std::int32_t>(m.profile.known); }, "1",
        "scores that the model has, those cut off included");
}

/// Where they stand: factors less the mean of their own domain, and that mean, in points of the naming benchmarks.
void add_factors(DataGroup& group, StoredModel const& model, std::span<ProfiledModel const> models)
{
    auto const factors = static_cast<std::size_t>(model.factors());
    ModelTable table(group, models);
    auto const add = [&](char const* name, double FactorPosition::*member, char const* text) {
        table.add(
            name, "factor", factors, [&](auto const& m, std::size_t i) { return m.profile.factors[i].*member; },
            "percent", text);
    };
    add("capability", &FactorPosition::mean,
        "posterior mean of each factor, points of the benchmark that names it above the base model's mean");
    add("capability_low", &FactorPosition::low, "lower end of its central 90 % interval");
    add("capability_high", &FactorPosition::high, "upper end of its central 90 % interval");
    add("percentile", &FactorPosition::percentile,
        "share of the base model's models that the fit has below capability");
    add("percentile_low", &FactorPosition::percentile_low, "the same below capability_low");
    add("percentile_high", &FactorPosition::percentile_high, "the same below capability_high");
    Matrix const means = factor_means(model);
    std::vector<double> rows;
    for (auto const& row : means.rowwise()) rows.insert(rows.end(), row.begin(), row.end());
    group.add({"base_mean",
               {"domain", "factor"},
               {means.rows(), means.cols()},
               std::move(rows),
               "percent",
               "mean of each factor: added to capability it compares models of different base models"});
    std::vector<std::string> labels;
    for (Index const label : model.labels) labels.push_back(model.benchmarks[static_cast<std::size_t>(label)]);
    add_names(group, "factor_benchmark", "factor", std::move(labels), "benchmark that names each factor");
}

/// Their scores, and what the other scores of the same model say of each.
void add_scores(DataGroup& group, StoredModel const& model, std::span<ProfiledModel const> models)
{
    auto const d = model.benchmarks.size();
    ModelTable table(group, models);
    table.add(
        "score", "benchmark", d, [](auto const& m, std::size_t j) { return m.scores[j]; }, "percent",
        "scores that were fitted");
    table.add(
        "expected", "benchmark", d, [](auto const& m, std::size_t j) { return m.profile.surprises[j].expected; },
        "percent", "mean of each score given the others of its model; missing for scores that are missing or cut off");
    table.add(
        "deviations", "benchmark", d, [](auto const& m, std::size_t j) { return m.profile.surprises[j].deviations; },
        "1", "where the score stands in that distribution: standard normal where the model holds");
}

DataGroup profile_group(StoredModel const& model, std::span<ProfiledModel const> models, std::string const& scores)
{
    DataGroup group;
    group.attributes.emplace_back(source_name, profile_source(model, scores));
    add_coordinates(group, model, models);
    add_facts(group, model, models);
    add_factors(group, model, models);
    add_scores(group, model, models);
    return group;
}

/// Puts the profiles of a setting where the order of settings has them.
void place(DataGroup& results, std::string const& setting, DataGroup group)
{
    auto& profiles = results.group(group_name);
    std::vector<NamedGroup> ordered;
    for (auto const& name : stored_setting_names(results)) {
        if (name == setting)
            ordered.push_back({name, std::move(group)});
        else if (auto const* there = profiles_of(profiles, name))
            ordered.push_back({name, *there});
    }
    profiles.groups = std::move(ordered);
}

/// Digits of a group's attribute; empty where there are none.
std::string source_of(DataGroup const& group)
{
    auto const* value = group.find_attribute(source_name);
    auto const* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string{} : *text;
}

/// What profiles of a setting would be made of; empty where its fit cannot be asked, which is no reason to lose the
/// results that hold it.
std::string source_now(DataGroup const& results, std::string const& setting)
{
    try {
        return profile_source(read_stored_model(results, setting), fitted_fingerprint(results));
    } catch (InvalidInput const&) {
        return {};
    }
}

void put(ByteWriter& bytes, Matrix const& matrix)
{
    bytes.put(static_cast<std::int64_t>(matrix.rows()));
    bytes.put_span(std::span<double const>(matrix.data(), static_cast<std::size_t>(matrix.size())));
}

void put(ByteWriter& bytes, std::vector<std::string> const& names)
{
    bytes.put(static_cast<std::int64_t>(names.size()));
    for (auto const& name : names) bytes.put_string(name);
}

/// Columns of a stored table, one value or one row of values per model.
class StoredTable
{
public:
    StoredTable(DataGroup const& group, std::string const& setting) : group_(group), setting_(setting) {}

    [[nodiscard]] std::size_t models() const { return group_.strings("model").size(); }
    [[nodiscard]] StoredValues<double> reals(char const* name, std::size_t columns) const
    {
        auto values = group_.doubles(name);
        check(name, values.size(), columns);
        return values;
    }
    [[nodiscard]] StoredIntegers integers(char const* name) const
    {
        auto values = group_.integers(name);
        check(name, values.size(), 1);
        return values;
    }
    [[nodiscard]] StoredValues<std::string> texts(char const* name) const
    {
        auto values = group_.strings(name);
        check(name, values.size(), 1);
        return values;
    }

private:
    void check(char const* name, std::size_t size, std::size_t columns) const
    {
        if (size != models() * columns)
            throw InvalidInput(
                fmt::format("dataset \"{}\" of the profiles of setting {} has the wrong shape", name, setting_),
                fmt::format("it holds {} values, not {}", size, models() * columns),
                "store them again with exahca models --store");
    }

    DataGroup const& group_;
    std::string const& setting_;
};

} // namespace

std::string profile_source(StoredModel const& model, std::string const& scores)
{
    ByteWriter bytes;
    bytes.put_string(scores);
    bytes.put_string(model.name); // with the base models and how they are screened
    put(bytes, model.setting.domains);
    put(bytes, model.benchmarks);
    auto const& parameters = model.parameters;
    put(bytes, parameters.loadings);
    for (auto const* matrices : {&parameters.mixing, &parameters.shapes, &model.drifts}) {
        bytes.put(static_cast<std::int64_t>(matrices->size()));
        for (auto const& matrix : *matrices) put(bytes, matrix);
    }
    for (auto const* vectors : {&parameters.means, &parameters.known_noise}) {
        bytes.put(static_cast<std::int64_t>(vectors->size()));
        for (auto const& vector : *vectors) put(bytes, vector);
    }
    for (auto const* vector : {&parameters.log_psi, &parameters.log_scales, &model.bounds.floor, &model.bounds.ceiling})
        put(bytes, *vector);
    put(bytes, model.factor_weights);
    put(bytes, model.noise_covariance);
    for (auto const* columns : {&model.labels, &model.kept_columns})
        for (Index const column : *columns) bytes.put(static_cast<std::int64_t>(column));
    for (Index k = 0; k < model.unknown.rows(); ++k)
        for (Index j = 0; j < model.unknown.cols(); ++j) bytes.put(model.unknown(k, j));
    auto const message = bytes.take();
    return hash128_text({reinterpret_cast<char const*>(message.data()), message.size()});
}

void store_profiles(DataGroup& results, StoredModel const& model, std::span<ProfiledModel const> models)
{
    place(results, model.name, profile_group(model, models, fitted_fingerprint(results)));
}

std::vector<std::string> settings_with_profiles(DataGroup const& results)
{
    std::vector<std::string> names;
    auto const* profiles = results.find_group(group_name);
    if (profiles == nullptr) return names;
    for (auto const& name : settings_with_model(results))
        if (profiles_of(*profiles, name) != nullptr) names.push_back(name);
    return names;
}

std::vector<ProfiledModel> read_profiles(DataGroup const& results, StoredModel const& model)
{
    StoredTable const table(*profiles_of(*results.find_group(group_name), model.name), model.name);
    auto const m = static_cast<std::size_t>(model.factors()), d = model.benchmarks.size();
    auto const names = table.texts("model"), base_models = table.texts("base_model");
    auto const rows = table.integers("score_row"), fitted = table.integers("fitted"),
               known = table.integers("known_scores");
    auto const mean = table.reals("capability", m), low = table.reals("capability_low", m),
               high = table.reals("capability_high", m), percentile = table.reals("percentile", m),
               percentile_low = table.reals("percentile_low", m), percentile_high = table.reals("percentile_high", m);
    auto const scores = table.reals("score", d), expected = table.reals("expected", d),
               deviations = table.reals("deviations", d);
    std::vector<ProfiledModel> models;
    for (std::size_t i = 0; i < names.size(); ++i) {
        ProfiledModel one{names[i], model.domain(base_models[i]), fitted[i] == 1, {}, {}, rows[i]};
        one.profile.known = known[i];
        for (std::size_t j = i * m; j < (i + 1) * m; ++j)
            one.profile.factors.push_back(
                {mean[j], low[j], high[j], percentile[j], percentile_low[j], percentile_high[j]});
        for (std::size_t j = i * d; j < (i + 1) * d; ++j) {
            one.scores.push_back(scores[j]);
            one.profile.surprises.push_back({expected[j], deviations[j]});
        }
        models.push_back(std::move(one));
    }
    return models;
}

std::vector<std::string> keep_profiles(DataGroup const& profiles, DataGroup& results)
{
    auto const fitted = settings_with_model(results), there = settings_with_profiles(results);
    auto const holds = [](std::vector<std::string> const& names, std::string const& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    std::vector<std::string> changed;
    for (auto const& [name, group] : profiles.groups) {
        if (holds(there, name)) continue;
        auto const source = holds(fitted, name) ? source_now(results, name) : std::string{};
        if (!source.empty() && source_of(group) == source)
            place(results, name, group);
        else
            changed.push_back(name);
    }
    return changed;
}

std::string changed_profiles_text(std::vector<std::string> const& settings, std::string const& file)
{
    return fmt::format(
        "Profiles of models that were stored are left out, since the fit or its resamples are others now "
        "({}): exahca models {} --store makes new ones",
        join_names(settings, ", "), file);
}

} // namespace exahca
