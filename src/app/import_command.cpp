#include "column_options.hpp"
#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/io/domain_source.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/transposed_table.hpp"
#include "exahca/run/output_file.hpp"
#include "import_options.hpp"
#include "import_report.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <utility>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// What is to be read.
struct Input
{
    std::string path;
    bool is_results = false;               ///< results in JSON, no table
    std::optional<JsonTable> table = {};   ///< a table that is in memory
    std::optional<std::string> piped = {}; ///< results that came through a pipe
};

/// What comes through a pipe shows by its first sign whether it is JSON.
Input look_at_standard_input()
{
    std::string const name = "standard input";
    auto content = read_whole_input("-");
    auto const first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos || (content[first] != '{' && content[first] != '['))
        return {name, false, JsonTable{std::move(content), name, {}}};
    if (auto table = csv_of_json_object(content, name)) return {name, false, std::move(table)};
    if (auto table = csv_of_json_array(content, name)) return {name, false, std::move(table)};
    return {name, true, {}, std::move(content)};
}

Input look_at(std::string const& path)
{
    if (path == "-") return look_at_standard_input();
    std::error_code error;
    auto table = read_json_table(path);
    bool const is_results = std::filesystem::is_directory(path, error) || (path.ends_with(".json") && !table);
    return {path, is_results, std::move(table)};
}

CsvImportResult import_transposed(Input const& input, std::string const& benchmarks, CsvImportOptions const& options)
{
    auto const& table = input.table;
    auto const upright = table ? transposed_text(table->csv, table->name, benchmarks, options)
                               : read_transposed(input.path, benchmarks, options);
    auto upright_options = options;
    upright_options.delimiter = ',';
    auto result = import_csv_text(upright.csv, upright.name, upright_options);
    result.notes.insert(result.notes.begin(), upright.notes.begin(), upright.notes.end());
    return result;
}

/// A folder or a file of results in JSON, a long table, or a wide one.
CsvImportResult import_any(Command::Values const& values, Input const& input, CsvImportOptions const& options)
{
    bool const is_long = values.count("long") > 0;
    auto const metric = values.count("metric") > 0 ? values["metric"].as<std::string>() : std::string();
    if (input.is_results && is_long)
        throw UsageError(fmt::format("--long does not fit {}", input.path), "it holds results in JSON, no table",
                         "leave --long out");
    if (!metric.empty() && !input.is_results)
        throw UsageError("--metric chooses among results in JSON", fmt::format("{} is a table", input.path),
                         "leave --metric out");
    if (values.count("transposed") > 0 && (is_long || input.is_results))
        throw UsageError("--transposed puts a table with a benchmark a row upright",
                         is_long ? "with --long each line holds one score" : "results in JSON are no such table",
                         "leave it out");
    if (values.count("transposed") > 0 && options.model_column.empty())
        throw UsageError("--transposed takes models' names from the header, and --model-column '' says there are none",
                         {}, "leave one of them out");
    if (!options.kept_columns.empty() && (input.is_results || is_long))
        throw UsageError("--keep keeps columns of a table with one model a line",
                         input.is_results ? "results in JSON have no columns"
                                          : "a long table has several lines a model",
                         "leave --keep out, or import such a table");
    if (input.is_results)
        return input.piped ? import_results_text(*input.piped, input.path, metric, options)
                           : import_results(input.path, metric, options);
    auto const& table = input.table;
    if (values.count("transposed") > 0)
        return import_transposed(input, values["transposed"].as<std::string>(), options);
    if (!is_long) return table ? import_csv_text(table->csv, table->name, options) : import_csv(input.path, options);
    auto const columns = read_long_columns(values);
    return table ? import_long_text(table->csv, table->name, columns, options)
                 : import_long(input.path, columns, options);
}

CsvImportResult import_with_note(Command::Values const& values, Input const& input, CsvImportOptions const& options)
{
    auto result = import_any(values, input, options);
    if (input.table && !input.table->note.empty()) result.notes.insert(result.notes.begin(), input.table->note);
    return result;
}

