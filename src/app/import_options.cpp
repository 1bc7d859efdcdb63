#include "import_options.hpp"

#include "column_options.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/io/domain_source.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <memory>

namespace exahca {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

MissingPolicy parse_missing(std::string const& text)
{
    if (text == "keep") return MissingPolicy::keep;
    if (text == "drop") return MissingPolicy::drop;
    if (text == "refuse") return MissingPolicy::refuse;
    throw UsageError(fmt::format("unknown --missing \"{}\"", text), {}, "use keep, drop or refuse");
}

char parse_delimiter(std::string const& text)
{
    if (text == "auto") return 0;
    if (text == "comma") return ',';
    if (text == "semicolon") return ';';
    if (text == "tab" || text == "\\t") return '\t';
    if (text == "bar" || text == "pipe") return '|';
    bool const is_one = text.size() == 1 && text[0] != '"' && text[0] != '\n' && text[0] != '\r' && text[0] != ' ' &&
                        (static_cast<unsigned char>(text[0]) & 0x80U) == 0;
    if (!is_one)
        throw UsageError(fmt::format("--delimiter {} is no delimiter", text), {},
                         "use auto, comma, semicolon, tab, bar, or one character");
    return text[0];
}

char parse_decimal(std::string const& text)
{
    if (text == "auto") return 0;
    if (text == "point" || text == ".") return '.';
    if (text == "comma" || text == ",") return ',';
    throw UsageError(fmt::format("unknown --decimal \"{}\"", text), {}, "use auto, point or comma");
}

std::string text_of(Command::Values const& values, char const* option)
{
    return values.count(option) > 0 ? values[option].as<std::string>() : std::string();
}

/// The Open LLM Leaderboard's names for what its rule reads beside the model's name; the last is our own for the third.
Texts const& rule_columns()
{
    static Texts const columns{"Base Model", "Architecture", "#Params (B)", "params_b"};
    return columns;
}

std::string by_rule(RowTexts const& row)
{
    double size = -1;
    for (std::size_t i = 2; i < row.further.size(); ++i)
        if (double value = 0;
            !row.further[i].empty() &&
            std::from_chars(row.further[i].data(), row.further[i].data() + row.further[i].size(), value).ec ==
                std::errc{})
            size = value;
    return open_llm_base_model(row.model, row.further[0], row.further[1], size);
}

/// Base models from elsewhere than the domain column. At most one such option.
void set_domain_source(Command::Values const& values, CsvImportOptions& options)
{
    auto const file = text_of(values, "domains-from-file"), pattern = text_of(values, "domain-pattern"),
               rule = text_of(values, "domain-rule");
    if (static_cast<int>(!file.empty()) + static_cast<int>(!pattern.empty()) + static_cast<int>(!rule.empty()) > 1)
        throw UsageError("--domains-from-file, --domain-pattern and --domain-rule contradict each other",
                         "each says where base models come from", "give one of them");
    if (!file.empty() && options.model_column.empty())
        throw UsageError("--domains-from-file joins tables by names, which rows have none of by --model-column ''", {},
                         "name the column of names in both");
    if (!file.empty()) {
        auto const domains = std::make_shared<std::map<std::string, std::string, std::less<>> const>(
            read_domain_table(file, options.model_column, options.domain_column));
        options.domain_may_be_absent = true;
        options.domain_of = [domains](RowTexts const& row) {
            auto const found = domains->find(row.model);
            return found == domains->end() ? std::string() : found->second;
        };
    }
    if (!pattern.empty()) {
        auto const compiled = std::make_shared<DomainPattern const>(pattern);
        bool const of_column = !values["domain-column"].defaulted();
        options.domain_of_names = !of_column;
        options.domain_of = [compiled, of_column](RowTexts const& row) {
            return compiled->find(of_column ? row.domain : row.model);
        };
    }
    if (rule.empty()) return;
    if (rule != "open-llm") throw UsageError(fmt::format("unknown --domain-rule \"{}\"", rule), {}, "use open-llm");
    options.text_columns = rule_columns();
    options.domain_of = by_rule;
}

} // namespace

