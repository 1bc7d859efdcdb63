#include "import_lines.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/core/spelling.hpp"
#include "exahca/run/domain_sets.hpp"

#include <algorithm>
#include <fmt/ranges.h>
#include <span>
#include <utility>

namespace exahca {
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

namespace {

/// How base models can be found, where the table names none.
void add_ways_to_domains(Lines& lines, CsvImportResult const& result)
{
    lines.add("warning: no model has a base model, and a search compares base models (or other groups of models)");
    auto const& candidates = result.domain_candidates;
    if (!candidates.empty()) {
        auto const column = [](std::string const& name) { return shell_word(join_names(std::vector{name})); };
        std::vector<std::string> others;
        for (auto const& name : std::span(candidates).subspan(1)) others.push_back(listed_name(name));
        lines.add("  if column {} tells them, import again with --domain-column {}{}", listed_name(candidates[0]),
                  column(candidates[0]),
                  others.empty() ? std::string() : fmt::format("; it may be {}, too", listed(others)));
    }
    lines.add("  {} from another table (--domains-from-file FILE), from a part of the models' names "
              "(--domain-pattern REGEX), or by the rule of the Open LLM Leaderboard (--domain-rule open-llm)",
              candidates.empty() ? "name their column with --domain-column, or take them" : "otherwise take them");
    // Headings are blank beside their name; where texts stand for missing scores such rows are models.
    auto const& texts = result.missing_texts;
    bool const are_blank = std::all_of(texts.begin(), texts.end(), [](auto const& one) { return one.first.empty(); });
    if (result.rows_without_scores >= 2 && are_blank)
        lines.add(
            "  if the rows without any score ({}{}) are headings of groups, give the rows below each a column with "
            "its name",
            join_names(result.examples_without_scores, ", "),
            result.rows_without_scores > std::ssize(result.examples_without_scores) ? ", ..." : "");
}

/// Base models that lost half of their rows or more.
void add_losses(Lines& lines, CsvImportResult const& result)
{
    std::size_t told = 0;
    for (auto const& [domain, rows, left] : result.losses) {
        if (++told > most_listed) continue;
        if (left == 0)
            lines.add("warning: base model {} is gone: {} left out", listed_name(domain),
                      rows == 1 ? std::string("its only row was") : fmt::format("all of its {} rows were", rows));
        else
            lines.add("warning: base model {} keeps {} of its {} rows: the others were left out for missing scores",
                      listed_name(domain), left, rows);
    }
    if (told > most_listed) lines.add("  and so it is with {} more base models", told - most_listed);
}

/// Base models below the number of models that later commands ask for by default.
void add_default_limit(Lines& lines, ImportFindings const& findings)
{
    std::vector<std::string> below;
    for (auto const& domain : findings.domains)
        if (domain.models < usual_min_models && domain.models >= findings.fewest)
            below.push_back(fmt::format("{} {}", listed_name(domain.domain), domain.models));
    if (below.empty()) return;
    auto const above = std::count_if(findings.domains.begin(), findings.domains.end(),
                                     [](auto const& domain) { return domain.models >= usual_min_models; });
    lines.add("search, plan and domains take base models with at least {} models, {} of {} here, unless told otherwise "
              "(--min-models N, or --domains by name): {} {} fewer",
              usual_min_models, above, findings.domains.size(), listed(below), below.size() == 1 ? "has" : "have");
    if (above < 2 && findings.domains.size() >= 2 && findings.domains[1].models >= findings.fewest)
        lines.add(
            "  a search of this file needs --min-models {} or lower, for two base models at least{}",
            findings.domains[1].models,
            findings.domains[1].models < 2 * findings.fewest
                ? fmt::format("; what screening (--screen) leaves of them has to be {} models or more", findings.fewest)
                : std::string());
}

/// What it takes to tell the scores of a table apart that is long, perhaps.
void add_told_apart(Lines& lines, ImportFindings const& findings)
{
    auto const& apart = findings.long_told_apart;
    if (apart.columns.empty()) return;
    auto const named = [](std::vector<std::string> const& names) {
        std::vector<std::string> told;
        for (auto const& name : names) told.push_back(listed_name(name));
        return fmt::format("{} {}", names.size() == 1 ? "column" : "columns", listed(told));
    };
    auto const texts = join_names(apart.texts, ", ");
    if (findings.long_repetitions.size() == apart.columns.size()) {
        lines.add("  of scores that {} ({}) {} apart the mean is taken then; for a benchmark of each, --long {}",
                  named(apart.columns), texts, apart.columns.size() == 1 ? "tells" : "tell",
                  shell_word(apart.long_columns));
        return;
    }
    lines.add("  without {} ({}) a model would have several scores on a benchmark, of which the mean would be taken{}; "
              "leave out what is not a score with --exclude '* NAME'",
              named(apart.columns), texts,
              findings.long_repetitions.empty() ? std::string()
                                                : fmt::format(", as it is over {}", named(findings.long_repetitions)));
}

} // namespace

void add_model_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings)
{
    auto const& models = result.matrix.models;
    if (result.repeated_models > 0)
        lines.add("repeated model names: {}, kept ({}{})", rows_text(result.repeated_models),
                  fmt::join(findings.repeated_models, ", "),
                  result.repeated_models > std::ssize(findings.repeated_models) ? ", ..." : "");
    if (2 * result.repeated_models >= std::ssize(models) && !findings.perhaps_benchmarks &&
        !result.model_column.empty() && result.entries < 0)
        lines.add("warning: most rows repeat a name: if column {} names groups of models, import with --domain-column "
                  "{}, and name the models' own column with --model-column ('' where rows have no names)",
                  listed_name(result.model_column), shell_word(join_names(std::vector{result.model_column})));
    if (auto const& column = findings.perhaps_benchmarks)
        lines.add(
            "warning: is this a table with one score a line, of the benchmark in column {} (\"{}\")? Then import it "
            "with {}",
            listed_name(column->column), column->example, findings.other_shape);
    add_told_apart(lines, findings);
    for (auto const& [kind, what] :
         {std::pair{SummaryKind::name, "called like a sum, a mean or another fact of the columns"},
          std::pair{SummaryKind::mean, "the mean of the other rows (of all, or of its base model's) in every column"},
          std::pair{SummaryKind::sum, "the sum of the other rows (of all, or of its base model's) in every column"}}) {
        std::vector<std::string> names;
        for (auto const& row : findings.no_models)
            if (auto const& name = models[static_cast<std::size_t>(row.row)];
                row.kind == kind && std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
        if (names.empty()) continue;
        std::vector<std::string> told;
        for (auto const& name : names) told.push_back(listed_name(name));
        lines.add("warning: is this a model? {} {} {}: {} as {} unless left out with --exclude-models {}", listed(told),
                  names.size() == 1 ? "is" : "are each", what, names.size() == 1 ? "it counts" : "they count",
                  names.size() == 1 ? "one" : "models", shell_word(join_names(names)));
    }
    add_spellings(lines, findings.model_spellings, "models");
}

void add_domain_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings)
{
    add_losses(lines, result);
    add_spellings(lines, findings.spellings, "base models");
    if (findings.domains.empty()) {
        add_ways_to_domains(lines, result);
        return;
    }
    if (result.rows_without_domain > 0)
        lines.add("without a base model: {}, kept, but no search uses {} ({}{})", rows_text(result.rows_without_domain),
                  result.rows_without_domain == 1 ? "it" : "them", fmt::join(findings.without_domain, ", "),
                  result.rows_without_domain > std::ssize(findings.without_domain) ? ", ..." : "");
    if (!result.no_domain_texts.empty()) {
        std::vector<std::string> parts;
        for (auto const& [text, count] : result.no_domain_texts) parts.push_back(fmt::format("\"{}\" {}", text, count));
        lines.add("  what stands for no base model: {}; if one is called so, give it another name", listed(parts));
    }
    if (findings.perhaps_merged_cells)
        lines.add(
            "warning: each base model is named in one row only, with rows without one below it: if these were merged "
            "cells of a spreadsheet, fill the column down and import again");
    if (findings.domains.size() == 1)
        lines.add("warning: there is one base model only, {}: a search compares base models and needs at least two",
                  listed_name(findings.domains[0].domain));
    add_default_limit(lines, findings);
    std::vector<std::string> small;
    for (auto const& domain : findings.domains)
        if (domain.models < findings.fewest)
            small.push_back(fmt::format("{} {}", listed_name(domain.domain), domain.models));
    if (small.empty()) return;
    lines.add("base models with fewer than {} models, twice the number of benchmarks, are too small for a search: {}",
              findings.fewest, listed(small));
    // Fewer than two benchmarks are no way out.
    if (findings.domains.size() >= 2 && findings.domains[1].models < findings.fewest && findings.domains[1].models < 4)
        lines.add("warning: fewer than two base models are large enough, whatever benchmarks are chosen");
    else if (findings.domains.size() >= 2 && findings.domains[1].models < findings.fewest)
        lines.add("warning: fewer than two base models are large enough: with {} benchmarks or fewer (--scores) two "
                  "would be",
                  findings.domains[1].models / 2);
}

} // namespace exahca
