#pragma once

#include <string_view>

namespace exahca {

/// Version of the program, such as "0.1.0".
[[nodiscard]] std::string_view version();
/// Revision of the sources it was built from, or "unknown".
[[nodiscard]] std::string_view revision();
/// Compiler, build type and libraries, for /provenance.
[[nodiscard]] std::string_view build_description();

} // namespace exahca
