#include "import_report.hpp"

#include "column_options.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/spelling.hpp"
#include "exahca/model/domain_names.hpp"
#include "exahca/model/screening.hpp"
#include "shell_words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <map>
#include <set>

namespace exahca {
namespace {

constexpr std::size_t most_listed = 8;

/// Lines of the report, indented by two.
class Lines
{
public:
    template <class... Parts>
    void add(fmt::format_string<Parts...> format, Parts&&... parts)
    {
        text_ += "  ";
        fmt::format_to(std::back_inserter(text_), format, std::forward<Parts>(parts)...);
        text_ += '\n';
    }
    [[nodiscard]] std::string const& text() const { return text_; }

private:
    std::string text_;
};

std::string rows_text(std::int64_t count) { return fmt::format("{} row{}", count, count == 1 ? "" : "s"); }

std::string name_of(ScoreMatrix const& matrix, Index column)
{
    return listed_name(matrix.benchmarks[static_cast<std::size_t>(column)]);
}

std::string names_of(ScoreMatrix const& matrix, std::vector<Index> const& columns)
{
    std::vector<std::string> names;
    for (auto const column : columns) names.push_back(name_of(matrix, column));
    return listed(names);
}

void add_readings(Lines& lines, CsvImportResult const& result)
{
    for (auto const& reading : result.readings) {
        lines.add("numbers in {} are written with {}: \"{}\" is read as {}{}", join_names(reading.columns, ", "),
                  reading.dress, reading.example, reading.value,
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
    constexpr std::size_t most_steps = 5;
    auto complete = report.all.complete;
    for (std::size_t i = 0; i < std::min(most_steps, report.removals.size()); ++i) {
        auto const& step = report.removals[i];
        if (step.complete < complete) break;
        complete = step.complete;
        lines.add("  leaving out {}{} keeps {} models with all of {} scores, of {}{}", i == 0 ? "" : "also ",
                  step.benchmark >= 0 ? name_of(matrix, step.benchmark) : "base model " + listed_name(step.domain),
                  step.complete, step.benchmarks, step.models,
                  step.missing == 0 ? "" : fmt::format(" ({} scores are missing still)", step.missing));
    }
    if (!was_dropped && !report.incomplete.empty())
        lines.add("  no model of {} has every score: what needs complete models (--estimator published, --noise span) "
                  "loses {}",
                  join_names(report.incomplete, ", "), report.incomplete.size() == 1 ? "it" : "them");
}

void add_vanished(Lines& lines, CsvImportResult const& result)
{
    for (auto const& [domain, rows] : result.vanished)
        lines.add("warning: base model {} is gone: {} left out", listed_name(domain),
                  rows == 1 ? std::string("its only row was") : fmt::format("all of its {} rows were", rows));
}

void add_out_of_range(Lines& lines, CsvImportResult const& result)
{
    if (result.scores_out_of_range == 0) return;
    auto const& matrix = result.matrix;
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        auto const column = matrix.scores.col(static_cast<Index>(j)).array();
        if (auto const outside = (column < 0 || column > 100).count(); outside > 0)
            parts.push_back(fmt::format("{} of {}", outside, name_of(matrix, static_cast<Index>(j))));
    }
    lines.add("scores below 0 or above 100: {}, kept ({})", result.scores_out_of_range, fmt::join(parts, ", "));
    if (parts.size() < matrix.benchmarks.size())
        lines.add("  if {} no scores, leave {} out with --exclude",
                  parts.size() == 1 ? "that column holds" : "such a column holds", "it");
}

void add_sentinels(Lines& lines, ScoreMatrix const& matrix, std::vector<SentinelHint> const& sentinels)
{
    std::vector<double> said;
    for (auto const& first : sentinels) {
        if (std::find(said.begin(), said.end(), first.value) != said.end()) continue;
        said.push_back(first.value);
        std::vector<std::string> places;
        for (auto const& hint : sentinels)
            if (hint.value == first.value)
                places.push_back(fmt::format("in {} {} (otherwise {} to {})", name_of(matrix, hint.column),
                                             hint.count == 1 ? "once" : fmt::format("{} times", hint.count), hint.least,
                                             hint.most));
        lines.add("warning: {} stands apart from all other scores, {}: if it means a missing score, import with --na "
                  "{}",
                  first.value, listed(places), first.value);
    }
}

char const* scale_name(ScaleKind kind)
{
    switch (kind) {
    case ScaleKind::unit:
        return "0 to 1";
    case ScaleKind::percent:
        return "0 to 100";
    case ScaleKind::standardised:
        return "standardised scores";
    case ScaleKind::other:
        break;
    }
    return "another scale";
}

void add_scales(Lines& lines, ScoreMatrix const& matrix, std::vector<ScaleGroup> const& scales)
{
    if (scales.size() < 2) return;
    std::vector<std::string> parts;
    for (auto const& group : scales)
        parts.push_back(fmt::format("{} {} {} and {} ({})", names_of(matrix, group.columns),
                                    group.columns.size() == 1 ? "lies between" : "lie between", group.least, group.most,
                                    scale_name(group.kind)));
    lines.add("warning: the columns are not on one scale: {}", fmt::join(parts, "; "));
    lines.add(
        "  the default likelihood brings them to one; --noise span, --estimator published, --screen SHARE and exahca "
        "domains take the numbers as they are. Angles between directions, and with them support, depend on the units, "
        "and effects are in points of each column");
}

void add_no_benchmarks(Lines& lines, ScoreMatrix const& matrix, std::vector<NoBenchmarkHint> const& hints)
{
    if (hints.empty()) return;
    std::vector<std::string> names;
    for (auto const& hint : hints) {
        lines.add("is this a benchmark? {}", describe(hint, matrix.benchmarks));
        names.push_back(matrix.benchmarks[static_cast<std::size_t>(hint.column)]);
    }
    lines.add("  what is none can be left out: --exclude {}", shell_word(join_names(names)));
}

void add_columns(Lines& lines, CsvImportResult const& result)
{
    for (auto const& unread : result.unread_columns)
        lines.add("warning: {} is not used: only {} of its {} cells can be read as numbers, and \"{}\" is none",
                  listed_name(unread.column), unread.readable, unread.filled, unread.example);
    if (!result.ignored_columns.empty()) lines.add("columns not used: {}", join_names(result.ignored_columns, ", "));
}

/// \param what  they count as: "base models"
void add_spellings(Lines& lines, std::vector<std::vector<std::string>> const& spellings, char const* what)
{
    if (spellings.empty()) return;
    std::vector<std::string> groups;
    for (std::size_t i = 0; i < std::min(most_listed, spellings.size()); ++i) {
        std::vector<std::string> quoted;
        for (auto const& name : spellings[i]) quoted.push_back(fmt::format("\"{}\"", visible_name(name)));
        groups.push_back(listed(quoted));
    }
    auto const more = spellings.size() - groups.size();
    lines.add("warning: {}{} differ only in how they are spelled (capital letters, spaces, dashes, _ or their Unicode) "
              "and count as different {}: spell them alike if they are one",
              fmt::join(groups, "; "), more == 0 ? "" : fmt::format("; and {} more such names", more), what);
}

/// What a search will say of the base models.
void add_domains(Lines& lines, CsvImportResult const& result, ImportFindings const& findings)
{
    add_spellings(lines, findings.spellings, "base models");
    if (findings.domains.empty()) {
        lines.add("warning: no model has a base model, and a search compares base models");
        lines.add("  name their column with --domain-column{}; or take them from another table (--domains-from-file "
                  "FILE), from a part of the models' names (--domain-pattern REGEX), or by the rule of the Open LLM "
                  "Leaderboard (--domain-rule open-llm)",
                  result.domain_candidates.empty()
                      ? std::string()
                      : fmt::format(" (perhaps {})", join_names(result.domain_candidates, ", ")));
        return;
    }
    if (findings.domains.size() == 1)
        lines.add("warning: there is one base model only, {}: a search compares base models and needs at least two",
                  listed_name(findings.domains[0].domain));
    std::vector<std::string> small;
    for (auto const& domain : findings.domains)
        if (domain.models < findings.fewest)
            small.push_back(fmt::format("{} {}", listed_name(domain.domain), domain.models));
    if (small.empty()) return;
    lines.add("base models with fewer than {} models, twice the number of benchmarks, are too small for a search: {}",
              findings.fewest, listed(small));
    if (findings.domains.size() >= 2 && findings.domains[1].models < findings.fewest)
        lines.add("warning: fewer than two base models are large enough: with {} benchmarks or fewer (--scores) two "
                  "would be",
                  findings.domains[1].models / 2);
}

/// Models whose name is that of a total or a mean, which stands above or below all others.
std::vector<std::string> rows_of_summaries(std::vector<std::string> const& models)
{
    static std::set<std::u32string> const words{U"total",  U"sum",     U"mean",      U"average", U"avg",
                                                U"median", U"overall", U"allmodels", U"sd",      U"std"};
    constexpr std::size_t ends = 3;
    std::vector<std::string> found;
    for (std::size_t i = 0; i < models.size(); ++i)
        if ((i < ends || i + ends >= models.size()) && words.contains(spelling_key(models[i])))
            found.push_back(models[i]);
    return found;
}

/// How the benchmarks vary within each of these base models.
std::vector<DomainSpread> spreads_of_domains(ScoreMatrix const& matrix, std::vector<std::string> const& names)
{
    std::unordered_map<std::string_view, std::vector<Index>> rows_of;
    for (Index i = 0; i < matrix.scores.rows(); ++i) {
        auto const& name = matrix.base_models[static_cast<std::size_t>(i)];
        if (!name.empty()) rows_of[name].push_back(i);
    }
    std::vector<DomainSpread> spreads;
    for (auto const& name : names) spreads.push_back(spread_of(name, matrix.scores, rows_of[name]));
    return spreads;
}

} // namespace

ImportFindings find_in_import(CsvImportResult const& result)
{
    auto const& matrix = result.matrix;
    ImportFindings findings;
    // What was counted before rows were dropped still holds where none was.
    findings.domains = result.rows_dropped == 0 ? result.missing.by_domain
                                                : count_scores_by_domain(matrix, no_bounds(matrix.scores.cols()));
    std::stable_sort(findings.domains.begin(), findings.domains.end(),
                     [](auto const& a, auto const& b) { return a.models > b.models; });
    std::vector<std::string> names;
    for (auto const& domain : findings.domains) names.push_back(domain.domain);
    findings.spellings = spelling_variants(names);
    findings.benchmark_spellings = spelling_variants(matrix.benchmarks);
    // To compare the names of very many models would take as long as to read them.
    constexpr std::size_t most_compared = 50'000;
    if (matrix.models.size() <= most_compared) findings.model_spellings = spelling_variants(matrix.models);
    findings.no_models = rows_of_summaries(matrix.models);
    findings.fewest = fewest_models(matrix.scores.cols());
    findings.defects = find_column_defects(spreads_of_domains(matrix, names));
    findings.sentinels = find_sentinels(matrix);
    findings.scales = group_by_scale(matrix.scores);
    for (auto& hint : find_no_benchmarks(matrix))
        if (std::none_of(findings.defects.begin(), findings.defects.end(),
                         [&](auto const& defect) { return defect.domain.empty() && defect.column == hint.column; }))
            findings.no_benchmarks.push_back(std::move(hint));
    return findings;
}

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
    if (result.repeated_entries > 0)
        lines.add("scores of a model and a benchmark that had one already: {} ({})", result.repeated_entries,
                  result.notes.empty() ? "their mean is taken" : "the latest counts");
    add_readings(lines, result);
    if (result.rows_dropped > 0) lines.add("dropped for missing scores: {}", rows_text(result.rows_dropped));
    constexpr std::size_t most_examples = 3;
    for (std::size_t i = 0; i < std::min(most_examples, result.dropped_examples.size()); ++i)
        lines.add("  {}", result.dropped_examples[i]);
    if (result.rows_without_scores > 0)
        lines.add("dropped for having no score at all: {}", rows_text(result.rows_without_scores));
    add_missing(lines, result, result.rows_dropped > 0);
    add_vanished(lines, result);
    if (result.rows_without_domain > 0 && !findings.domains.empty())
        lines.add("without a base model: {}, kept, in no domain", rows_text(result.rows_without_domain));
    if (result.repeated_models > 0) lines.add("repeated model names: {}, kept", rows_text(result.repeated_models));
    add_out_of_range(lines, result);
    add_sentinels(lines, matrix, findings.sentinels);
    for (auto const& line : bound_lines(matrix)) lines.add("{}", line);
    add_scales(lines, matrix, findings.scales);
    add_no_benchmarks(lines, matrix, findings.no_benchmarks);
    add_columns(lines, result);
    if (!findings.no_models.empty())
        lines.add("is this a model? {} sums up the others, by its name: if so, take its row out of the table",
                  join_names(findings.no_models, ", "));
    add_spellings(lines, findings.benchmark_spellings, "benchmarks");
    add_spellings(lines, findings.model_spellings, "models");
    add_domains(lines, result, findings);
    return fmt::format("{}: {} models, {} benchmarks ({}), {} base model{}\n{}", files.output, matrix.models.size(),
                       matrix.benchmarks.size(), join_names(matrix.benchmarks, ", "), findings.domains.size(),
                       findings.domains.size() == 1 ? "" : "s", lines.text());
}

} // namespace exahca
