#include "command.hpp"

#include "exahca/io/compare.hpp"
#include "exahca/io/tree_file.hpp"

#include <algorithm>
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

/// Leaves out the profiles of models that the other file does not have: `models --store` added them to results that may
/// be the same. \returns settings whose profiles are left out
std::vector<std::string> leave_out_lone_profiles(DataGroup& tree, DataGroup const& other)
{
    std::vector<std::string> lone;
    auto const* const others = other.find_group("models");
    if (tree.find_group("models") == nullptr) return lone;
    std::erase_if(tree.group("models").groups, [&](NamedGroup const& own) {
        bool const both = others != nullptr && std::any_of(others->groups.begin(), others->groups.end(),
                                                           [&](auto const& theirs) { return theirs.name == own.name; });
        if (!both) lone.push_back(own.name);
        return !both;
    });
    if (tree.group("models").groups.empty())
        std::erase_if(tree.groups, [](NamedGroup const& group) { return group.name == "models"; });
    return lone;
}

class CompareCommand final : public Command
{
public:
    std::string_view name() const override { return "compare"; }
    std::string_view summary() const override
    {
        return "say whether two results files have the same results, bit for bit";
    }
    std::string_view usage() const override { return "A.h5 B.h5"; }
    std::string_view description() const override
    {
        return "Compares names, types, shapes, attributes and the bits of every value outside the group /provenance, "
               "which is\n"
               "where equal runs may differ. Model profiles (exahca models --store) that only one of the files has are "
               "named\n"
               "and ignored. Status 0 if the files are equal, 3 if they differ. A file of an unfinished run is named "
               "first.";
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
        auto left = read_tree(first, TrailerPolicy::optional), right = read_tree(second, TrailerPolicy::optional);
        auto const lone_left = leave_out_lone_profiles(left, right), lone_right = leave_out_lone_profiles(right, left);
        auto const differences = compare_trees(left, right);
        if (values.count("quiet") == 0) {
            // Said first, for it explains most of what follows.
            for (auto const& [name, tree] : {std::pair(first, &left), std::pair(second, &right)})
                if (is_unfinished(*tree))
                    fmt::print("{} is not finished: what it lacks so far counts as a difference\n", name);
            for (auto const& [name, lone] : {std::pair(first, &lone_left), std::pair(second, &lone_right)})
                for (auto const& setting : *lone)
                    fmt::print("only {} has profiles of models (exahca models --store) of {}: not compared\n", name,
                               setting);
            for (auto const& difference : differences) fmt::print("{}\n", difference);
            fmt::print("{} and {} {}\n", first, second, differences.empty() ? "hold the same results" : "differ");
        }
        return differences.empty() ? ExitStatus::done : ExitStatus::input;
    }
};

} // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

} // namespace exahca
