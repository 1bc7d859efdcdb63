#include "import_lines.hpp"

#include "cell_kind.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/shell_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace exahca {
namespace {

/// "A, B": those that are not used for this reason. Empty where there is none.
std::string ignored_for(std::vector<IgnoredColumn> const& all, IgnoreReason reason)
{
    std::vector<std::string> names;
    for (auto const& ignored : all)
        if (ignored.reason == reason && (reason != IgnoreReason::unnamed || ignored.filled != 0))
            names.push_back(ignored.column);
    return join_names(names, ", ");
}

/// A separator behind the last field, or one that is written twice, makes columns of nothing.
void add_void_columns(Lines& lines, CsvImportResult const& result)
{
    auto const count = std::count_if(result.ignored_columns.begin(), result.ignored_columns.end(), [](auto const& one) {
        return one.reason == IgnoreReason::unnamed && one.filled == 0;
    });
    if (count > 0)
        lines.add("columns without name and content: {} ({} at the end of the rows, or written twice)", count,
                  delimiter_name(result.delimiter));
}

void add_kept(Lines& lines, CsvImportResult const& result)
{
    if (result.kept.empty()) return;
    std::vector<std::string> parts;
    for (auto const& kept : result.kept)
        parts.push_back(fmt::format("{} ({})", listed_name(kept.name), kept.is_number() ? "numbers" : "text"));
    lines.add("columns kept beside the scores: {}", fmt::join(parts, ", "));
}

/// Numbers below no name may be what a header has forgotten, or decimals that a comma has cut off. A first column
/// without a name numbers the rows.
void add_unnamed_numbers(Lines& lines, CsvImportResult const& result)
{
    std::vector<std::string> names;
    for (auto const& ignored : result.ignored_columns)
        if (ignored.reason == IgnoreReason::unnamed && ignored.column != "#1" && ignored.filled > 0 &&
            2 * ignored.unreadable < ignored.filled)
            names.push_back(ignored.column);
    if (names.empty()) return;
    lines.add("warning: {} {} numbers and {} no name: give {} in the header, if these are scores{}", listed(names),
              names.size() == 1 ? "holds" : "hold", names.size() == 1 ? "has" : "have",
              names.size() == 1 ? "it one" : "them some",
              result.delimiter == ','
                  ? "; where numbers have decimal commas, which cut them in two here, write the table "
                    "with other separators"
                  : "");
}

} // namespace

void add_ignored(Lines& lines, CsvImportResult const& result)
{
    constexpr std::size_t most_texts = 40;
    add_kept(lines, result);
    constexpr std::array told_apart{std::pair{CellKind::date, "dates"},
                                    std::pair{CellKind::season, "seasons"},
                                    std::pair{CellKind::hash, "hashes"},
                                    std::pair{CellKind::version, "versions"},
                                    std::pair{CellKind::identifier, "identifiers"},
                                    std::pair{CellKind::address, "addresses of the internet"}};
    std::vector<std::string> texts, steps, identifiers;
    std::array<std::vector<std::string>, told_apart.size()> no_scores;
    for (auto const& ignored : result.ignored_columns) {
        auto const name = listed_name(ignored.column);
        if (ignored.reason == IgnoreReason::text) texts.push_back(fmt::format("{} (\"{}\")", name, ignored.example));
        if (ignored.reason == IgnoreReason::steps) steps.push_back(fmt::format("{} (\"{}\")", name, ignored.example));
        if (ignored.reason != IgnoreReason::unread) continue;
        auto const kind = kind_of_cell(ignored.example);
        auto const what =
            std::find_if(told_apart.begin(), told_apart.end(), [kind](auto const& one) { return one.first == kind; });
        if (what != told_apart.end() && ignored.unreadable == ignored.filled) {
            no_scores[static_cast<std::size_t>(what - told_apart.begin())].push_back(
                fmt::format("{} (\"{}\")", name, ignored.example));
            if (kind == CellKind::identifier) identifiers.push_back(ignored.column);
            continue;
        }
        if (!ignored.mixture.empty()) {
            lines.add("warning: {} is not used, for its {} cells are written in two ways: {}", name, ignored.filled,
                      ignored.mixture);
            lines.add("  if it is a benchmark, write all of them alike, on one scale, and import again; if not, "
                      "--exclude {} says so",
                      shell_word(join_names(std::vector{ignored.column})));
            continue;
        }
        lines.add("warning: {} is not used: {} of its {} cells cannot be read as numbers, such as \"{}\"", name,
                  ignored.unreadable, ignored.filled, ignored.example);
        if (kind == CellKind::time) {
            lines.add("  its cells are times: write them in one unit, such as {} seconds for {}, and import again; if "
                      "it is not "
                      "a benchmark, --exclude {} says so",
                      in_seconds(ignored.example), ignored.example,
                      shell_word(join_names(std::vector{ignored.column})));
            continue;
        }
        if (kind == CellKind::two_numbers) {
            lines.add("  its cells hold two numbers each: make two columns of them, and import again; if it is not a "
                      "benchmark, "
                      "--exclude {} says so",
                      shell_word(join_names(std::vector{ignored.column})));
            continue;
        }
        lines.add(
            "  if it is a benchmark, write its scores like 60.03 or 60 %, say with --na what stands for a missing "
            "one, and import again; if not, --exclude {} says so",
            shell_word(join_names(std::vector{ignored.column})));
    }
    if (!steps.empty())
        lines.add("columns not used, of words that may be steps of a scale: {}; to use one, write each step as a "
                  "number, 1 for the lowest",
                  listed(steps, most_texts));
    for (std::size_t i = 0; i < told_apart.size(); ++i)
        if (!no_scores[i].empty())
            lines.add("columns not used, for they look like {}: {}", told_apart[i].second,
                      listed(no_scores[i], most_texts));
    if (!identifiers.empty())
        lines.add("  if a part of {} names a group of models, --domain-column {} --domain-pattern REGEX takes it",
                  identifiers.size() == 1 ? "it" : "one", shell_word(join_names(std::vector{identifiers.front()})));
    if (!texts.empty()) lines.add("columns not used, for they hold text: {}", listed(texts, most_texts));
    for (auto const& [reason, why] : {std::pair{IgnoreReason::excluded, "left out by --exclude"},
                                      std::pair{IgnoreReason::not_chosen, "not named by --scores"},
                                      std::pair{IgnoreReason::tells_base_models, "read by --domain-rule"},
                                      std::pair{IgnoreReason::beside, "beside those that --long names"},
                                      std::pair{IgnoreReason::unnamed, "without a name"}})
        for (auto const& [what, all] :
             {std::pair{"columns", &result.ignored_columns}, std::pair{"benchmarks", &result.ignored_benchmarks}})
            if (auto const names = ignored_for(*all, reason); !names.empty())
                lines.add("{} not used, {}: {}", what, why, names);
    if (auto const names = ignored_for(result.ignored_columns, IgnoreReason::empty); !names.empty())
        lines.add("columns without any score: {}", names);
    add_unnamed_numbers(lines, result);
    add_void_columns(lines, result);
}

} // namespace exahca
