#pragma once

#include "exahca/core/error.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <string>

namespace exahca {

/// \throws UsageError  when `path` exists and may not be replaced
inline void refuse_existing(std::string const& path, bool overwrite)
{
    std::error_code error;
    if (!overwrite && std::filesystem::exists(path, error))
        throw UsageError(fmt::format("{} exists", path), {}, "use --overwrite to replace it, or choose another name");
}

} // namespace exahca
