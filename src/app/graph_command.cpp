#include "command.hpp"

#include "exahca/io/atomic_file.hpp"
#include "exahca/run/output_file.hpp"
#include "exahca/text/graph.hpp"
#include "results_input.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

class GraphCommand final : public Command
{
public:
    std::string_view name() const override { return "graph"; }
    std::string_view summary() const override { return "print the causal graphs in the DOT language of Graphviz"; }
    std::string_view usage() const override { return "RESULTS.h5 [-o GRAPH.dot] [--label BENCHMARK=\"capability\"]"; }
    std::string_view description() const override
    {
        return "Writes one graph with a box for every setting and base model. Edges show their weights and, if "
               "resamples\n"
               "agree, 90 % intervals; an edge is dashed if its interval includes zero or if it has none.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca graph results.h5 | dot -Tsvg -o graph.svg", "exahca graph results.h5 -o graph.dot"};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
            "output,o", po::value<std::string>()->value_name("FILE"), "file to write instead of standard output")(
            "label", po::value<std::vector<std::string>>()->value_name("BENCHMARK=TEXT"),
            "name the capability that a benchmark measures; may repeat")("overwrite", "replace the output file");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const path = values["results"].as<std::string>();
        auto const results = read_results_file(path);
        auto const graph = naming(path, [&] { return to_dot(summarize(results, capability_names(values))); });
        if (values.count("output") == 0) {
            fmt::print("{}", graph);
            return ExitStatus::done;
        }
        auto const output = values["output"].as<std::string>();
        refuse_existing(output, values.count("overwrite") > 0);
        write_text_atomically(output, graph);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_graph_command() { return std::make_unique<GraphCommand>(); }

} // namespace exahca