/// Where a wide table seems to be a long one, reading it so shows whether it takes more columns to tell its benchmarks
/// apart: metrics, parts of the data. What cannot be read is said when the user tries.
void find_further_columns(Input const& input, CsvImportOptions const& options, ImportFindings& findings)
{
    if (findings.long_columns.empty()) return;
    LongColumns const columns{findings.long_columns[0], findings.long_columns[1], findings.long_columns[2]};
    CsvImportOptions plain;
    plain.domain_may_be_absent = true;
    plain.delimiter = options.delimiter;
    plain.decimal = options.decimal;
    plain.missing_codes = options.missing_codes;
    plain.missing = options.missing;
    try {
        auto const& table = input.table;
        auto read =
            table ? import_long_text(table->csv, table->name, columns, plain) : import_long(input.path, columns, plain);
        take_told_apart(findings, std::move(read.told_apart));
    } catch (InvalidInput const&) {
        return;
    }
}

/// A file of base models of which none fits is a mistake, not a table without base models.
/// Names in it that fit no model are told.
void check_names(Command::Values const& values, CsvImportOptions const& options, CsvImportResult& result)
{
    auto const& domains = result.matrix.base_models;
    if (values.count("domains-from-file") == 0 || result.matrix.models.empty()) return;
    auto const file = values["domains-from-file"].as<std::string>();
    auto known = read_domain_table(file, options.model_column, options.domain_column);
    if (!std::all_of(domains.begin(), domains.end(), [](auto const& domain) { return domain.empty(); })) {
        std::set<std::string_view> const models(result.matrix.models.begin(), result.matrix.models.end());
        std::erase_if(known, [&](auto const& entry) { return models.contains(entry.first); });
        if (!known.empty())
            result.notes.push_back(fmt::format("{} names {} not in the table (the first is {})", file,
                                               known.size() == 1 ? "1 model" : fmt::format("{} models", known.size()),
                                               listed_name(known.begin()->first)));
        return;
    }
    throw InvalidInput(fmt::format("{} names none of the {} models", file, result.matrix.models.size()),
                       fmt::format("the first model is {}{}", listed_name(result.matrix.models.front()),
                                   known.empty()
                                       ? std::string()
                                       : fmt::format(", the first in that file {}", listed_name(known.begin()->first))),
                       "write the models' names alike in both");
}

class ImportCommand final : public Command
{
public:
    std::string_view name() const override { return "import"; }
    std::string_view summary() const override { return "turn a table of scores into a score file"; }
    std::string_view usage() const override { return "SCORES.csv -o SCORES.h5 [options]"; }
    std::string_view description() const override
    {
        return "Reads a table with one model per row. Without --scores every numeric column other than model and base "
               "model\n"
               "is a benchmark. Delimiter, decimal marks, per cent signs and the like are detected. Nothing is dropped "
               "silently:\n"
               "the import prints what it decided, kept, counted or left out.\n"
               "Missing scores are kept. The end of a benchmark's range is stored as the end of its scale if at least "
               "5 different\n"
               "rows and 1 % of them have that score, unless options say otherwise.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca import leaderboard.csv -o scores.h5 --scores \"IFEval,BBH,MATH Lvl 5,GPQA,MUSR,MMLU-PRO\"",
                "exahca import scores.csv.gz -o scores.h5 --exclude '*rank*' --na -999"};
    }
    std::vector<std::string> positional() const override { return {"table"}; }
    void add_options(Options& options) const override
    {
        options.add_options()(
            "table", po::value<std::string>()->required()->value_name("FILE"),
            "table to read, gzip-compressed or not, - for standard input; rows in JSON (JSON Lines, or an array of "
            "objects); or a JSON file or a folder of them, as lm-evaluation-harness and Every Eval Ever write them")(
            "output,o", po::value<std::string>()->required()->value_name("FILE"),
            "score file to write")("overwrite", "replace an existing score file")("json", "print the findings as JSON");
        add_import_options(options);
        add_column_options(options);
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const options = read_import_options(values);
        ImportFiles const files{values["table"].as<std::string>(), values["output"].as<std::string>()};
        refuse_existing(files.output, values.count("overwrite") > 0);
        refuse_file_of_folder(files.input, files.output);
        auto const input = look_at(files.input);
        auto result = import_with_note(values, input, options);
        check_names(values, options, result);
        auto const stated = stated_bounds(values, result);
        auto findings = find_in_import(result, stated);
        find_further_columns(input, options, findings);
        set_column_facts(values, findings.sentinels, stated, result);
        // What is said is known before the file is written, which takes the scores apart.
        auto const text =
            values.count("json") > 0 ? import_json(result, findings, files) : import_text(result, findings, files);
        write_scores(files.output, std::move(result.matrix), result.kept);
        fmt::print("{}", text);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_import_command() { return std::make_unique<ImportCommand>(); }

} // namespace exahca
