#include "import_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json counts_json(ScoreCounts const& counts, std::vector<std::string> const& benchmarks)
{
    Json missing = Json::object();
    for (std::size_t j = 0; j < benchmarks.size(); ++j)
        if (counts.missing[j] > 0) missing[benchmarks[j]] = counts.missing[j];
    return {{"models", counts.models}, {"complete", counts.complete}, {"missing", std::move(missing)}};
}

Json missing_json(CsvImportResult const& result)
{
    auto const& benchmarks = result.matrix.benchmarks;
    auto all = counts_json(result.missing.all, benchmarks);
    all["texts"] = result.missing_texts;
    auto domains = Json::object();
    for (auto const& domain : result.missing.by_domain) domains[domain.domain] = counts_json(domain, benchmarks);
    all["base_models"] = std::move(domains);
    auto steps = Json::array();
    for (auto const& step : result.missing.removals) {
        bool const is_benchmark = step.benchmark >= 0;
        steps.push_back({{is_benchmark ? "benchmark" : "base_model",
                          is_benchmark ? benchmarks[static_cast<std::size_t>(step.benchmark)] : step.domain},
                         {"models", step.models},
                         {"benchmarks", step.benchmarks},
                         {"complete", step.complete},
                         {"missing", step.missing}});
    }
    all["leave_out"] = std::move(steps);
    all["base_models_without_complete_model"] = result.missing.incomplete;
    auto vanished = Json::object(), losses = Json::object();
    for (auto const& [domain, rows, left] : result.losses) {
        if (left == 0) vanished[domain] = rows;
        losses[domain] = {{"rows", rows}, {"left", left}};
    }
    all["vanished_base_models"] = std::move(vanished);
    all["base_models_that_lost_half"] = std::move(losses);
    return all;
}

char const* kind_name(ScaleKind kind)
{
    switch (kind) {
    case ScaleKind::unit:
        return "unit";
    case ScaleKind::points:
        return "0_to_10";
    case ScaleKind::percent:
        return "percent";
    case ScaleKind::standardised:
        return "standardised";
    case ScaleKind::other:
        break;
    }
    return "other";
}

Json domains_json(std::string const& first, std::vector<std::string> const& more)
{
    auto names = Json::array();
    if (!first.empty()) names.push_back(first);
    for (auto const& name : more) names.push_back(name);
    return names;
}

char const* reason_name(IgnoreReason reason)
{
    switch (reason) {
    case IgnoreReason::unnamed:
        return "no name";
    case IgnoreReason::excluded:
        return "left out by --exclude";
    case IgnoreReason::not_chosen:
        return "not named by --scores";
    case IgnoreReason::tells_base_models:
        return "read by --domain-rule";
    case IgnoreReason::beside:
        return "beside those of --long";
    case IgnoreReason::empty:
        return "no score";
    case IgnoreReason::unread:
        return "cannot be read as numbers";
    case IgnoreReason::steps:
        return "words that may be steps of a scale";
    case IgnoreReason::text:
        break;
    }
    return "text";
}

Json ignored_json(std::vector<IgnoredColumn> const& all)
{
    auto columns = Json::array();
    for (auto const& ignored : all) {
        Json entry{{"name", ignored.column}, {"reason", reason_name(ignored.reason)}};
        if (!ignored.example.empty()) entry["example"] = ignored.example;
        if (!ignored.mixture.empty()) entry["mixture"] = ignored.mixture;
        columns.push_back(std::move(entry));
    }
    return columns;
}

Json kept_json(CsvImportResult const& result)
{
    auto columns = Json::array();
    for (auto const& kept : result.kept)
        columns.push_back({{"name", kept.name}, {"type", kept.is_number() ? "number" : "text"}});
    return columns;
}

Json no_models_json(CsvImportResult const& result, ImportFindings const& findings)
{
    auto names = Json::array();
    for (auto const& row : findings.no_models) names.push_back(result.matrix.models[static_cast<std::size_t>(row.row)]);
    return names;
}

