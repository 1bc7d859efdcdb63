#include "study.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iostream>
#include <sstream>

namespace exahca {
namespace {

std::string whole_text(std::string const& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) throw InvalidInput("cannot read " + file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

std::string StudyArguments::text(std::string const& option, std::string const& otherwise) const
{
    auto const found = options.find(option);
    return found == options.end() ? otherwise : found->second;
}

std::int64_t StudyArguments::number(std::string const& option, std::int64_t otherwise, std::int64_t least) const
{
    auto const found = options.find(option);
    if (found == options.end()) return otherwise;
    std::string const& value = found->second;
    std::int64_t number = 0;
    auto const [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc() || end != value.data() + value.size() || number < least)
        throw UsageError(fmt::format("cannot use --{} {}", option, value), {},
                         fmt::format("give a whole number from {} on", least));
    return number;
}

std::optional<double> StudyArguments::real(std::string const& option) const
{
    auto const found = options.find(option);
    if (found == options.end()) return {};
    std::string const& value = found->second;
    double number = 0;
    auto const [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc() || end != value.data() + value.size())
        throw UsageError(fmt::format("cannot use --{} {}", option, value), {}, "give a number");
    return number;
}

StudyArguments parse_study(std::vector<std::string> const& arguments, std::vector<std::string> const& actions,
                           std::set<std::string> const& options)
{
    if (arguments.empty() || std::find(actions.begin(), actions.end(), arguments[0]) == actions.end())
        throw UsageError("nothing to do", {}, fmt::format("begin with one of: {}", fmt::join(actions, ", ")));
    StudyArguments parsed{arguments[0], {}, {}};
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string const& argument = arguments[i];
        if (!argument.starts_with("--")) {
            parsed.files.push_back(argument);
            continue;
        }
        if (!options.contains(argument.substr(2)))
            throw UsageError("unknown option " + argument, {},
                             fmt::format("the options are: --{}", fmt::join(options, ", --")));
        if (i + 1 == arguments.size()) throw UsageError(argument + " needs a value");
        parsed.options[argument.substr(2)] = arguments[++i];
    }
    return parsed;
}

std::vector<std::vector<std::string>> read_study_rows(std::vector<std::string> const& files)
{
    std::vector<std::vector<std::string>> rows;
    for (std::string const& file : files) {
        auto const text = whole_text(file);
        std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
        for (std::string line; std::getline(lines, line);) {
            std::istringstream parts(line);
            rows.emplace_back();
            for (std::string field; std::getline(parts, field, ',');) rows.back().push_back(field);
        }
    }
    return rows;
}

void prepare_study_rows(std::string const& file)
{
    if (!std::ofstream(file, std::ios::app)) throw OutputError("cannot write " + file);
    auto const text = whole_text(file);
    auto const whole_lines = text.rfind('\n') + 1; // npos + 1 is 0
    if (whole_lines < text.size()) std::filesystem::resize_file(file, whole_lines);
}

MeanOfDataSets mean_of_data_sets(std::vector<double> const& values)
{
    auto const n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (double const value : values) sum += value;
    double const mean = sum / n;
    for (double const value : values) squares += (value - mean) * (value - mean);
    return {mean, n < 2 ? std::nan("") : std::sqrt(squares / (n - 1) / n)};
}

int run_study(char const* name, int argc, char** argv, std::function<int(std::vector<std::string> const&)> const& study)
{
    try {
        return study({argv + 1, argv + argc});
    } catch (Error const& error) {
        std::cerr << name << ": " << error.what() << '\n';
        return static_cast<int>(error.status());
    } catch (std::exception const& error) {
        std::cerr << name << ": " << error.what() << '\n';
        return 1;
    }
}

} // namespace exahca
