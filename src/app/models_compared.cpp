#include "models_compared.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/model/base_rows.hpp"
#include "print_form.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <set>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// Which row of which domain.
struct Place
{
    std::size_t domain = 0; ///< of the setting
    Index row = 0;
};

/// A model that others are compared with.
struct Opponent
{
    std::string name;
    std::size_t domain = 0;
    Matrix scores; ///< one row
};

/// The rows of a name; the one that knows most scores first, ties in the order of the table.
std::vector<Place> rows_named(std::vector<AskedDomain> const& domains, std::string const& name)
{
    std::vector<std::pair<Index, Place>> found;
    for (std::size_t k = 0; k < domains.size(); ++k)
        for (std::size_t i = 0; i < domains[k].models.size(); ++i) {
            if (domains[k].models[i] != name) continue;
            auto const row = static_cast<Index>(i);
            found.push_back({domains[k].scores.row(row).array().isNaN().count(), {k, row}});
        }
    std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<Place> places;
    for (auto const& [missing, place] : found) places.push_back(place);
    return places;
}

Opponent opponent_at(std::vector<AskedDomain> const& domains, Place const& place)
{
    auto const& domain = domains[place.domain];
    return {domain.models[static_cast<std::size_t>(place.row)], domain.domain, domain.scores.row(place.row)};
}

std::string of_several(std::size_t rows, std::string const& name)
{
    return fmt::format("The table has {} rows of {}: the first of those that know most scores counts.", rows, name);
}

/// Base models that --base names, by domain.
std::map<std::size_t, std::string> named_bases(StoredInput const& input, Command::Values const& values)
{
    std::map<std::size_t, std::string> named;
    if (values.count("base") == 0) return named;
    for (auto const& text : values["base"].as<std::vector<std::string>>()) {
        auto const sign = text.find('=');
        if (sign == text.npos || sign == 0 || sign + 1 == text.size())
            throw UsageError(fmt::format("--base {} is malformed", text), {}, "write BASE=MODEL");
        named[input.model.domain(text.substr(0, sign))] = text.substr(sign + 1);
    }
    return named;
}

/// The base model of each domain, where the table has it; adds what is to be said to the notes.
std::vector<std::optional<Opponent>> find_bases(StoredInput const& input, Command::Values const& values,
                                                std::vector<AskedDomain> const& tables, std::vector<std::string>& notes)
{
    auto const named = named_bases(input, values);
    std::vector<std::optional<Opponent>> bases(tables.size());
    std::vector<std::string> absent, found;
    for (std::size_t k = 0; k < tables.size(); ++k) {
        auto const& domain = tables[k];
        auto const& name = input.model.setting.domains[domain.domain];
        std::set<std::string> names;
        if (auto const given = named.find(domain.domain); given != named.end())
            names.insert(given->second);
        else
            for (auto const i : base_rows(name, domain.models)) names.insert(domain.models[i]);
        if (names.empty()) {
            if (!domain.models.empty()) absent.push_back(name);
            continue;
        }
        if (names.size() > 1) {
            notes.push_back(fmt::format("{} are all named as {}: say which it is with --base.",
                                        join_names(std::vector(names.begin(), names.end()), ", "), name));
            continue;
        }
        auto const places = rows_named(tables, *names.begin());
        if (places.empty())
            throw InvalidInput(
                fmt::format("there is no model \"{}\" of the base models that were fitted", *names.begin()), {},
                "give its name as the score file has it");
        if (places.size() > 1) notes.push_back(of_several(places.size(), *names.begin()));
        bases[k] = opponent_at(tables, places.front());
        if (places.front().domain != k) // as --base may say
            notes.push_back(fmt::format("{} stands among the models of {}: those of {} are compared with a model of "
                                        "another base model.",
                                        bases[k]->name, input.model.setting.domains[bases[k]->domain], name));
        found.push_back(fmt::format("{} is {}", name, bases[k]->name));
    }
    if (!found.empty()) notes.insert(notes.begin(), fmt::format("Base models: {}.", fmt::join(found, ", ")));
    if (!absent.empty())
        notes.push_back(
            fmt::format("No model is named as its base model itself among those of {}: name it with --base.",
                        join_names(absent, ", ")));
    return bases;
}

