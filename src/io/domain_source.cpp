#include "exahca/io/domain_source.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "io/csv_table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <regex>

namespace exahca {
namespace {

std::size_t find_column(io::CsvTable const& table, std::string const& file, std::string const& wanted,
                        char const* option)
{
    auto const found = std::find(table.header.begin(), table.header.end(), wanted);
    if (found == table.header.end())
        throw InvalidInput(fmt::format("{} has no column \"{}\"", file, wanted),
                           fmt::format("its columns are: {}", join_names(table.header, ", ")),
                           fmt::format("name the columns of both tables with {}", option));
    return static_cast<std::size_t>(found - table.header.begin());
}

} // namespace

std::map<std::string, std::string, std::less<>>
read_domain_table(std::string const& path, std::string const& model_column, std::string const& domain_column)
{
    auto const source = io::open_text(path);
    auto const name = io::input_name(path);
    auto const table = io::parse_csv(*source, name, io::detect_delimiter(*source, model_column));
    auto const model = find_column(table, name, model_column, "--model-column"),
               domain = find_column(table, name, domain_column, "--domain-column");
    std::map<std::string, std::string, std::less<>> domains;
    for (auto const& row : table.rows) {
        if (row.fields[domain].empty()) continue;
        auto const [known, is_new] = domains.emplace(row.fields[model], row.fields[domain]);
        if (!is_new && known->second != row.fields[domain])
            throw InvalidInput(fmt::format("{} line {}: {} has two base models", name, row.line, known->first),
                               fmt::format("{} and {}", known->second, row.fields[domain]), "leave one of them");
    }
    return domains;
}

struct DomainPattern::Regex
{
    std::regex compiled;
};

DomainPattern::DomainPattern(std::string const& regex)
{
    try {
        regex_ = std::make_unique<Regex>(Regex{std::regex(regex, std::regex::ECMAScript | std::regex::optimize)});
    } catch (std::regex_error const& error) {
        throw UsageError(fmt::format("--domain-pattern {} is no regular expression", regex), error.what(),
                         "write it as in JavaScript: '^[^/]*/(.*)-[0-9]+b'");
    }
}
DomainPattern::~DomainPattern() = default;
DomainPattern::DomainPattern(DomainPattern&&) noexcept = default;

std::string DomainPattern::find(std::string_view text) const
{
    // The standard library's matcher calls itself once per character: the stack sets a limit.
    constexpr std::size_t longest = 1000;
    text = text.substr(0, longest);
    std::match_results<std::string_view::const_iterator> match;
    try {
        if (!std::regex_search(text.begin(), text.end(), match, regex_->compiled)) return {};
    } catch (std::regex_error const& error) {
        throw UsageError(fmt::format("--domain-pattern cannot be applied to \"{}\"", text), error.what(),
                         "choose a simpler pattern");
    }
    auto const& part = match.size() > 1 ? match[1] : match[0];
    return part.matched ? part.str() : std::string();
}

} // namespace exahca
