#include "paragraph.hpp"

#include "exahca/read/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

std::string wrapped(std::string_view text, int columns, int indent)
{
    std::string lines;
    int column = 0;
    while (!text.empty()) {
        auto end = text.find(' ');
        if (end != text.npos && text.substr(end + 1, 1) == "%") end = text.find(' ', end + 1); // stays with its number
        auto const word = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        auto const width = text_columns(word);
        if (column > 0 && column + 1 + width > columns) {
            lines += fmt::format("\n{:{}}", "", indent);
            column = 0;
        }
        if (column > 0) lines += ' ';
        lines += word;
        column += width + (column > 0);
    }
    return lines;
}

} // namespace exahca
