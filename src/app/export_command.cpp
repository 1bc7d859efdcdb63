#include "command.hpp"

#include "exahca/io/atomic_file.hpp"
#include "exahca/run/output_file.hpp"
#include "exahca/text/summary_text.hpp"
#include "exahca/text/tidy_tables.hpp"
#include "output_directory.hpp"
#include "results_input.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

class ExportCommand final : public Command
{
public:
    std::string_view name() const override { return "export"; }
    std::string_view summary() const override { return "write the tables of a results file as CSV"; }
    std::string_view usage() const override { return "RESULTS.h5 -o DIRECTORY [--json]"; }
    std::string_view description() const override
    {
        return "Writes one CSV file for every table that is not empty: settings, domains, orders, loadings, effects, "
               "support,\n"
               "model profiles and more, with one observation per line. All have the column \"setting\", so that they "
               "can be joined.\n"
               "Missing values are empty fields; numbers have all their digits.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca export results.h5 -o tables", "exahca export results.h5 -o tables --json --overwrite"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
            "output,o", po::value<std::string>()->required()->value_name("DIRECTORY"),
            "directory for the tables, made if missing")("json", "also write summary.json, the same as show --json")(
            "overwrite", "replace files of an earlier export")(
            "label", po::value<std::vector<std::string>>()->value_name("BENCHMARK=TEXT"),
            "name the capability that a benchmark measures; may repeat");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const path = values["results"].as<std::string>();
        auto const results = read_results_file(path);
        auto const capabilities = capability_names(values);
        auto const answer = naming(path, [&] { return summarize(results, capabilities); });
        auto const tables = naming(path, [&] {
            return tidy_tables(answer, read_details(results, answer), stored_profiles(results, capabilities));
        });
        auto const directory = values["output"].as<std::string>();
        std::vector<TextFile> files;
        for (auto const& table : tables) files.push_back({directory + "/" + table.name + ".csv", table.csv});
        if (values.count("json") > 0) files.push_back({directory + "/summary.json", to_json(answer)});
        for (auto const& file : files) refuse_existing(file.path, values.count("overwrite") > 0);
        make_output_directory(directory);
        write_texts_atomically(files);
        fmt::print("{}: {} files\n", directory, files.size());
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_export_command() { return std::make_unique<ExportCommand>(); }

} // namespace exahca
