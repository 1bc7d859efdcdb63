#pragma once

#include "exahca/core/error.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <string>

namespace exahca {

/// \throws UsageError  when `path` is a folder, where a file is asked for
inline void refuse_folder(std::string const& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw UsageError(fmt::format("{} is a folder", path), {}, "give the name of a file in it");
}

/// \throws UsageError  when `path` is a folder, or exists and may not be replaced
inline void refuse_existing(std::string const& path, bool overwrite)
{
    refuse_folder(path);
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

/// \throws UsageError  when `output` is an existing file in the folder `input`, whose files are all read
inline void refuse_file_of_folder(std::string const& input, std::string const& output)
{
    std::error_code error;
    if (!std::filesystem::is_directory(input, error) || !std::filesystem::exists(output, error)) return;
    auto const inside =
        std::filesystem::canonical(output, error).lexically_relative(std::filesystem::canonical(input, error));
    if (!error && !inside.empty() && *inside.begin() != "..")
        throw UsageError(fmt::format("{} is in {}, which is read", output, input), {},
                         "choose another name for the output");
}

} // namespace exahca
