#include "exahca/io/plain_text.hpp"

#include "exahca/core/error.hpp"
#include "text.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace exahca {

std::string read_plain_text(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        throw UsageError(fmt::format("{} cannot be read", path), {}, "check its name and your right to read it");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        throw UsageError(fmt::format("{} is UTF-16", path), {}, "save it as UTF-8");
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    if (!io::is_utf8_text(text))
        throw UsageError(
            fmt::format("{} is not UTF-8 text", path), {},
            "save it as UTF-8; a file from Windows is converted by iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW");
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r')
            plain += text[i];
        else if (text.substr(i, 2) != "\r\n") // the line feed behind it ends the line
            plain += '\n';
    return plain;
}

} // namespace exahca
