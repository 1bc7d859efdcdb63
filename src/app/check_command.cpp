#include "command.hpp"

#include "exahca/io/check_file.hpp"

#include <fmt/core.h>

namespace exahca {
namespace {

namespace po = boost::program_options;

class CheckCommand final : public Command
{
public:
    std::string_view name() const override { return "check"; }
    std::string_view summary() const override { return "say whether a score or results file is sound"; }
    std::string_view usage() const override { return "FILE.h5"; }
    std::string_view description() const override
    {
        return "Reads a file in a child process with limits, because HDF5 itself does not survive some damaged files, "
               "and\n"
               "says what it holds or what is wrong with it. Status 0 when it is sound, 3 when it is not.";
    }
    std::vector<std::string> positional() const override { return {"file"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("file", po::value<std::string>()->required()->value_name("FILE"), "file to check");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const check = check_file(values["file"].as<std::string>());
        if (check.verdict != FileVerdict::sound) throw InvalidInput(check.message);
        fmt::print("{}\n", check.message);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

} // namespace exahca
