#include "print_form.hpp"

#include <fmt/format.h>
#include <vector>

namespace exahca {

namespace po = boost::program_options;

void add_print_options(Command::Options& options, std::string const& what)
{
    auto const csv = fmt::format("print {} as CSV", what), json = fmt::format("print {} as JSON", what);
    options.add_options()("csv", csv.c_str())("json", json.c_str());
}

PrintForm print_form(Command::Values const& values)
{
    bool const csv = values.count("csv") > 0, json = values.count("json") > 0;
    if (csv && json) throw UsageError("--csv and --json exclude each other");
    return json ? PrintForm::json : csv ? PrintForm::csv : PrintForm::text;
}

void add_top_option(Command::Options& options, int usual, std::string const& what)
{
    options.add_options()("top", po::value<int>()->default_value(usual), what.c_str());
}

std::size_t top_option(Command::Values const& values, int least)
{
    auto const top = values["top"].as<int>();
    if (top < least)
        throw UsageError(fmt::format("--top {} is out of range", top), {}, fmt::format("give {} or more", least));
    return static_cast<std::size_t>(top);
}

void add_rate_option(Command::Options& options, std::string const& of)
{
    auto const text = fmt::format("false discovery rate {}, above 0 and at most 0.5", of);
    options.add_options()("fdr", po::value<double>()->default_value(0.05, "0.05"), text.c_str());
}

double rate_option(Command::Values const& values)
{
    auto const rate = values["fdr"].as<double>();
    if (!(rate > 0 && rate <= 0.5))
        throw UsageError(fmt::format("--fdr {} is out of range", rate), {}, "give 0.05, say");
    return rate;
}

void add_label_option(Command::Options& options)
{
    options.add_options()("label", po::value<std::vector<std::string>>()->value_name("BENCHMARK=TEXT"),
                          "name the capability that a benchmark measures; may be repeated");
}

} // namespace exahca
