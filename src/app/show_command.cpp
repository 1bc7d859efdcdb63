#include "command.hpp"

#include "exahca/io/tree_file.hpp"
#include "exahca/read/summary.hpp"
#include "exahca/results/results.hpp"
#include "exahca/text/summary_text.hpp"
#include "results_input.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

class ShowCommand final : public Command
{
public:
    std::string_view name() const override { return "show"; }
    std::string_view summary() const override { return "print the answer in a results file"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 [--setting NAME|N] [--brief] [--json] [--label BENCHMARK=\"capability\"]";
    }
    std::string_view description() const override
    {
        return "Prints for every setting the base models, the direction found, the best orders, how far resamples "
               "agree, the\n"
               "factors and their weights, and every warning. If there are more than 12 settings, it summarises them "
               "(the\n"
               "ranking, what holds in most of them, which base models are in the good ones) and shows only the best "
               "in full.\n"
               "Also works on interim results of an unfinished run.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca show results.h5", "exahca show results.h5 --json | python3 -m json.tool",
                "exahca show results.h5 --setting 17", "exahca show results.h5 --label \"GPQA=expert science\""};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
            "setting", po::value<std::string>()->value_name("NAME|N"),
            "show only this setting: its name, or its number in the file, counted from 1")(
            "json", "print JSON instead of text")("brief", "print only the answer, in a few lines")(
            "label", po::value<std::vector<std::string>>()->value_name("BENCHMARK=TEXT"),
            "name the capability that a benchmark measures; may repeat");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        CapabilityNames capabilities;
        if (values.count("label") > 0)
            for (auto const& label : values["label"].as<std::vector<std::string>>()) capabilities.add(label);
        auto const path = values["results"].as<std::string>();
        auto const results = read_results_file(path);
        auto answer = naming(path, [&] { return summarize(results, capabilities); });
        if (values.count("setting") > 0)
            answer = only(answer, find_setting(answer, values["setting"].as<std::string>()));
        auto const length = values.count("brief") > 0 ? TextLength::brief : TextLength::full;
        fmt::print("{}", values.count("json") > 0 ? to_json(answer) : to_text(answer, length));
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_show_command() { return std::make_unique<ShowCommand>(); }

} // namespace exahca
