#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exahca {

/// The command line of a study: what to do, options that each have a value, files.
struct StudyArguments
{
    std::string action;
    std::map<std::string, std::string> options; ///< without the leading dashes
    std::vector<std::string> files;

    [[nodiscard]] std::string text(std::string const& option, std::string const& otherwise = {}) const;
    /// \throws UsageError  when the value is no whole number from `least` on
    [[nodiscard]] std::int64_t number(std::string const& option, std::int64_t otherwise, std::int64_t least) const;
    /// Nothing when the option is not given. \throws UsageError  when the value is no number
    [[nodiscard]] std::optional<double> real(std::string const& option) const;
};

/// \throws UsageError  for an action or option that is not known, or an option without its value
[[nodiscard]] StudyArguments parse_study(std::vector<std::string> const& arguments,
                                         std::vector<std::string> const& actions, std::set<std::string> const& options);

/// Comma-separated fields of every line of the files. A last line without its line break was cut off when a run was
/// killed, and is left out.
/// \throws InvalidInput  when a file cannot be read
[[nodiscard]] std::vector<std::vector<std::string>> read_study_rows(std::vector<std::string> const& files);

/// Opens a file of rows to append to, taking away a line that was cut off.
/// \throws OutputError  when that is not possible
void prepare_study_rows(std::string const& file);

/// Average over data sets, each weighing the same: the entries of one data set share its luck.
struct MeanOfDataSets
{
    double value = 0, standard_error = 0; ///< NaN without data sets; the error with fewer than two
};
[[nodiscard]] MeanOfDataSets mean_of_data_sets(std::vector<double> const& values);

/// Runs a study and turns exceptions into one line on standard error and an exit status.
[[nodiscard]] int run_study(char const* name, int argc, char** argv,
                            std::function<int(std::vector<std::string> const&)> const& study);

} // namespace exahca
