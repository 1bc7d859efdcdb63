#include "io/import_finish.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/column_range.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace exahca::io {
namespace {

/// Keeps these rows, in their order.
void keep_rows(CsvImportResult& result, std::vector<Index> const& rows)
{
    auto& matrix = result.matrix;
    if (std::ssize(rows) == matrix.scores.rows()) return;
    for (auto& kept : result.kept)
        std::visit(
            [&](auto& values) {
                for (std::size_t i = 0; i < rows.size(); ++i) // a row never moves down
                    if (auto const from = static_cast<std::size_t>(rows[i]); from != i)
                        values[i] = std::move(values[from]);
                values.resize(rows.size());
            },
            kept.values);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const from = static_cast<std::size_t>(rows[i]);
        if (from == i) continue;
        matrix.models[i] = std::move(matrix.models[from]);
        matrix.base_models[i] = std::move(matrix.base_models[from]);
    }
    matrix.models.resize(rows.size());
    matrix.base_models.resize(rows.size());
    matrix.scores = Matrix(matrix.scores(rows, Eigen::all));
}

bool has_scores(Matrix const& scores, Index row)
{
    for (Index j = 0; j < scores.cols(); ++j)
        if (!std::isnan(scores(row, j))) return true;
    return false;
}

std::map<std::string, std::int64_t> domain_sizes(ScoreMatrix const& matrix)
{
    std::map<std::string, std::int64_t> sizes;
    for (auto const& name : matrix.base_models)
        if (!name.empty()) ++sizes[name];
    return sizes;
}

/// Hashes of the names that may be equal to others, with their rows. Two names fall on one of many more bits hardly
/// ever unless they are equal; a set of all names would take more memory than the scores, and to sort all hashes more
/// time than to read them.
std::vector<std::pair<std::size_t, std::size_t>> perhaps_repeated(std::vector<std::string> const& names)
{
    auto const bits = std::bit_ceil(std::max<std::size_t>(64, 16 * names.size()));
    std::vector<bool> once(bits), twice(bits);
    std::vector<std::size_t> hashes;
    hashes.reserve(names.size());
    for (auto const& name : names) {
        hashes.push_back(std::hash<std::string>()(name));
        auto const bit = hashes.back() & (bits - 1);
        if (once[bit])
            twice[bit] = true;
        else
            once[bit] = true;
    }
    std::vector<std::pair<std::size_t, std::size_t>> hashed; // hash, row
    for (std::size_t i = 0; i < names.size(); ++i)
        if (twice[hashes[i] & (bits - 1)]) hashed.emplace_back(hashes[i], i);
    std::sort(hashed.begin(), hashed.end());
    return hashed;
}

/// Rows whose name stands in an earlier row.
std::int64_t count_repeated(std::vector<std::string> const& names)
{
    auto const hashed = perhaps_repeated(names);
    std::int64_t repeated = 0;
    for (std::size_t begin = 0, end = 0; begin < hashed.size(); begin = end) {
        while (end < hashed.size() && hashed[end].first == hashed[begin].first) ++end;
        std::vector<std::string const*> different;
        for (auto i = begin; i < end; ++i) {
            auto const& name = names[hashed[i].second];
            if (std::any_of(different.begin(), different.end(), [&](auto const* known) { return *known == name; }))
                ++repeated;
            else
                different.push_back(&name);
        }
    }
    return repeated;
}

/// A benchmark without any score says nothing, and no estimator can do with one.
void check_columns(ScoreMatrix const& matrix, std::string const& name)
{
    std::vector<std::string> empty;
    for (Index j = 0; j < matrix.scores.cols(); ++j)
        if (matrix.scores.col(j).array().isNaN().all()) empty.push_back(matrix.benchmarks[static_cast<std::size_t>(j)]);
    if (!empty.empty())
        throw InvalidInput(fmt::format("{} has no score in column {}", name, join_names(empty, ", ")), {},
                           "name the other columns with --scores");
}

/// Nothing where all rows have some score, as they have where a benchmark misses none. Names the first that have not.
std::optional<std::vector<Index>> rows_with_scores(CsvImportResult& result)
{
    auto const& scores = result.matrix.scores;
    for (Index j = 0; j < scores.cols(); ++j)
        if (range_of(scores, j).missing == 0) return std::nullopt;
    constexpr std::size_t most_examples = 5;
    std::vector<Index> rows;
    for (Index i = 0; i < scores.rows(); ++i)
        if (has_scores(scores, i))
            rows.push_back(i);
        else if (result.examples_without_scores.size() < most_examples)
            result.examples_without_scores.push_back(result.matrix.models[static_cast<std::size_t>(i)]);
    return rows;
}

