#pragma once

#include "command.hpp"

#include <string>

namespace exahca {

/// The manual page of one command for man(1), from the same text as its --help.
[[nodiscard]] std::string manual_page(Command const& command);

/// exahca(1): the list of commands, exit statuses and files.
[[nodiscard]] std::string manual_overview();

/// A script for bash that completes commands, their options and file names.
[[nodiscard]] std::string bash_completion();

/// Writes every manual page (exahca.1, exahca-COMMAND.1) and the completion (exahca) into a folder that exists.
/// \throws Error  with status output
void write_manual(std::string const& folder);

} // namespace exahca