void add_import_options(Command::Options& options)
{
    options.add_options()("model-column", po::value<std::string>()->default_value("model"),
                          "column with the models' names; '' numbers the rows")(
        "domain-column", po::value<std::string>()->default_value("base_model"),
        "column with the base models")("domains-from-file", po::value<std::string>()->value_name("FILE"),
                                       "take base models from another table, which has the same two columns")(
        "domain-pattern", po::value<std::string>()->value_name("REGEX"),
        "take base models from part of the model's name, or of --domain-column: the first group in parentheses")(
        "domain-rule", po::value<std::string>()->value_name("RULE"),
        "infer base models from names and sizes: open-llm, the rule for the Open LLM Leaderboard")(
        "scores", po::value<std::string>()->value_name("A,B,..."),
        "columns with scores (default: every other numeric column)")(
        "exclude", po::value<Texts>()->value_name("A,B,..."),
        "columns that are not scores; patterns such as '*rank*' are allowed; may be repeated")(
        "exclude-models", po::value<Texts>()->value_name("A,B,..."),
        "rows that are not models, such as Total or 'Mean *'; may be repeated")(
        "keep", po::value<Texts>()->value_name("A,B,..."),
        "columns to keep along with the scores, as text or numbers, for exahca effects; may be repeated")(
        "missing", po::value<std::string>()->default_value("keep"),
        "what to do with rows with missing scores: keep, drop or refuse")(
        "na", po::value<Texts>()->value_name("CODE"),
        "a number or text that stands for a missing score, or NAME=NUMBER for one benchmark; may be repeated")(
        "delimiter", po::value<std::string>()->default_value("auto"),
        "what separates fields: auto, comma, semicolon, tab, bar, or a character")(
        "decimal", po::value<std::string>()->default_value("auto"),
        "decimal mark: point, comma, or detect for each column (auto)")(
        "long", po::value<std::string>()->value_name("MODEL,BENCHMARK,SCORE"),
        "the table has one score per line, with these three columns; A+B if two columns together name a benchmark")(
        "transposed", po::value<std::string>()->value_name("BENCHMARKS"),
        "each row is a benchmark, named in this column (or in A+B), and each other column is a model")(
        "metric", po::value<std::string>()->value_name("NAME"),
        "results of lm-evaluation-harness: the metric to use where a task has it");
}

namespace {

/// A code of all columns, or NAME=NUMBER.
void add_missing_code(std::string const& text, CsvImportOptions& options)
{
    auto const sign = text.rfind('=');
    double value = 0;
    auto const* const end = text.data() + text.size();
    if (sign == text.npos || sign == 0 || sign + 1 == text.size() ||
        std::from_chars(text.data() + sign + 1, end, value).ptr != end || !std::isfinite(value)) {
        options.missing_codes.push_back(text);
        return;
    }
    options.benchmark_codes.push_back({typed_name("na", text.substr(0, sign)), value});
}

} // namespace

CsvImportOptions read_import_options(Command::Values const& values)
{
    CsvImportOptions options;
    options.model_column = values["model-column"].as<std::string>();
    options.domain_column = values["domain-column"].as<std::string>();
    // A column that is asked for has to be there; without one the import says how base models can be found.
    options.domain_may_be_absent = values["domain-column"].defaulted();
    options.missing = parse_missing(values["missing"].as<std::string>());
    if (values.count("scores") > 0) options.score_columns = split_names("scores", values["scores"].as<std::string>());
    if (values.count("exclude") > 0)
        for (auto const& list : values["exclude"].as<Texts>())
            for (auto& name : split_names("exclude", list)) options.excluded.push_back(std::move(name));
    if (values.count("exclude-models") > 0)
        for (auto const& list : values["exclude-models"].as<Texts>())
            for (auto& name : split_names("exclude-models", list)) options.excluded_models.push_back(std::move(name));
    if (values.count("keep") > 0)
        for (auto const& list : values["keep"].as<Texts>())
            for (auto& name : split_names("keep", list)) options.kept_columns.push_back(std::move(name));
    if (values.count("na") > 0)
        for (auto const& text : values["na"].as<Texts>()) add_missing_code(text, options);
    options.delimiter = parse_delimiter(values["delimiter"].as<std::string>());
    options.decimal = parse_decimal(values["decimal"].as<std::string>());
    set_domain_source(values, options);
    return options;
}

LongColumns read_long_columns(Command::Values const& values)
{
    auto const text = values["long"].as<std::string>();
    auto const names = split_names("long", text);
    constexpr std::size_t three = 3;
    if (names.size() != three || names[0] == names[1] || names[0] == names[2] || names[1] == names[2])
        throw UsageError(fmt::format("--long {} does not name three columns", text), {},
                         "give those of models, benchmarks and scores: --long model,benchmark,score");
    return {names[0], names[1], names[2]};
}

} // namespace exahca
