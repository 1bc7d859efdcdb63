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

/// \throws UsageError  when both names lead to the same file
inline void refuse_same_file(std::string const& input, std::string const& output)
{
    std::error_code error;
    if (std::filesystem::equivalent(input, output, error))
        throw UsageError(fmt::format("{} is both input and output", output), {}, "choose another name for the output");
}

} // namespace exahca
