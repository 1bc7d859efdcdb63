#pragma once

#include "command.hpp"
#include "exahca/run/search_request.hpp"

namespace exahca {

void add_search_options(Command::Options& options);

/// \throws UsageError  naming the option
[[nodiscard]] SearchRequest read_search_request(Command::Values const& values);

} // namespace exahca
