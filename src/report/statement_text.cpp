#include "statement_text.hpp"

#include "text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace exahca {

void print_statement(Out out, Statement const& statement)
{
    constexpr int text_width = 105;
    fmt::format_to(out, "{:<13}", statement.topic);
    int column = 0;
    std::string_view rest = statement.text;
    while (!rest.empty()) {
        auto end = rest.find(' ');
        if (end != rest.npos && rest.substr(end + 1, 1) == "%") end = rest.find(' ', end + 1); // stays with its number
        auto const word = rest.substr(0, end);
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        auto const width = text_columns(word);
        if (column > 0 && column + 1 + width > text_width) {
            fmt::format_to(out, "\n{:13}", "");
            column = 0;
        }
        fmt::format_to(out, "{}{}", column > 0 ? " " : "", word);
        column += width + (column > 0);
    }
    fmt::format_to(out, "\n");
}

} // namespace exahca