Opponent find_named(StoredInput const& input, Command::Values const& values, std::vector<AskedDomain> const& tables,
                    std::vector<std::string>& notes)
{
    auto const name = values["against"].as<std::string>();
    auto const* domains = &tables;
    auto places = rows_named(tables, name);
    std::vector<AskedDomain> fitted;
    if (places.empty() && values.count("new") > 0) { // a new model against one that was fitted
        fitted = input.fitted_tables(values);
        places = rows_named(fitted, name);
        domains = &fitted;
    }
    if (places.empty())
        throw InvalidInput(fmt::format("there is no model \"{}\" of the base models that were fitted", name), {},
                           "give its name as the score file has it, or \"base\" or \"siblings\"");
    if (places.size() > 1) notes.push_back(of_several(places.size(), name));
    return opponent_at(*domains, places.front());
}

/// Compares every model that is asked about, except the opponents themselves.
/// \param opponents  by domain; none: the domain's models are not compared. Empty: with the medians
void add_comparisons(ModelComparer const& comparer, std::vector<AskedDomain> const& asked,
                     std::vector<std::optional<Opponent>> const& opponents, ComparisonReport& report)
{
    for (std::size_t k = 0; k < asked.size(); ++k) {
        auto const& domain = asked[k];
        std::optional<ModelPosterior> other;
        if (!opponents.empty()) {
            if (!opponents[k]) continue;
            comparer.visit(opponents[k]->domain, opponents[k]->scores,
                           [&](Index, ModelPosterior const& model) { other = model; });
        }
        std::vector<std::optional<ComparedModel>> compared(domain.models.size());
        comparer.visit(domain.domain, domain.scores, [&](Index row, ModelPosterior const& model) {
            auto const i = static_cast<std::size_t>(row);
            if (other && domain.models[i] == opponents[k]->name) return;
            compared[i] = {domain.models[i], domain.domain, other ? opponents[k]->name : "the median of its siblings",
                           other ? comparer.compare(model, *other) : comparer.compare_with_median(model)};
        });
        for (auto& model : compared)
            if (model) report.models.push_back(std::move(*model));
    }
}

} // namespace

std::size_t quantity_of(FitFacts const& fit, std::string const& option, std::string const& name)
{
    auto const names = quantity_names(fit);
    auto const found = std::find(names.begin(), names.end(), name == "all" ? names.back() : name);
    if (found == names.end())
        throw UsageError(fmt::format("{} {} is no capability and no benchmark", option, name),
                         fmt::format("they are {}", join_names(std::span(names).first(names.size() - 1), ", ")),
                         "give one of them, or all");
    return static_cast<std::size_t>(found - names.begin());
}

void add_comparison_options(Command::Options& options)
{
    options.add_options()("against", po::value<std::string>()->value_name("OTHER"),
                          "compare with the model OTHER, with the \"base\" models, or with the medians of the "
                          "\"siblings\"")("base", po::value<std::vector<std::string>>()->value_name("BASE=MODEL"),
                                          "the model that is the base model BASE itself; may be repeated")(
        "rank", po::value<std::string>()->value_name("QUANTITY"),
        "rank models by a capability (z1, ..), a benchmark's true score, or all benchmarks (all)");
    add_rate_option(options, "up to which a model is called better or worse");
}

void check_comparison_options(Command::Values const& values)
{
    (void)rate_option(values);
    if (values.count("against") > 0 && values.count("rank") > 0)
        throw UsageError("--against and --rank exclude each other");
    bool const against_base = values.count("against") > 0 && values["against"].as<std::string>() == "base";
    if (values.count("base") > 0 && !against_base)
        throw UsageError("--base goes with --against base", {}, "give both, or neither");
}

ComparisonReport compare_models(StoredInput const& input, Command::Values const& values,
                                CapabilityNames const& capabilities)
{
    auto const other = values["against"].as<std::string>();
    ComparisonReport report{fit_facts(input.model, capabilities), {}, {}, rate_option(values), {}};
    auto const tables = input.tables(values);
    std::vector<std::optional<Opponent>> opponents;
    if (other == "base") {
        report.others = "their base models";
        opponents = find_bases(input, values, tables, report.notes);
        if (std::none_of(opponents.begin(), opponents.end(), [](auto const& one) { return one.has_value(); }))
            throw InvalidInput("the table has no base model that could be told by its name", {},
                               "name it with --base BASE=MODEL, or compare with the siblings");
    } else if (other == "siblings")
        report.others = "the medians of their base models' models";
    else {
        report.others = other;
        opponents.assign(tables.size(), find_named(input, values, tables, report.notes));
    }
    ModelComparer const comparer(input.model);
    add_comparisons(comparer, input.asked(values), opponents, report);
    if (report.models.empty())
        throw InvalidInput("there is nothing to compare", "no model but what they are to be compared with is left",
                           "ask about other models with --model");
    std::vector<std::vector<Difference>*> all;
    for (auto& model : report.models) all.push_back(&model.differences);
    set_rates(all);
    return report;
}

} // namespace exahca
