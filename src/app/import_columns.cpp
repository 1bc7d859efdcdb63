#include "import_lines.hpp"

#include "column_options.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/shell_words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/ranges.h>
#include <span>

namespace exahca {
namespace {

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

/// How --na names a code: with its benchmark where others have the number as a score. Zeros are scores elsewhere.
std::vector<std::string> na_options(ScoreMatrix const& matrix, double value, std::span<SentinelHint const> hints)
{
    std::vector<std::string> options;
    std::int64_t found = 0;
    for (auto const& hint : hints)
        if (hint.value == value) {
            found += hint.count;
            options.push_back("--na " + shell_word(fmt::format("{}={}", name_of(matrix, hint.column), value)));
        }
    bool const is_everywhere_a_code = value != 0 && (matrix.scores.array() == value).count() == found;
    if (is_everywhere_a_code) options = {fmt::format("--na {}", value)};
    return options;
}

std::string times(std::int64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

/// Codes of one sign that stand in the same benchmarks are a family: 97, 98 and 99.
std::vector<double> family_of(SentinelHint const& first, std::span<SentinelHint const> hints)
{
    std::vector<double> family{first.value};
    for (auto const& hint : hints)
        if (hint.column == first.column && hint.value * first.value > 0 && hint.value != first.value)
            family.push_back(hint.value);
    std::sort(family.begin(), family.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    return family;
}

/// "A 3 times (otherwise 1 to 5)", "A 97 once and 98 twice (otherwise 1 to 5)".
std::vector<std::string> places_of(ScoreMatrix const& matrix, std::vector<double> const& family,
                                   std::span<SentinelHint const> hints)
{
    std::vector<std::string> places;
    for (Index j = 0; j < matrix.scores.cols(); ++j) {
        std::vector<std::string> counts;
        SentinelHint last;
        for (double const value : family)
            for (auto const& hint : hints)
                if (hint.column == j && hint.value == value) {
                    last = hint;
                    counts.push_back(family.size() == 1 ? times(hint.count)
                                                        : fmt::format("{} {}", hint.value, times(hint.count)));
                }
        if (!counts.empty())
            places.push_back(fmt::format("in {} {} (otherwise {:.6g} to {:.6g})", name_of(matrix, j), listed(counts),
                                         last.least, last.most));
    }
    return places;
}

/// What a number that is no usual code may mean as well: the end of the scale of each benchmark that it stands apart
/// in.
std::string other_meaning(ScoreMatrix const& matrix, SentinelHint const& first, std::span<SentinelHint const> hints)
{
    bool const is_low = first.value < first.least;
    char const* const end = is_low ? "floor" : "ceiling";
    std::vector<std::string> options;
    for (auto const& hint : hints)
        if (hint.value == first.value && (hint.value < hint.least) == is_low)
            options.push_back(fmt::format("--{} {}", end,
                                          shell_word(fmt::format("{}={}", name_of(matrix, hint.column), hint.value))));
    return fmt::format("; if it is the {} score possible, with {}; until then no {} is stored",
                       is_low ? "lowest" : "highest", fmt::join(options, " "), end);
}

void add_sentinels(Lines& lines, ScoreMatrix const& matrix, std::vector<SentinelHint> const& sentinels)
{
    std::vector<double> said;
    for (auto const& first : sentinels) {
        auto family = family_of(first, sentinels);
        std::erase_if(family, [&](double value) { return std::find(said.begin(), said.end(), value) != said.end(); });
        if (std::find(family.begin(), family.end(), first.value) == family.end()) continue;
        said.insert(said.end(), family.begin(), family.end());
        std::vector<std::string> values, options;
        for (double const value : family) {
            values.push_back(fmt::format("{}", value));
            for (auto& option : na_options(matrix, value, sentinels)) options.push_back(std::move(option));
        }
        bool const is_one = family.size() == 1;
        lines.add("warning: {} {} apart from all other scores, {}: if {}{}, import with {}{}", listed(values),
                  is_one ? "stands" : "stand", listed(places_of(matrix, family, sentinels)),
                  is_one ? "it means a missing score" : "they stand for missing scores",
                  first.value == 0 ? " or a run that failed" : "", fmt::join(options, " "),
                  is_one && first.may_be_end ? other_meaning(matrix, first, sentinels) : std::string());
    }
}

void add_mixed_scales(Lines& lines, ScoreMatrix const& matrix, std::vector<MixedScale> const& mixed)
{
    for (auto const& one : mixed)
        lines.add(
            "warning: {} scores of {} are from {:g} to {:g} and the other {} from {:g} to {:g}: if some are shares "
            "and some per cent, write them alike and import again",
            one.shares, name_of(matrix, one.column), one.least_share, one.most_share, one.others, one.least_other,
            one.most_other);
}

void add_scales(Lines& lines, ScoreMatrix const& matrix, std::vector<ScaleGroup> const& scales)
{
    if (scales.size() < 2) return;
    lines.add("warning: {}", describe(scales, matrix.benchmarks));
    lines.add("  the default likelihood standardises them: only {}. --noise span, --estimator published, --screen "
              "SHARE and exahca domains take scores as they are: {}. Effects are in points of each column",
              what_units_decide(false), what_units_decide(true));
}

void add_no_benchmarks(Lines& lines, ScoreMatrix const& matrix, std::vector<NoBenchmarkHint> const& hints)
{
    if (hints.empty()) return;
    std::vector<std::string> names;
    for (auto const& hint : hints) {
        lines.add("is this a benchmark? {}", describe(hint, matrix.benchmarks));
        names.push_back(matrix.benchmarks[static_cast<std::size_t>(hint.column)]);
    }
    lines.add("  {} with --exclude {}", names.size() == 1 ? "if not, leave it out" : "leave out those that are not",
              shell_word(join_names(names)));
}

/// Benchmarks that are constant, or follow from others: no search can use them as they are.
void add_defects(Lines& lines, ScoreMatrix const& matrix, ImportFindings const& findings)
{
    constexpr std::size_t most = 10;
    auto const& defects = findings.defects;
    auto const joined = join_domains(defects);
    for (std::size_t i = 0; i < std::min(most, joined.size()); ++i)
        lines.add("warning: {}", describe(joined[i], matrix.benchmarks, findings.everywhere()));
    if (joined.size() > most) lines.add("and {} more of this kind", joined.size() - most);
    // By --exclude, which adds to what else is to be left out.
    std::vector<std::string> dropped = matrix.benchmarks;
    for (auto const column : columns_without(defects, std::ssize(matrix.benchmarks)))
        std::erase(dropped, matrix.benchmarks[static_cast<std::size_t>(column)]);
    if (!dropped.empty() && dropped.size() + 2 <= matrix.benchmarks.size())
        lines.add("{} of {} own: leave {} out with --exclude {}",
                  dropped.size() == 1 ? "it adds no dimension" : "they add no dimensions",
                  dropped.size() == 1 ? "its" : "their", dropped.size() == 1 ? "it" : "them",
                  shell_word(join_names(dropped)));
    auto const is_local = [](bool constant) {
        return [constant](ColumnDefect const& defect) {
            return !defect.domain.empty() && (defect.kind == ColumnDefectKind::constant) == constant &&
                   defect.kind != ColumnDefectKind::absent;
        };
    };
    if (std::any_of(defects.begin(), defects.end(), is_local(true)))
        lines.add("where a benchmark is constant within one base model, search takes its scores there for missing; "
                  "with --noise span it refuses the two together");
    if (std::any_of(defects.begin(), defects.end(), is_local(false)))
        lines.add("where a benchmark follows from others within one base model only, leave one of them out with "
                  "--exclude: search --noise span refuses, and --noise aware may take it for a factor");
}

/// Where too few models have every score to look for combinations of benchmarks, though the table has enough.
void add_not_looked_for(Lines& lines, CsvImportResult const& result, ImportFindings const& findings)
{
    auto const& all = result.missing.all;
    auto const needed = findings.fewest + std::max<std::int64_t>(1, std::ssize(findings.domains)) - 1;
    if (all.complete >= needed || all.models < needed) return;
    lines.add("averages and other combinations of benchmarks were looked for only where columns are called so: {} of "
              "{} models have every score, and to look among all columns takes {}",
              all.complete, all.models, needed);
}

/// Benchmarks that hardly vary: a search warns of them, too, but the table is where they can be left out.
void add_nearly_constant(Lines& lines, ScoreMatrix const& matrix, std::vector<FlatColumn> const& flat)
{
    if (flat.empty()) return;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < flat.size(); ++i) {
        auto const& [column, domain, more] = flat[i];
        auto const& name = matrix.benchmarks[static_cast<std::size_t>(column.column)];
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        if (i < most_listed)
            lines.add("warning: {}{}", describe(column, matrix.benchmarks, domain),
                      more.empty() ? std::string() : fmt::format(" (and so it is in {})", listed(more)));
    }
    if (flat.size() > most_listed) lines.add("and {} more of this kind", flat.size() - most_listed);
    lines.add("  what hardly varies says little of an order: --exclude {} leaves {} out", shell_word(join_names(names)),
              names.size() == 1 ? "it" : "them");
}

} // namespace

void add_column_lines(Lines& lines, CsvImportResult const& result, ImportFindings const& findings)
{
    auto const& matrix = result.matrix;
    if (matrix.benchmarks.size() > matrix.models.size())
        lines.add("warning: there are more benchmarks ({}) than models ({}){}", matrix.benchmarks.size(),
                  matrix.models.size(),
                  findings.other_shape.empty()
                      ? std::string()
                      : fmt::format(": if each column is a model, import with {}", findings.other_shape));
    add_out_of_range(lines, result);
    add_sentinels(lines, matrix, findings.sentinels);
    add_mixed_scales(lines, matrix, findings.mixed_scales);
    for (auto const& scale : findings.domain_scales)
        lines.add("warning: {}, and import again",
                  describe(scale, matrix.benchmarks[static_cast<std::size_t>(scale.column)],
                           findings.domains[scale.domain].domain));
    for (auto const& line : bound_lines(matrix)) lines.add("{}", line);
    add_scales(lines, matrix, findings.scales);
    add_no_benchmarks(lines, matrix, findings.no_benchmarks);
    add_ignored(lines, result);
    add_defects(lines, matrix, findings);
    add_not_looked_for(lines, result, findings);
    add_nearly_constant(lines, matrix, findings.flat);
    add_spellings(lines, findings.benchmark_spellings, "benchmarks");
}

} // namespace exahca