Json columns_json(CsvImportResult const& result, ImportFindings const& findings)
{
    auto const& matrix = result.matrix;
    auto columns = Json::array();
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        auto const column = static_cast<Index>(j);
        Json entry{{"name", matrix.benchmarks[j]}};
        for (auto const& scale : findings.scales)
            if (std::find(scale.columns.begin(), scale.columns.end(), column) != scale.columns.end())
                entry["scale"] = kind_name(scale.kind);
        if (matrix.bounds) {
            entry["floor"] = number_or_null(matrix.bounds->floor[column]);
            entry["ceiling"] = number_or_null(matrix.bounds->ceiling[column]);
        }
        for (auto const& reading : result.readings)
            if (std::find(reading.columns.begin(), reading.columns.end(), matrix.benchmarks[j]) !=
                reading.columns.end())
                entry["written_with"] =
                    entry.contains("written_with")
                        ? fmt::format("{} and {}", entry["written_with"].get<std::string>(), reading.dress)
                        : reading.dress;
        for (auto const& hint : findings.sentinels)
            if (hint.column == column)
                entry["perhaps_missing"].push_back(
                    {{"value", hint.value}, {"count", hint.count}, {"or_end_of_scale", hint.may_be_end}});
        for (auto const& mixed : findings.mixed_scales)
            if (mixed.column == column)
                entry["perhaps_two_scales"] = {{"from_0_to_1", mixed.shares}, {"per_cent", mixed.others}};
        for (auto const& scale : findings.domain_scales)
            if (scale.column == column) entry["perhaps_other_unit_in"].push_back(findings.domains[scale.domain].domain);
        for (auto const& hint : findings.no_benchmarks)
            if (hint.column == column) entry["perhaps_no_benchmark"] = describe(hint, matrix.benchmarks);
        for (auto const& defect : findings.defects)
            if (defect.column == column)
                entry["defects"].push_back(
                    describe(join_domains({&defect, 1}).front(), matrix.benchmarks, findings.everywhere()));
        for (auto const& [flat, domain, more] : findings.flat)
            if (flat.column == column)
                entry["nearly_constant"] = {{"known", flat.known},
                                            {"equal", flat.equal},
                                            {"value", flat.value},
                                            {"base_models", domains_json(domain, more)}};
        columns.push_back(std::move(entry));
    }
    return columns;
}

} // namespace

std::string import_json(CsvImportResult const& result, ImportFindings const& findings, ImportFiles const& files)
{
    auto domains = Json::array();
    for (auto const& domain : findings.domains) {
        auto entry = counts_json(domain, result.matrix.benchmarks);
        entry["name"] = domain.domain;
        entry["large_enough"] = domain.models >= findings.fewest;
        domains.push_back(std::move(entry));
    }
    Json const report{
        {"output", files.output},
        {"input", files.input},
        {"delimiter", std::string(1, result.delimiter)},
        {"scores_repeated",
         {{"count", result.repeated_entries},
          {"taken", result.latest_counts ? "latest" : "mean"},
          {"column_that_tells_them_apart", fmt::format("{}", fmt::join(result.told_apart.columns, "+"))}}},
        {"perhaps_long_table_with_benchmarks_in",
         findings.perhaps_benchmarks ? Json(findings.perhaps_benchmarks->column) : Json()},
        {"perhaps_import_with", findings.other_shape.empty() ? Json() : Json(findings.other_shape)},
        {"notes", result.notes},
        {"models", result.matrix.models.size()},
        {"rows",
         {{"read", result.rows_read},
          {"excluded", result.rows_excluded},
          {"dropped", result.rows_dropped},
          {"without_scores", result.rows_without_scores},
          {"without_base_model", result.rows_without_domain},
          {"repeated_models", result.repeated_models}}},
        {"benchmarks", columns_json(result, findings)},
        {"base_models", std::move(domains)},
        {"fewest_models_of_a_base_model", findings.fewest},
        {"spellings_of_one_base_model", findings.spellings},
        {"spellings_of_one_benchmark", findings.benchmark_spellings},
        {"spellings_of_one_model", findings.model_spellings},
        {"perhaps_no_models", no_models_json(result, findings)},
        {"missing", missing_json(result)},
        {"columns_not_used", ignored_json(result.ignored_columns)},
        {"benchmarks_not_used", ignored_json(result.ignored_benchmarks)},
        {"columns_kept", kept_json(result)},
    };
    return report.dump(2) + "\n";
}

} // namespace exahca
