#include "statement_text.hpp"

#include "paragraph.hpp"

#include <fmt/format.h>

namespace exahca {

void print_statement(Out out, std::string_view topic, std::string_view text)
{
    constexpr int text_width = 105, topic_width = 13;
    fmt::format_to(out, "{:<{}}{}\n", topic, topic_width, wrapped(text, text_width, topic_width));
}

void print_statement(Out out, Statement const& statement)
{
    print_statement(out, topic_name(statement.topic), statement.text);
}

} // namespace exahca
