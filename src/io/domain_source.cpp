#include "exahca/io/domain_source.hpp"

#include "exahca/core/error.hpp"
#include "io/column_names.hpp"
#include "io/csv_table.hpp"
#include "io/markup.hpp"
#include "io/table_start.hpp"

#include <fmt/format.h>
#include <regex>

namespace exahca {
namespace {

using Domains = std::map<std::string, std::string, std::less<>>;

Domains read_domains(io::TextSource& source, std::string const& name, std::string const& model_column,
                     std::string const& domain_column)
{
    auto table = io::parse_csv(source, name, io::detect_delimiter(source, model_column));
    io::take_header_texts(table.header);
    io::check_header(table.header, name);
    auto const model = io::find_column(table.header, model_column, name,
                                       io::with_advice(io::header_advice(source, table.header, model_column, false),
                                                       "name the columns of both tables with --model-column"));
    auto const domain =
        io::find_column(table.header, domain_column, name, "name the columns of both tables with --domain-column");
    Domains domains;
    for (auto const& row : table.rows) {
        auto const base_model = io::link_text(row.fields[domain]);
        if (base_model.empty()) continue;
        auto const [known, is_new] = domains.emplace(io::link_text(row.fields[model]), base_model);
        if (!is_new && known->second != base_model)
            throw InvalidInput(fmt::format("{} line {}: {} has two base models", name, row.line, known->first),
                               fmt::format("{} and {}", known->second, base_model), "leave one of them");
    }
    return domains;
}

} // namespace

Domains read_domain_table(std::string const& path, std::string const& model_column, std::string const& domain_column)
{
    auto const source = io::open_text(path);
    return read_domains(*source, io::input_name(path), model_column, domain_column);
}

Domains read_domain_text(std::string_view content, std::string const& name, std::string const& model_column,
                         std::string const& domain_column)
{
    auto const source = io::text_in_memory(content, name);
    return read_domains(*source, name, model_column, domain_column);
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
