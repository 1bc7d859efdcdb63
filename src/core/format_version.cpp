#include "exahca/core/format_version.hpp"

#include <fmt/format.h>

namespace exahca {

std::string to_string(FormatVersion version) { return fmt::format("{}.{}", version.major, version.minor); }

} // namespace exahca
