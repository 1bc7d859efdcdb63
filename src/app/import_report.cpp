#include "import_report.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/read/words.hpp"
#include "import_lines.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>

namespace exahca {
namespace {

void add_readings(Lines& lines, CsvImportResult const& result)
{
    for (auto const& reading : result.readings) {
        lines.add("numbers in {} are written with {}: \"{}\" is read as {}{}", join_names(reading.columns, ", "),
                  reading.dress, reading.example, fmt::format("{:.10g}", reading.value),
                  reading.is_ambiguous ? "; if not, say so with --decimal comma or --decimal point" : "");
    }
    if (result.missing_texts.empty()) return;
    std::vector<std::pair<std::int64_t, std::string>> texts;
    for (auto const& [text, count] : result.missing_texts) texts.emplace_back(-count, text);
    std::sort(texts.begin(), texts.end());
    std::vector<std::string> parts;
    for (auto const& [count, text] : texts) parts.push_back(fmt::format("\"{}\" {}", text, -count));
    lines.add("what stands for a missing score: {}", listed(parts));
}

/// Base models whose models miss scores of one benchmark, those that miss most first.
void add_missing_by_domain(Lines& lines, ScoreMatrix const& matrix, MissingReport const& report)
{
    if (report.by_domain.empty()) return;
    std::size_t shown = 0, all = 0;
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        if (report.all.missing[j] == 0 || ++all > most_listed) continue;
        ++shown;
        auto domains = report.by_domain;
        std::stable_sort(domains.begin(), domains.end(),
                         [j](auto const& a, auto const& b) { return a.missing[j] > b.missing[j]; });
        std::vector<std::string> parts;
        for (auto const& domain : domains)
            if (domain.missing[j] > 0)
                parts.push_back(
                    fmt::format("{} {} of {}", listed_name(domain.domain), domain.missing[j], domain.models));
        if (!parts.empty()) lines.add("  {} is missing: {}", name_of(matrix, static_cast<Index>(j)), listed(parts));
    }
    if (all > shown) lines.add("  and so are scores of {} more benchmarks", all - shown);
}

void add_missing(Lines& lines, CsvImportResult const& result, bool was_dropped)
{
    auto const& matrix = result.matrix;
    auto const& report = result.missing;
    if (report.all.complete == report.all.models) return;
    std::vector<std::string> columns;
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j)
        if (report.all.missing[j] > 0)
            columns.push_back(fmt::format("{} {}", name_of(matrix, static_cast<Index>(j)), report.all.missing[j]));
    lines.add("models that miss scores: {} of {} ({})", report.all.models - report.all.complete, report.all.models,
              fmt::join(columns, ", "));
    add_missing_by_domain(lines, matrix, report);
    // As long as it helps: with gaps here and there each further step takes more models away than it makes complete.
    constexpr int most_lines = 5;
    std::span<Removal const> const steps = report.removals;
    auto complete = report.all.complete;
    std::size_t told = 0; // steps before: one that completes no model leads to those that do
    int told_lines = 0;
    for (std::size_t i = 0; i < steps.size() && steps[i].complete >= complete && told_lines < most_lines; ++i) {
        complete = steps[i].complete;
        if (complete == 0) continue;
        lines.add("  leaving out {}{}", told == 0 ? "" : "also ",
                  describe(steps.subspan(told, i + 1 - told), matrix.benchmarks));
        told = i + 1;
        ++told_lines;
    }
    if (was_dropped) return;
    std::vector<std::string> few;
    for (auto const& domain : report.by_domain)
        if (domain.complete > 0 && 2 * domain.complete < domain.models)
            few.push_back(fmt::format("{} ({} of {})", listed_name(domain.domain), domain.complete, domain.models));
    if (!few.empty())
        lines.add("  fewer than half of the models of {} have every score: what needs complete models (--estimator "
                  "published, --noise span) loses the others",
                  listed(few));
    if (!report.incomplete.empty())
        lines.add("  no model of {} has every score: what needs complete models (--estimator published, --noise span) "
                  "loses {}",
                  join_names(report.incomplete, ", "), report.incomplete.size() == 1 ? "it" : "them");
}

/// Rows that were left out altogether.
void add_rows(Lines& lines, CsvImportResult const& result)
{
    if (result.rows_dropped > 0) lines.add("dropped for missing scores: {}", rows_text(result.rows_dropped));
    constexpr std::size_t most_examples = 3;
    for (std::size_t i = 0; i < std::min(most_examples, result.dropped_examples.size()); ++i)
        lines.add("  {}", result.dropped_examples[i]);
    if (result.rows_without_scores > 0)
        lines.add("dropped for having no score at all: {} ({}{})", rows_text(result.rows_without_scores),
                  join_names(result.examples_without_scores, ", "),
                  result.rows_without_scores > std::ssize(result.examples_without_scores) ? ", ..." : "");
}

void add_repeated_entries(Lines& lines, CsvImportResult const& result)
{
    if (result.repeated_entries == 0) return;
    auto const& apart = result.told_apart;
    lines.add("{}scores of a model and a benchmark that had one already: {} ({})",
              apart.columns.empty() ? "" : "warning: ", result.repeated_entries,
              result.latest_counts ? "the latest counts" : "their mean is taken");
    if (apart.columns.empty()) return;
    std::vector<std::string> names;
    for (auto const& column : apart.columns) names.push_back(listed_name(column));
    lines.add("  {} {} ({}): for a benchmark of each, --long {}",
              names.size() == 1 ? "column " + names.front() : "columns " + listed(names),
              names.size() == 1 ? "tells them apart" : "tell them apart together", join_names(apart.texts, ", "),
              shell_word(apart.long_columns));
}

} // namespace

std::string import_text(CsvImportResult const& result, ImportFindings const& findings, ImportFiles const& files)
{
    auto const& matrix = result.matrix;
    auto const input = files.input == "-" ? std::string("standard input") : files.input;
    Lines lines;
    if (result.entries >= 0)
        lines.add("read from {}: {} scores of {} models", input, result.entries, result.rows_read);
    else
        lines.add("read from {}: {} rows{}", input, result.rows_read,
                  result.delimiter == ',' ? std::string()
                                          : fmt::format(", fields separated by {}", delimiter_name(result.delimiter)));
    for (auto const& note : result.notes) lines.add("{}", note);
    add_repeated_entries(lines, result);
    add_readings(lines, result);
    add_rows(lines, result);
    add_missing(lines, result, result.rows_dropped > 0);
    add_model_lines(lines, result, findings);
    add_column_lines(lines, result, findings);
    add_domain_lines(lines, result, findings);
    return in_one_line(fmt::format("{}: {} models, {} benchmarks ({}), {} base model{}", files.output,
                                   matrix.models.size(), matrix.benchmarks.size(), join_names(matrix.benchmarks, ", "),
                                   findings.domains.size(), findings.domains.size() == 1 ? "" : "s")) +
           '\n' + lines.text();
}

} // namespace exahca
