#include "statement_text.hpp"

#include "paragraph.hpp"

#include <fmt/format.h>

namespace exahca {

void print_statement(Out out, Statement const& statement)
{
    constexpr int text_width = 105, topic_width = 13;
    fmt::format_to(out, "{:<{}}{}\n", topic_name(statement.topic), topic_width,
                   wrapped(statement.text, text_width, topic_width));
}

} // namespace exahca
