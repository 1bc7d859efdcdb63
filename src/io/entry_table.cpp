#include "io/entry_table.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_pattern.hpp"
#include "io/column_names.hpp"
#include "io/import_finish.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca::io {

std::size_t EntryTable::Names::place(std::string_view name)
{
    auto const [found, is_new] = places.try_emplace(std::string(name), names.size());
    if (is_new) names.emplace_back(name);
    return found->second;
}

std::size_t EntryTable::model(std::string_view name)
{
    auto const place = models_.place(name);
    domains_.resize(models_.names.size());
    return place;
}

std::size_t EntryTable::benchmark(std::string_view name) { return benchmarks_.place(name); }

void EntryTable::set_domain(std::size_t model, std::string const& domain, std::string const& place)
{
    auto& known = domains_[model];
    if (domain.empty() || known == domain) return;
    if (!known.empty())
        throw InvalidInput(fmt::format("{}: model {} has two base models", place, models_.names[model]),
                           fmt::format("{} and {}", known, domain), "give it one");
    known = domain;
}

std::vector<std::size_t> EntryTable::chosen_benchmarks(CsvImportOptions const& options, std::string const& name,
                                                       CsvImportResult& result) const
{
    auto const& names = benchmarks_.names;
    std::vector<bool> excluded(names.size());
    for (auto const& wanted : options.excluded) {
        bool const known = benchmarks_.places.contains(wanted);
        bool used = false;
        for (std::size_t j = 0; j < names.size(); ++j)
            if (names[j] == wanted || (!known && is_name_pattern(wanted) && fits_pattern(names[j], wanted)))
                excluded[j] = used = true;
        if (!used)
            throw InvalidInput(fmt::format("{} has no benchmark \"{}\"", name, wanted),
                               name_choices(names, wanted, "benchmarks"),
                               "give --exclude names, or patterns of names, that there are");
    }
    std::vector<std::size_t> chosen;
    for (auto const& wanted : options.score_columns) {
        auto const found = benchmarks_.places.find(wanted);
        if (found == benchmarks_.places.end())
            throw InvalidInput(fmt::format("{} has no benchmark \"{}\"", name, wanted),
                               name_choices(names, wanted, "benchmarks"), "name the right one with --scores");
        if (excluded[found->second] || std::find(chosen.begin(), chosen.end(), found->second) != chosen.end())
            throw UsageError(fmt::format("benchmark \"{}\" is named twice", wanted), {}, "name each benchmark once");
        chosen.push_back(found->second);
    }
    if (options.score_columns.empty())
        for (std::size_t j = 0; j < names.size(); ++j)
            if (!excluded[j]) chosen.push_back(j);
    for (std::size_t j = 0; j < names.size(); ++j)
        if (excluded[j] || std::find(chosen.begin(), chosen.end(), j) == chosen.end())
            result.ignored_benchmarks.push_back(
                {names[j], excluded[j] ? IgnoreReason::excluded : IgnoreReason::not_chosen});
    if (chosen.size() < 2)
        throw InvalidInput(fmt::format("{} has scores on {} benchmarks", name, chosen.size()),
                           "a hierarchy needs at least two", "name others with --scores A,B,...");
    return chosen;
}

std::int64_t EntryTable::fill(CsvImportResult& result, std::vector<std::size_t> const& chosen,
                              std::vector<BenchmarkCode> const& codes, Repeated repeated) const
{
    auto& matrix = result.matrix;
    constexpr auto nowhere = static_cast<Index>(-1);
    std::vector<Index> column_of(benchmarks_.names.size(), nowhere);
    for (std::size_t j = 0; j < chosen.size(); ++j) column_of[chosen[j]] = static_cast<Index>(j);
    auto const models = std::ssize(models_.names), count = std::ssize(chosen);
    matrix.scores = Matrix::Constant(models, count, std::nan(""));
    Eigen::MatrixXi times = Eigen::MatrixXi::Zero(models, count);
    std::int64_t again = 0;
    for (auto const& entry : entries_) {
        auto const column = column_of[entry.benchmark];
        if (column == nowhere || std::isnan(entry.score)) continue;
        if (!codes.empty() && is_benchmark_code(codes, benchmarks_.names[entry.benchmark], entry.score)) {
            ++result.missing_texts[fmt::format("{:g}", entry.score)];
            continue;
        }
        auto const row = static_cast<Index>(entry.model);
        auto& score = matrix.scores(row, column);
        int const earlier = times(row, column)++;
        again += earlier > 0 ? 1 : 0;
        if (earlier == 0 || repeated == Repeated::last)
            score = entry.score;
        else
            score = score * (earlier / (earlier + 1.0)) + entry.score / (earlier + 1.0); // the mean; no overflow
    }
    return again;
}

void EntryTable::finish(CsvImportResult& result, CsvImportOptions const& options, Repeated repeated,
                        std::string const& name) const
{
    // The matrix has a place for every pair: names of a column that is no name of a model would make a huge one.
    constexpr std::size_t most_places = std::size_t{1} << 31;
    auto const chosen = chosen_benchmarks(options, name, result);
    if (models_.names.size() > most_places / chosen.size())
        throw InvalidInput(fmt::format("{} would make a table of {} models and {} benchmarks", name,
                                       models_.names.size(), chosen.size()),
                           {}, "check which columns hold models and benchmarks");
    auto& matrix = result.matrix;
    for (auto const benchmark : chosen) matrix.benchmarks.push_back(benchmarks_.names[benchmark]);
    matrix.models = models_.names;
    matrix.base_models = domains_;
    result.entries = entries();
    result.rows_read = std::ssize(models_.names);
    check_benchmark_codes(options.benchmark_codes, result, name);
    result.repeated_entries = fill(result, chosen, options.benchmark_codes, repeated);
    result.latest_counts = repeated == Repeated::last;
    std::vector<RowState> states(models_.names.size(), RowState::usable);
    for (Index i = 0; i < matrix.scores.rows(); ++i)
        for (Index j = 0; j < matrix.scores.cols(); ++j) {
            if (!std::isnan(matrix.scores(i, j))) continue;
            if (options.missing == MissingPolicy::refuse)
                throw InvalidInput(fmt::format("{}: model {} has no score on {}", name,
                                               matrix.models[static_cast<std::size_t>(i)],
                                               matrix.benchmarks[static_cast<std::size_t>(j)]),
                                   {}, "fix it, or drop such models with --missing drop");
            states[static_cast<std::size_t>(i)] = RowState::dropped;
        }
    finish_import(result, states, options.missing, name);
}

} // namespace exahca::io
