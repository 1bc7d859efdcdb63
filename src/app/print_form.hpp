#pragma once

#include "command.hpp"

#include <cstddef>
#include <fmt/core.h>
#include <string>

namespace exahca {

/// In which form a command prints what it has to say.
enum class PrintForm { text, csv, json };

/// Options --csv and --json. \param what  of which they print everything: "all models"
void add_print_options(Command::Options& options, std::string const& what);
/// \throws UsageError  when both are given
[[nodiscard]] PrintForm print_form(Command::Values const& values);

/// Option --top. \param what  is listed
void add_top_option(Command::Options& options, int usual, std::string const& what);
/// \throws UsageError  when it is below `least`
[[nodiscard]] std::size_t top_option(Command::Values const& values, int least);

/// Option --fdr, a false discovery rate. \param of  of what: "of what is told to be better or worse"
void add_rate_option(Command::Options& options, std::string const& of);
/// \throws UsageError  when it is not above 0 and at most 0.5
[[nodiscard]] double rate_option(Command::Values const& values);

/// Option --label, which capability_names reads.
void add_label_option(Command::Options& options);

/// Prints a report in that form. \param to_words  the report as text
template <class Report, class Words>
void print_report(PrintForm form, Report const& report, Words const& to_words)
{
    fmt::print("{}", form == PrintForm::json ? to_json(report) : form == PrintForm::csv ? to_csv(report) : to_words());
}

} // namespace exahca
