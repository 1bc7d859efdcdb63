#pragma once

#include "exahca/core/error.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <string>

namespace exahca {

/// Makes the directory and those above it. \throws OutputError  when that fails or a file stands in the way
inline void make_output_directory(std::string const& path)
{
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error || !std::filesystem::is_directory(path))
        throw OutputError(fmt::format("directory {} cannot be made", path),
                          error ? error.message() : "a file has that name", "choose another directory");
}

} // namespace exahca
