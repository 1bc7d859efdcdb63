#include "exahca/search/instance_text.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace exahca {
namespace {

std::string message_of(std::string const& text)
{
    try {
        (void)parse_unmixing_text(text, "m.txt");
    } catch (InvalidInput const& error) {
        return error.what();
    }
    return {};
}

TEST(InstanceText, reads_back_what_was_written_bit_for_bit)
{
    std::vector<Matrix> const unmixing{Matrix::Random(2, 3), 1e-17 * Matrix::Random(2, 3)};
    auto const read = parse_unmixing_text(format_unmixing_text(unmixing), "m.txt");
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0], unmixing[0]);
    EXPECT_EQ(read[1], unmixing[1]);
}

TEST(InstanceText, passes_over_comments_blank_lines_and_carriage_returns)
{
    auto const read = parse_unmixing_text("# header\r\n\r\n1 1 2\r\n\t1.5  -2e3\r\n\n", "m.txt");
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0](0, 1), -2000);
}

TEST(InstanceText, names_the_line_of_every_defect)
{
    for (auto const& [text, line] : std::vector<std::pair<std::string, std::string>>{
             {"", "line 0"},
             {"1 1", "line 1"},
             {"1 1 x\n1", "line 1"},
             {"0 1 1\n", "line 1"},
             {"1 3 2\n1 2\n", "line 1"},
             {"9999999 2 2\n1 2\n", "line 1"},
             {"1 4096 4096\n1 2\n", "line 1"},
             {"1 2 2\n1 2\n", "line 2"},
             {"1 2 2\n1 2\n3\n", "line 3"},
             {"1 2 2\n1 2\n3 4 5\n", "line 3"},
             {"1 2 2\n1 2\n3 nan\n", "line 3"},
             {"1 2 2\n1 2\n3 inf\n", "line 3"},
             {"1 2 2\n1 2\n3 1e999\n", "line 3"},
             {"1 2 2\n1 2\n3 4,5\n", "line 3"},
             {"1 1 1\n1\n\n7\n", "line 4"},
         })
        EXPECT_NE(message_of(text).find("m.txt " + line), std::string::npos) << text << " gave: " << message_of(text);
}

} // namespace
} // namespace exahca