/// Of a table without any complete row.
std::string remedy_for_gaps(CsvImportResult const& result)
{
    auto const steps = steps_to_complete_models(result.missing);
    constexpr char const* way = "without --missing drop the import keeps them";
    if (steps.empty()) return fmt::format("{}, and tells which columns or base models to leave out", way);
    return fmt::format("leaving out {}; {}", describe(steps, result.matrix.benchmarks), way);
}

} // namespace

void finish_import(CsvImportResult& result, std::vector<RowState> const& states, MissingPolicy policy,
                   std::string const& name)
{
    auto& matrix = result.matrix;
    auto const with_scores = rows_with_scores(result);
    auto const without_scores = with_scores ? matrix.scores.rows() - std::ssize(*with_scores) : 0;
    // Where every row stays, so does every base model: a large table need not be looked through.
    bool const may_drop =
        without_scores > 0 || std::find(states.begin(), states.end(), RowState::dropped) != states.end();
    auto const before = may_drop ? domain_sizes(matrix) : std::map<std::string, std::int64_t>();
    (policy == MissingPolicy::drop ? result.rows_dropped : result.rows_without_scores) += without_scores;
    if (with_scores) keep_rows(result, *with_scores);
    auto const scored = matrix.scores.rows();
    result.missing = report_missing(matrix);
    if (policy == MissingPolicy::drop) {
        std::vector<Index> whole;
        for (Index i = 0; i < scored; ++i) {
            auto const row = with_scores ? (*with_scores)[static_cast<std::size_t>(i)] : i;
            if (states[static_cast<std::size_t>(row)] == RowState::usable) whole.push_back(i);
        }
        result.rows_dropped += scored - std::ssize(whole);
        keep_rows(result, whole);
    }
    if (matrix.models.empty())
        throw InvalidInput(fmt::format("{} has no usable rows", name),
                           fmt::format("{} were dropped{}", result.rows_dropped + result.rows_without_scores,
                                       scored == 0 ? "" : ", for each misses some score"),
                           scored == 0 ? "check the score columns" : remedy_for_gaps(result));
    check_columns(matrix, name);
    auto const after = may_drop ? domain_sizes(matrix) : before;
    for (auto const& [domain, size] : before) {
        auto const left = after.find(domain);
        auto const kept = left == after.end() ? 0 : left->second;
        if (2 * kept <= size && kept < size) result.losses.push_back({domain, size, kept});
    }
    result.repeated_models = count_repeated(matrix.models);
    result.rows_without_domain = std::count(matrix.base_models.begin(), matrix.base_models.end(), std::string());
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        auto const range = range_of(matrix.scores, j);
        if (range.least >= 0 && range.most <= 100) continue;
        auto const scores = matrix.scores.col(j).array();
        result.scores_out_of_range += (scores < 0 || scores > 100).count();
    }
}

void check_benchmark_codes(std::vector<BenchmarkCode> const& codes, CsvImportResult& result, std::string const& name)
{
    auto const& benchmarks = result.matrix.benchmarks;
    for (auto const& code : codes) {
        if (std::find(benchmarks.begin(), benchmarks.end(), code.benchmark) != benchmarks.end()) continue;
        auto const option = fmt::format("--na {}={:g}", code.benchmark, code.value);
        if (auto note = left_out_note(result, option, code.benchmark)) {
            result.notes.push_back(std::move(*note));
            continue;
        }
        throw UsageError(fmt::format("{}: {} has no such benchmark", option, name),
                         fmt::format("they are {}", join_names(benchmarks, ", ")), "use one of these names");
    }
}

bool is_benchmark_code(std::vector<BenchmarkCode> const& codes, std::string const& benchmark, double value)
{
    return std::any_of(codes.begin(), codes.end(),
                       [&](BenchmarkCode const& code) { return code.value == value && code.benchmark == benchmark; });
}

} // namespace exahca::io

namespace exahca {

std::optional<std::string> left_out_note(CsvImportResult const& result, std::string const& option,
                                         std::string const& name)
{
    auto const note = [&](std::string_view why) {
        return fmt::format("{} has no effect: {} is {}", option, listed_name(name), why);
    };
    for (auto const* const all : {&result.ignored_columns, &result.ignored_benchmarks})
        for (auto const& ignored : *all) {
            if (ignored.column != name) continue;
            if (ignored.reason == IgnoreReason::excluded) return note("left out by --exclude");
            if (ignored.reason == IgnoreReason::not_chosen) return note("not named by --scores");
            if (ignored.reason == IgnoreReason::tells_base_models) return note("read by --domain-rule");
        }
    auto const is_it = [&](KeptColumn const& kept) { return kept.name == name; };
    if (std::any_of(result.kept.begin(), result.kept.end(), is_it)) return note("kept beside the scores by --keep");
    return {};
}

} // namespace exahca
