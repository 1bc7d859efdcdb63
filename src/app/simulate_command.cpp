#include "column_options.hpp"
#include "command.hpp"

#include "exahca/core/text_lists.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/run/output_file.hpp"
#include "exahca/simulate/simulator.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <numeric>

namespace exahca {
namespace {

namespace po = boost::program_options;

class SimulateCommand final : public Command
{
public:
    std::string_view name() const override { return "simulate"; }
    std::string_view summary() const override { return "simulate a leaderboard whose causal order is known"; }
    std::string_view usage() const override { return "-o SCORES.h5 [options]"; }
    std::string_view description() const override
    {
        return "Draws scores of models on the six benchmarks of the Open LLM Leaderboard from a hierarchy of latent "
               "factors\n"
               "and stores the truth with them, so that later commands can compare their answers with it. Designs:\n"
               "  contaminated  residuals, 2 % collapsed models, scores cut off at 0 (default; most like a real "
               "leaderboard)\n"
               "  base          residuals whose size differs between benchmarks\n"
               "  isotropic     residuals of equal size\n"
               "  none          the model holds exactly\n"
               "  weak          as base, but with weak edges between factors\n"
               "  parametric    as base, but always with the built-in sources";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca simulate -o scores.h5",
                "exahca simulate -o scores.h5 --design base --sizes 750,330,240,155,220 --seed 7"};
    }
    void add_options(Options& options) const override
    {
        options.add_options()("output,o", po::value<std::string>()->required()->value_name("FILE"),
                              "score file to write")("design", po::value<std::string>()->default_value("contaminated"),
                                                     "how the data depart from the model (see above)")(
            "sources-from", po::value<std::string>()->value_name("FILE"), "score file whose sources are resampled")(
            "factors", po::value<int>()->default_value(3), "number of latent factors, 1 to 4")(
            "sizes", po::value<std::string>()->default_value("750,330,240,155"),
            "numbers of models of the base models")("seed", po::value<std::uint64_t>()->default_value(1),
                                                    "seed of all random numbers")(
            "missing", po::value<double>()->default_value(0), "share of the scores to remove at random")(
            "floor", po::value<double>()->value_name("SCORE"),
            "raise lower scores to this one, for example 0")("overwrite", "replace an existing score file");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        SimulationOptions options;
        options.design = design_from_name(values["design"].as<std::string>());
        options.factors = values["factors"].as<int>();
        options.seed = values["seed"].as<std::uint64_t>();
        options.sizes = parse_integer_list<std::int64_t>("sizes", values["sizes"].as<std::string>());
        options.missing = values["missing"].as<double>();
        if (values.count("floor") > 0) options.floor = values["floor"].as<double>();
        auto const output = values["output"].as<std::string>();
        refuse_existing(output, values.count("overwrite") > 0);
        ScoreMatrix real;
        if (values.count("sources-from") > 0) real = read_complete_scores(values["sources-from"].as<std::string>());
        auto const matrix = simulate(options, values.count("sources-from") > 0 ? &real : nullptr);
        write_scores(output, matrix);
        fmt::print("{}: {} models of {} base model{}, {} benchmarks, {} factor{}, design {}, seed {}\n", output,
                   matrix.models.size(), options.sizes.size(), options.sizes.size() == 1 ? "" : "s",
                   matrix.benchmarks.size(), options.factors, options.factors == 1 ? "" : "s", name_of(options.design),
                   options.seed);
        for (auto const& line : bound_lines(matrix)) fmt::print("  {}\n", line);
        if (auto const line = missing_line(matrix); !line.empty()) fmt::print("  {}\n", line);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_simulate_command() { return std::make_unique<SimulateCommand>(); }

} // namespace exahca
