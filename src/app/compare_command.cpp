#include "command.hpp"

#include "exahca/io/compare.hpp"
#include "exahca/io/tree_file.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

class CompareCommand final : public Command
{
public:
    std::string_view name() const override { return "compare"; }
    std::string_view summary() const override
    {
        return "say whether two results files hold the same results, bit by bit";
    }
    std::string_view usage() const override { return "A.h5 B.h5"; }
    std::string_view description() const override
    {
        return "Compares names, types, shapes, attributes and the bits of every value outside group /provenance, which "
               "is\n"
               "where equal runs may differ. Status 0 when they are equal, 3 when they differ.";
    }
    std::vector<std::string> positional() const override { return {"first", "second"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("first", po::value<std::string>()->required()->value_name("FILE"),
                              "a results or score file")(
            "second", po::value<std::string>()->required()->value_name("FILE"), "another")("quiet,q", "print nothing");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const first = values["first"].as<std::string>(), second = values["second"].as<std::string>();
        auto const differences =
            compare_trees(read_tree(first, TrailerPolicy::optional), read_tree(second, TrailerPolicy::optional));
        if (values.count("quiet") == 0) {
            for (auto const& difference : differences) fmt::print("{}\n", difference);
            fmt::print("{} and {} {}\n", first, second, differences.empty() ? "hold the same results" : "differ");
        }
        return differences.empty() ? ExitStatus::done : ExitStatus::input;
    }
};

} // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

} // namespace exahca
