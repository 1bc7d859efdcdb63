#include "column_options.hpp"
#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/screening.hpp"
#include "output_file.hpp"
#include "shell_words.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

MissingPolicy parse_missing(std::string const& text)
{
    if (text == "keep") return MissingPolicy::keep;
    if (text == "drop") return MissingPolicy::drop;
    if (text == "refuse") return MissingPolicy::refuse;
    throw UsageError(fmt::format("unknown --missing \"{}\"", text), {}, "use keep, drop or refuse");
}

void report(CsvImportResult const& result, std::string const& input, std::string const& output)
{
    auto const& matrix = result.matrix;
    auto const domains = domains_by_size(matrix, 1).size();
    fmt::print("{}: {} models, {} benchmarks ({}), {} base model{}\n", output, matrix.models.size(),
               matrix.benchmarks.size(), join_names(matrix.benchmarks, ", "), domains, domains == 1 ? "" : "s");
    fmt::print("  read from {}: {} rows\n", input, result.rows_read);
    if (result.rows_dropped > 0) fmt::print("  dropped for missing scores: {} rows\n", result.rows_dropped);
    for (auto const& example : result.dropped_examples) fmt::print("    {}\n", example);
    if (result.rows_without_scores > 0)
        fmt::print("  dropped for having no score at all: {} rows\n", result.rows_without_scores);
    if (auto const line = missing_line(matrix); !line.empty()) fmt::print("  {}\n", line);
    if (result.rows_without_domain > 0)
        fmt::print("  without a base model: {} rows, kept, in no domain\n", result.rows_without_domain);
    if (result.repeated_models > 0) fmt::print("  repeated model names: {} rows, kept\n", result.repeated_models);
    if (result.scores_out_of_range > 0)
        fmt::print("  scores below 0 or above 100: {}, kept\n", result.scores_out_of_range);
    for (std::size_t j = 0; j < matrix.benchmarks.size(); ++j) {
        auto const column = matrix.scores.col(static_cast<Index>(j)).array();
        auto const outside = (column < 0 || column > 100).count();
        if (outside > 0)
            fmt::print("    {} of them in column {}: if it holds no scores, name the others with --scores\n", outside,
                       matrix.benchmarks[j]);
    }
    for (auto const& line : bound_lines(matrix)) fmt::print("  {}\n", line);
    if (!result.ignored_columns.empty())
        fmt::print("  columns not used: {}\n", join_names(result.ignored_columns, ", "));
}

/// Benchmarks that are constant, or follow from others: no search can use them as they are.
void report_defects(ScoreMatrix const& matrix)
{
    constexpr std::size_t most = 10;
    auto const domains = select_domains(matrix, domains_by_size(matrix, 1));
    auto const defects = find_column_defects(domains);
    for (std::size_t i = 0; i < std::min(most, defects.size()); ++i)
        fmt::print("  warning: {}\n", describe(defects[i], matrix.benchmarks));
    if (defects.size() > most) fmt::print("  and {} more of this kind\n", defects.size() - most);
    std::vector<std::string> kept;
    for (auto const column : columns_without(defects, std::ssize(matrix.benchmarks)))
        kept.push_back(matrix.benchmarks[static_cast<std::size_t>(column)]);
    if (auto const dropped = matrix.benchmarks.size() - kept.size(); dropped > 0 && kept.size() >= 2)
        fmt::print("  {} of {} own: import the others with --scores {}\n",
                   dropped == 1 ? "it adds no dimension" : "they add no dimensions", dropped == 1 ? "its" : "their",
                   shell_word(join_names(kept)));
    auto const is_local = [](bool constant) {
        return [constant](ColumnDefect const& defect) {
            return !defect.domain.empty() && (defect.kind == ColumnDefectKind::constant) == constant &&
                   defect.kind != ColumnDefectKind::absent;
        };
    };
    if (std::any_of(defects.begin(), defects.end(), is_local(true)))
        fmt::print(
            "  where a benchmark is constant within one base model, search takes its scores there for missing; with "
            "--noise span it refuses the two together\n");
    if (std::any_of(defects.begin(), defects.end(), is_local(false)))
        fmt::print("  where a benchmark follows from others within one base model only, leave out one of them: search "
                   "--noise span refuses, and --noise aware may take it for a factor\n");
}

class ImportCommand final : public Command
{
public:
    std::string_view name() const override { return "import"; }
    std::string_view summary() const override { return "turn a CSV table of scores into a score file"; }
    std::string_view usage() const override { return "SCORES.csv -o SCORES.h5 [options]"; }
    std::string_view description() const override
    {
        return "Reads a table with one model per row. Without --scores every numeric column other than model and base "
               "model\n"
               "is a benchmark. Nothing is dropped silently: what was kept, counted or left out is printed.\n"
               "Missing scores are kept, and so is where a benchmark's scale ends: where at least 5 different rows and "
               "1 % "
               "of\n"
               "them stand at the end of its range, unless options say otherwise.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca import leaderboard.csv -o scores.h5 --scores \"IFEval,BBH,MATH Lvl 5,GPQA,MUSR,MMLU-PRO\""};
    }
    std::vector<std::string> positional() const override { return {"table"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("table", po::value<std::string>()->required()->value_name("FILE"), "CSV table to read")(
            "output,o", po::value<std::string>()->required()->value_name("FILE"), "score file to write")(
            "model-column", po::value<std::string>()->default_value("model"), "column with the models' names")(
            "domain-column", po::value<std::string>()->default_value("base_model"),
            "column with the base models")("scores", po::value<std::string>()->value_name("A,B,..."),
                                           "columns with scores (default: every other numeric column)")(
            "missing", po::value<std::string>()->default_value("keep"),
            "rows with missing scores: keep, drop or refuse")("overwrite", "replace a score file that exists");
        add_column_options(options);
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        CsvImportOptions options;
        options.model_column = values["model-column"].as<std::string>();
        options.domain_column = values["domain-column"].as<std::string>();
        options.missing = parse_missing(values["missing"].as<std::string>());
        if (values.count("scores") > 0)
            options.score_columns = split_names("scores", values["scores"].as<std::string>());
        auto const input = values["table"].as<std::string>(), output = values["output"].as<std::string>();
        refuse_existing(output, values.count("overwrite") > 0);
        auto result = import_csv(input, options);
        set_column_facts(values, result.matrix);
        write_scores(output, result.matrix);
        report(result, input, output);
        report_defects(result.matrix);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_import_command() { return std::make_unique<ImportCommand>(); }

} // namespace exahca
