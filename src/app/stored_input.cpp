#include "stored_input.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/read/words.hpp"
#include "results_input.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// The name of the score file that the user gives, or that the run was given; there or beside the results.
std::string score_path(Command::Values const& values, std::string const& path, DataGroup const& results)
{
    if (values.count("scores") > 0) return values["scores"].as<std::string>();
    auto const* provenance = results.find_group("provenance");
    if (provenance == nullptr || provenance->find_attribute("score_file") == nullptr)
        throw UsageError(fmt::format("{} does not name its score file", path), {}, "name it with --scores FILE");
    auto const stored = provenance->text_attribute("score_file");
    std::error_code error;
    if (std::filesystem::exists(stored, error)) return stored;
    auto const beside = std::filesystem::path(path).parent_path() / std::filesystem::path(stored).filename();
    if (std::filesystem::exists(beside, error)) return beside.string();
    throw InvalidInput(fmt::format("{} was computed from {}, which is not here", path, stored),
                       "results do not hold the scores", "name the score file with --scores FILE");
}

/// Columns of a table in the order of the fit's benchmarks; NaN where the table lacks one.
Matrix in_order_of(std::vector<std::string> const& benchmarks, ScoreMatrix const& matrix, std::string const& path)
{
    Matrix ordered = Matrix::Constant(matrix.scores.rows(), std::ssize(benchmarks), std::nan(""));
    bool any = false;
    for (std::size_t j = 0; j < benchmarks.size(); ++j) {
        auto const found = std::find(matrix.benchmarks.begin(), matrix.benchmarks.end(), benchmarks[j]);
        if (found == matrix.benchmarks.end()) continue;
        any = true;
        ordered.col(static_cast<Index>(j)) = matrix.scores.col(found - matrix.benchmarks.begin());
    }
    if (!any)
        throw InvalidInput(fmt::format("{} has none of the benchmarks that were fitted", path),
                           fmt::format("they are {}", join_names(benchmarks, ", ")), "name its columns so");
    return ordered;
}

} // namespace

ScoreMatrix read_any_scores(std::string const& path)
{
    if (path.ends_with(".h5") || path.ends_with(".hdf5")) return read_scores(path);
    return import_csv(path).matrix;
}

std::string chosen_setting(Command::Values const& values, std::string const& path,
                           std::vector<std::string> const& names, char const* what)
{
    if (values.count("setting") == 0) {
        if (names.size() == 1) return names.front();
        throw UsageError(fmt::format("{} has {}s of {} settings", path, what, names.size()), {},
                         fmt::format("name one with --setting: {}", join_names(names, ", ")));
    }
    auto const name = values["setting"].as<std::string>();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw UsageError(fmt::format("{} has no {} of a setting \"{}\"", path, what, name), {},
                         fmt::format("name one of these: {}", join_names(names, ", ")));
    return name;
}

void keep_models(std::vector<AskedDomain>& domains, std::vector<std::string> const& names)
{
    std::set<std::string> left(names.begin(), names.end());
    for (auto& domain : domains) {
        AskedDomain kept{domain.domain, {}, {}, {}, {}};
        std::vector<Index> rows;
        for (std::size_t i = 0; i < domain.models.size(); ++i) {
            if (std::find(names.begin(), names.end(), domain.models[i]) == names.end()) continue;
            left.erase(domain.models[i]);
            rows.push_back(static_cast<Index>(i));
            kept.models.push_back(domain.models[i]);
            kept.fitted.push_back(domain.fitted[i]);
            kept.rows.push_back(domain.rows[i]);
        }
        kept.scores = domain.scores(rows, Eigen::all);
        domain = std::move(kept);
    }
    if (!left.empty())
        throw InvalidInput(fmt::format("there is no model \"{}\" of the base models that were fitted", *left.begin()),
                           {}, "give its name as the score file has it");
}

void add_fit_options(Command::Options& options)
{
    options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
        "setting", po::value<std::string>()->value_name("NAME"), "setting whose fit to use, if the file has several")(
        "scores", po::value<std::string>()->value_name("FILE"),
        "score file that was fitted, if it is not where the search found it");
}

void add_stored_options(Command::Options& options)
{
    add_fit_options(options);
    options.add_options()("new", po::value<std::string>()->value_name("FILE"),
                          "use the models of this score file or CSV table, which were not fitted")(
        "model", po::value<std::vector<std::string>>()->value_name("NAME"), "only this model; may be repeated");
}

