#pragma once

#include "command.hpp"
#include "exahca/run/search_request.hpp"

namespace exahca {

/// Whether a command has to be told where the results go.
enum class OutputOption { required, optional };
void add_search_options(Command::Options& options, OutputOption output = OutputOption::required);

/// \throws UsageError  naming the option
[[nodiscard]] SearchRequest read_search_request(Command::Values const& values);

} // namespace exahca
