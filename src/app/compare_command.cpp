#include "command.hpp"

#include "exahca/io/compare.hpp"
#include "exahca/io/tree_file.hpp"

#include <cstdint>
#include <fmt/core.h>
#include <utility>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// Results of a run that goes on, or can be resumed.
bool is_unfinished(DataGroup const& tree)
{
    auto const* const complete = tree.find_attribute("complete");
    return complete != nullptr && *complete == AttributeValue(std::int64_t{0});
}

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
               "where equal runs may differ. Status 0 when they are equal, 3 when they differ. A file of a run that is "
               "not "
               "finished is named first.";
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
        auto const left = read_tree(first, TrailerPolicy::optional), right = read_tree(second, TrailerPolicy::optional);
        auto const differences = compare_trees(left, right);
        if (values.count("quiet") == 0) {
            // Said first, for it explains most of what follows.
            for (auto const& [name, tree] : {std::pair(first, &left), std::pair(second, &right)})
                if (is_unfinished(*tree))
                    fmt::print("{} is not finished: what it lacks so far counts as a difference\n", name);
            for (auto const& difference : differences) fmt::print("{}\n", difference);
            fmt::print("{} and {} {}\n", first, second, differences.empty() ? "hold the same results" : "differ");
        }
        return differences.empty() ? ExitStatus::done : ExitStatus::input;
    }
};

} // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

} // namespace exahca
