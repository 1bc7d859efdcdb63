#include "results_tables.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/results.hpp"

#include <algorithm>
#include <functional>

namespace exahca {
namespace {

std::int64_t length(auto const& container) { return static_cast<std::int64_t>(container.size()); }

template <class T>
using Getter = std::function<T(Setting const&)>;

template <class T>
void add_column(DataGroup& group, Experiment const& experiment, char const* name, char const* description,
                Getter<T> const& get)
{
    std::vector<T> values;
    for (auto const& setting : experiment.settings()) values.push_back(get(setting));
    auto const units = std::is_same_v<T, std::string> ? "" : "1";
    auto const count = length(values);
    group.add({name, {"setting"}, {count}, std::move(values), units, description});
}

void add_text(DataGroup& group, Experiment const& e, char const* name, char const* text, Getter<std::string> const& get)
{
    add_column<std::string>(group, e, name, text, get);
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

// Before limits were stored every search had this one.
constexpr double seconds_of_old_searches = 600;

std::vector<Setting> read_settings(DataGroup const& group)
{
    auto const& estimators = group.strings("estimator");
    auto const factors = group.integers("factors");
    auto const& screens = group.doubles("screen");
    auto const& contrasts = group.strings("contrast");
    auto const& tolerances = group.doubles("tolerance");
    auto const restarts = group.integers("restarts");
    auto const& objectives = group.strings("objective");
    auto const& densities = group.strings("density");
    auto const starts = group.integers("starts");
    auto const all_orders = group.integers("all_orders");
    auto const best = group.integers("best");
    auto tuples = std::vector<std::int64_t>(best.size(), usual_search_tuples);
    auto seconds = std::vector<double>(best.size(), seconds_of_old_searches);
    if (group.find("search_tuples") != nullptr) {
        tuples = group.integers("search_tuples");
        seconds = group.doubles("search_seconds");
    }
    auto const* domains = group.find("domains");
    auto const count = estimators.size();
    auto const columns = {factors.size(),    screens.size(),    contrasts.size(), tolerances.size(),
                          restarts.size(),   objectives.size(), densities.size(), starts.size(),
                          all_orders.size(), best.size(),       tuples.size(),    seconds.size()};
    bool const fits = std::all_of(columns.begin(), columns.end(), [&](auto size) { return size == count; });
    if (!fits || domains == nullptr || domains->shape.size() != 2 || domains->shape[0] != length(estimators))
        throw InvalidInput("the table of settings is not rectangular", "the file is damaged or of another kind");
    auto const& names = group.strings("domains");
    auto const width = static_cast<std::size_t>(domains->shape[1]);

    std::vector<Setting> settings(count);
    for (std::size_t s = 0; s < count; ++s) {
        for (std::size_t k = 0; k < width && !names[s * width + k].empty(); ++k)
            settings[s].domains.push_back(names[s * width + k]);
        settings[s].estimator = parse_estimator(estimators[s]);
        settings[s].factors = static_cast<int>(factors[s]);
        settings[s].screen = screens[s];
        settings[s].contrast = contrast_from_name(contrasts[s]);
        settings[s].tolerance = tolerances[s];
        settings[s].restarts = static_cast<int>(restarts[s]);
        settings[s].objective = parse_objective(objectives[s]);
        settings[s].density = parse_density(densities[s]);
        settings[s].starts = static_cast<int>(starts[s]);
        settings[s].all_orders = all_orders[s] != 0;
        settings[s].best = static_cast<int>(best[s]);
        settings[s].search_tuples = tuples[s];
        settings[s].search_seconds = seconds[s];
    }
    return settings;
}

} // namespace

void add_settings(DataGroup& group, Experiment const& experiment)
{
    auto const& counts = experiment.counts();
    group.attributes = {{"seed", static_cast<std::int64_t>(experiment.seed())},
                        {"bootstrap", counts.bootstrap},
                        {"parametric", counts.parametric},
                        {"placebo_rotation", counts.placebo_rotation},
                        {"placebo_gaussian", counts.placebo_gaussian},
                        {"no_control", counts.no_control},
                        {"nested", counts.nested},
                        {"influence", counts.influence}};
    add_text(group, experiment, "setting", "name of the setting, and of its groups", setting_name);
    std::size_t width = 0;
    for (auto const& setting : experiment.settings()) width = std::max(width, setting.domains.size());
    std::vector<std::string> domains;
    for (auto const& setting : experiment.settings())
        for (std::size_t k = 0; k < width; ++k)
            domains.push_back(k < setting.domains.size() ? setting.domains[k] : std::string{});
    group.add({"domains",
               {"setting", "position"},
               {length(experiment.settings()), static_cast<std::int64_t>(width)},
               domains,
               "",
               "base models of the setting, padded with empty names"});
    using Int = std::int32_t;
    add_text(group, experiment, "estimator", "published or joint",
             [](auto& s) { return std::string(to_string(s.estimator)); });
    add_column<Int>(group, experiment, "factors", "number of latent factors", [](auto& s) { return s.factors; });
    add_column<double>(group, experiment, "screen",
                       "share of the domain's median total below which rows are dropped; 0: off",
                       [](auto& s) { return s.screen; });
    add_text(group, experiment, "contrast", "contrast function of FastICA (published)",
             [](auto& s) { return std::string(name_of(s.contrast)); });
    add_column<double>(group, experiment, "tolerance", "tolerance of FastICA (published)",
                       [](auto& s) { return s.tolerance; });
    add_column<Int>(group, experiment, "restarts", "random starts of FastICA for the estimate (published)",
                    [](auto& s) { return s.restarts; });
    add_text(group, experiment, "objective", "objective of the search (published)",
             [](auto& s) { return std::string(to_string(s.objective)); });
    add_text(group, experiment, "density", "source density (joint)",
             [](auto& s) { return std::string(density_name(s.density)); });
    add_column<Int>(group, experiment, "starts", "starting orders (joint)", [](auto& s) { return s.starts; });
    add_column<std::int8_t>(group, experiment, "all_orders", "whether every candidate order was fitted (joint)",
                            [](auto& s) { return static_cast<std::int8_t>(s.all_orders); });
    add_column<Int>(group, experiment, "best", "orders listed", [](auto& s) { return s.best; });
    add_column<std::int64_t>(group, experiment, "search_tuples",
                             "effort of the search of one estimate, in tuples of rows; 0: until it is proven",
                             [](auto& s) { return s.search_tuples; });
    std::vector<double> seconds;
    for (auto const& setting : experiment.settings()) seconds.push_back(setting.search_seconds);
    group.add({"search_seconds",
               {"setting"},
               {length(experiment.settings())},
               seconds,
               "s",
               "longest search of one estimate, by the clock; 0: none"});
}

Experiment read_experiment(DataGroup const& results)
{
    auto const* settings = results.find_group("settings");
    auto const* input = results.find_group("input");
    if (settings == nullptr || input == nullptr)
        throw InvalidInput(settings == nullptr ? "there is no group /settings" : "there is no group /input",
                           "the file is incomplete or of another kind");
    ReplicateCounts counts;
    counts.bootstrap = integer_attribute(*settings, "bootstrap");
    counts.parametric = integer_attribute(*settings, "parametric");
    counts.placebo_rotation = integer_attribute(*settings, "placebo_rotation");
    counts.placebo_gaussian = integer_attribute(*settings, "placebo_gaussian");
    counts.no_control = integer_attribute(*settings, "no_control");
    if (settings->find_attribute("nested") != nullptr) counts.nested = integer_attribute(*settings, "nested");
    if (settings->find_attribute("influence") != nullptr) counts.influence = integer_attribute(*settings, "influence");
    auto const seed = static_cast<std::uint64_t>(integer_attribute(*settings, "seed"));
    return {read_settings(*settings), counts, seed, input->strings("benchmark")};
}

void add_truth(DataGroup& group, SimulationTruth const& truth, std::vector<std::string> const& benchmarks)
{
    auto const d = length(benchmarks), m = static_cast<std::int64_t>(truth.loadings.cols()), k = length(truth.domains);
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
