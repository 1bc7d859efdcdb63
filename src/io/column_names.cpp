#include "io/column_names.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "exahca/core/spelling.hpp"
#include "io/markup.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace exahca::io {

std::string name_choices(std::span<std::string const> names, std::string const& wanted, char const* what)
{
    // A table on its side has a column for each model.
    constexpr std::size_t most_named = 30;
    auto text = fmt::format("its {} are: {}", what, join_names(names.first(std::min(most_named, names.size())), ", "));
    if (names.size() > most_named) text += fmt::format(" and {} more", names.size() - most_named);
    auto const key = spelling_key(wanted);
    for (auto const& name : names)
        if (name != wanted && !name.empty() && spelling_key(name) == key)
            text += fmt::format("; \"{}\" is spelled otherwise than \"{}\"", visible_name(name), visible_name(wanted));
    return text;
}

std::optional<std::string> benchmark_column(std::span<std::string const> header)
{
    static std::set<std::u32string> const called{
        U"dataset",   U"datasets",      U"benchmark",  U"benchmarks", U"task",        U"tasks",
        U"eval",      U"evals",         U"evaluation", U"metric",     U"evaluations", U"test",
        U"indicator", U"variable",      U"parameter",  U"analyte",    U"analyt",      U"key",
        U"subject",   U"benchmarkname", U"taskname",   U"datasetname"};
    std::optional<std::string> found;
    for (auto const& name : header) {
        auto const key = spelling_key(name);
        if (key.find(U"model") != key.npos) return {};
        if (!found && called.contains(key)) found = name;
    }
    return found;
}

std::optional<std::string> score_column(std::span<std::string const> header)
{
    static std::set<std::u32string> const called{U"value",  U"values", U"score",    U"scores", U"obsvalue",
                                                 U"result", U"wert",   U"ergebnis", U"valeur", U"valor"};
    auto const found = std::find_if(header.begin(), header.end(),
                                    [](auto const& name) { return called.contains(spelling_key(name)); });
    return found == header.end() ? std::nullopt : std::optional(*found);
}

std::string with_advice(std::string const& advice, std::string const& remedy)
{
    return advice.empty() ? remedy : fmt::format("{}, or {}", advice, remedy);
}

std::size_t join_lines(std::vector<std::string>& header)
{
    std::size_t changed = 0;
    for (auto& name : header) {
        constexpr char const* breaks = "\n\r\t\v\f";
        if (name.find_first_of(breaks) == name.npos) continue;
        ++changed;
        std::string joined;
        for (char const c : name) {
            bool const is_break = std::string_view(breaks).find(c) != std::string_view::npos;
            if (!is_break)
                joined += c;
            else if (!joined.empty() && joined.back() != ' ')
                joined += ' ';
        }
        while (joined.ends_with(' ')) joined.pop_back();
        name = std::move(joined);
    }
    return changed;
}

std::size_t find_column(std::vector<std::string> const& header, std::string const& wanted, std::string const& file,
                        std::string const& remedy)
{
    auto found = std::find(header.begin(), header.end(), wanted);
    if (found == header.end()) found = std::find(header.begin(), header.end(), header_text(wanted));
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
    // Lines that explain a table stand above its header.
    bool const is_comment = header[0].starts_with('#') && header[0] != "#";
    throw InvalidInput(fmt::format("{} has no column \"{}\"", file, wanted), name_choices(header, wanted, "columns"),
                       is_comment ? fmt::format("take lines of comments out (grep -v '^#' {}), or {}", file, remedy)
                                  : remedy);
}

std::optional<std::size_t> find_other_spelling(std::vector<std::string> const& header, std::string const& wanted)
{
    auto const key = spelling_key(wanted);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (header[i].empty() || spelling_key(header[i]) != key) continue;
        if (found) return {};
        found = i;
    }
    return found;
}

std::string other_spelling_note(char const* what, std::string const& column, std::string const& wanted)
{
    return fmt::format("{} are those of column {}, which is {} in another spelling", what, listed_name(column), wanted);
}

std::string unused_domains_note(std::vector<std::string> const& header, CsvImportOptions const& options)
{
    if (!options.domain_of_names) return {};
    auto const exact = std::find(header.begin(), header.end(), options.domain_column);
    auto const other = exact != header.end()
                           ? static_cast<std::size_t>(exact - header.begin())
                           : find_other_spelling(header, options.domain_column).value_or(header.size());
    if (other == header.size()) return {};
    return fmt::format("base models are parts of the models' names, by --domain-pattern, and column {} is not used: "
                       "--domain-column {} takes them from there, with --domain-pattern a part of what stands there",
                       listed_name(header[other]), shell_word(join_names(std::vector{header[other]})));
}

void check_header(std::vector<std::string> const& header, std::string const& file)
{
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (header[i].empty()) continue;
        auto const [known, is_new] = first.emplace(header[i], i);
        if (!is_new)
            throw InvalidInput(fmt::format("{} has two columns \"{}\"", file, header[i]),
                               fmt::format("columns {} and {}", known->second + 1, i + 1), "rename one of them");
    }
}

} // namespace exahca::io
