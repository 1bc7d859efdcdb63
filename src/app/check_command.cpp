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
    std::string_view usage() const override { return "FILE.h5 [options]"; }
    std::string_view description() const override
    {
        return "Reads a file in a child process with limits, because the HDF5 library crashes or hangs on some damaged "
               "files,\n"
               "and says what the file contains or what is wrong with it. Status 0 if it is sound, 3 if it is not.";
    }
    std::vector<std::string> positional() const override { return {"file"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("file", po::value<std::string>()->required()->value_name("FILE"), "file to check")(
            "seconds", po::value<double>()->default_value(CheckLimits{}.seconds), "limit on the time for reading");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        CheckLimits limits;
        limits.seconds = values["seconds"].as<double>();
        if (!(limits.seconds > 0 && limits.seconds <= 1e6))
            throw UsageError("--seconds is out of range", {}, "give a number above 0, such as 60");
        auto const check = check_file(values["file"].as<std::string>(), limits);
        if (check.verdict != FileVerdict::sound) throw InvalidInput(check.message);
        fmt::print("{}\n", check.message);
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

} // namespace exahca