StoredInput::StoredInput(Command::Values const& values)
    : path(values["results"].as<std::string>()), results(read_results_file(path))
{
    auto const names = naming(path, [&] { return settings_with_model(results); });
    if (names.empty())
        throw InvalidInput(fmt::format("{} has no fitted model of noisy scores", path),
                           "joint searches with --noise aware store one", "search with these defaults");
    auto const name = chosen_setting(values, path, names, "fitted model");
    model = naming(path, [&] { return read_stored_model(results, name); });
}

ScoreMatrix StoredInput::read_fitted(Command::Values const& values) const
{
    auto const file = score_path(values, path, results);
    auto matrix = read_scores(file);
    if (fingerprint(matrix) != naming(path, [&] { return fitted_fingerprint(results); }))
        throw InvalidInput(fmt::format("{} is not the score file that {} was computed from", file, path),
                           "its names, scores or bounds are others",
                           "name that file with --scores, or ask about the models of this one with --new");
    return matrix;
}

std::vector<AskedDomain> StoredInput::domains_of(ScoreMatrix const& matrix, bool fitted) const
{
    std::vector<AskedDomain> asked;
    for (std::size_t k = 0; k < model.setting.domains.size(); ++k) {
        AskedDomain domain{k, {}, {}, {}, {}};
        std::vector<Index> rows;
        for (std::size_t i = 0; i < matrix.models.size(); ++i)
            if (matrix.base_models[i] == model.setting.domains[k]) {
                rows.push_back(static_cast<Index>(i));
                domain.models.push_back(matrix.models[i]);
            }
        domain.scores = matrix.scores(rows, Eigen::all);
        domain.rows = rows;
        domain.fitted.assign(rows.size(), false);
        if (fitted)
            for (auto const row : analysed_rows(model.setting, domain.scores))
                domain.fitted[static_cast<std::size_t>(row)] = true;
        asked.push_back(std::move(domain));
    }
    return asked;
}

namespace {

/// Models of a new table that nothing can be said of, on standard error: what asks is answered without them.
void say_left_out(std::string const& file, ScoreMatrix const& matrix, std::vector<std::string> const& fitted)
{
    std::map<std::string, std::int64_t> left; // by base model
    for (auto const& base : matrix.base_models)
        if (std::find(fitted.begin(), fitted.end(), base) == fitted.end()) ++left[base];
    if (left.empty()) return;
    constexpr std::size_t most_named = 10;
    std::int64_t count = 0;
    std::vector<std::string> names;
    for (auto const& [base, models] : left) {
        count += models;
        if (names.size() < most_named) names.push_back(fmt::format("{} ({})", base.empty() ? "none" : base, models));
    }
    if (left.size() > most_named) names.push_back(fmt::format("and {} more", left.size() - most_named));
    fmt::print(stderr, "exahca: warning: {}: {} left out, of base models that were not fitted: {}\n", file,
               counted(count, "model", "models"), fmt::join(names, ", "));
}

} // namespace

std::vector<AskedDomain> StoredInput::tables(Command::Values const& values) const
{
    if (values.count("new") == 0) return fitted_tables(values);
    auto const file = values["new"].as<std::string>();
    auto matrix = read_any_scores(file);
    matrix.scores = in_order_of(model.benchmarks, matrix, file);
    auto domains = domains_of(matrix, false);
    if (std::all_of(domains.begin(), domains.end(), [](auto const& domain) { return domain.models.empty(); }))
        throw InvalidInput(fmt::format("{} has no models of the base models that were fitted", file),
                           fmt::format("they are {}", join_names(model.setting.domains, ", ")),
                           "name them in its column base_model");
    say_left_out(file, matrix, model.setting.domains);
    return domains;
}

std::vector<AskedDomain> StoredInput::fitted_tables(Command::Values const& values) const
{
    return domains_of(read_fitted(values), true);
}

std::vector<AskedDomain> StoredInput::asked(Command::Values const& values) const
{
    auto domains = tables(values);
    if (values.count("model") > 0) keep_models(domains, values["model"].as<std::vector<std::string>>());
    return domains;
}

std::vector<KeptColumn> StoredInput::kept_columns(Command::Values const& values) const
{
    return read_kept_columns(score_path(values, path, results));
}

std::vector<Matrix> StoredInput::fitted_scores(Command::Values const& values) const
{
    std::vector<Matrix> scores;
    for (auto const& domain : fitted_tables(values)) {
        std::vector<Index> rows;
        for (std::size_t i = 0; i < domain.fitted.size(); ++i)
            if (domain.fitted[i]) rows.push_back(static_cast<Index>(i));
        scores.emplace_back(domain.scores(rows, Eigen::all));
    }
    return scores;
}

} // namespace exahca
