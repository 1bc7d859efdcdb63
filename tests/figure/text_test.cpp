#include "exahca/text/text.hpp"
#include "figure/axis.hpp"
#include "text/paragraph.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace exahca {
namespace {

TEST(ReportText, escapes_what_markup_would_read)
{
    EXPECT_EQ(escape_markup("<b a=\"1\" c='2'> & co"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt; &amp; co");
    EXPECT_EQ(escape_markup("日本語 é 😀"), "日本語 é 😀");
}

TEST(ReportText, wraps_between_words)
{
    EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
    EXPECT_EQ(wrapped("one two three", 7, 2), "one two\n  three");
    EXPECT_EQ(wrapped("holds in 90 % of", 10), "holds in\n90 % of"); // a number stays with its sign
    EXPECT_EQ(wrapped("数学 数学 a", 7), "数学\n数学 a");
    EXPECT_EQ(wrapped("unbreakable b", 3), "unbreakable\nb");
    EXPECT_EQ(wrapped("", 3), "");
}

TEST(ReportText, replaces_bytes_that_are_not_utf8_or_not_xml)
{
    std::string const replaced = "\xEF\xBF\xBD";
    EXPECT_EQ(clean_text(std::string_view("a\0b", 3)), "a" + replaced + "b");
    EXPECT_EQ(clean_text("\x1B[31m"), replaced + "[31m");
    EXPECT_EQ(clean_text("\xC3"), replaced);                                   // cut off
    EXPECT_EQ(clean_text("\xC0\xAF"), replaced + replaced);                    // overlong slash
    EXPECT_EQ(clean_text("\xED\xA0\x80"), replaced + replaced + replaced);     // surrogate
    EXPECT_EQ(clean_text("\xEF\xBF\xBF"), replaced);                           // U+FFFF is no character
    EXPECT_EQ(clean_text("\xF4\x90\x80\x80").find('\xF4'), std::string::npos); // above U+10FFFF
    EXPECT_EQ(clean_text("line\nbreak\ttab"), "line\nbreak\ttab");
}

TEST(ReportText, shortens_by_columns_without_cutting_a_character)
{
    EXPECT_EQ(shortened("MMLU-PRO", 8), "MMLU-PRO");
    EXPECT_EQ(shortened("MMLU-PRO", 7), "MMLU-P…");
    EXPECT_EQ(text_columns("数学"), 4);
    EXPECT_EQ(shortened("数学的推論", 6), "数学…");
    EXPECT_EQ(shortened("\xFF\xFF\xFF", 2), "\xEF\xBF\xBD…");
    EXPECT_EQ(fitted("MMLU-PRO", 200, 12), "MMLU-PRO");
    for (double const width : {12.0, 30.0, 55.5, 80.0})
        EXPECT_LE(text_width(fitted("数学的推論 WWW benchmark", width, 12), 12), width) << width;
}

TEST(ReportText, never_shows_a_missing_value_as_a_number)
{
    EXPECT_EQ(signed_number(std::nan("")), "n/a");
    EXPECT_EQ(plain_number(std::nan(""), 2), "n/a");
    EXPECT_EQ(percent(std::nan("")), "n/a");
    EXPECT_EQ(interval_text(std::nan(""), 1), "");
    EXPECT_EQ(interval_text(-0.5, 1), "[-0.50, +1.00]");
    EXPECT_EQ(signed_number(1.704), "+1.70");
    EXPECT_EQ(signed_number(-12.34), "-12.3");
    EXPECT_EQ(signed_number(1234.5), "+1.2e+03");
    EXPECT_EQ(signed_number(303.04, 1), "+303.0");
    EXPECT_EQ(grouped(1480), "1,480");
    EXPECT_EQ(grouped(-123456), "-123,456");
    EXPECT_EQ(grouped(-123), "-123");
    EXPECT_EQ(counted(1, "model", "models"), "1 model");
}

TEST(ReportText, what_rounds_to_zero_has_no_sign)
{
    for (double const nothing : {0.0, -0.0, -1e-12, 1e-12, -0.00004}) {
        EXPECT_EQ(plain_number(nothing, 4), "0.0000");
        EXPECT_EQ(signed_number(nothing, 4), "0.0000");
        EXPECT_EQ(signed_number(nothing), "0.00");
    }
    EXPECT_EQ(plain_number(-0.00006, 4), "-0.0001");
    EXPECT_EQ(signed_number(-0.006), "-0.01");
    EXPECT_EQ(degrees_text(-1e-9), "0.0°");
    EXPECT_EQ(plain_number(-0.4, 0), "0");
    EXPECT_EQ(plain_number(-10, 0), "-10");
}

TEST(ReportAxis, ticks_are_round_and_inside)
{
    Axis const axis(-0.07, 2.2, 10, 330);
    auto const ticks = axis.ticks(5);
    ASSERT_FALSE(ticks.empty());
    for (double const tick : ticks) {
        EXPECT_NEAR(tick / 0.5, std::round(tick / 0.5), 1e-12);
        EXPECT_GE(tick, -0.07);
        EXPECT_LE(tick, 2.2);
    }
    EXPECT_EQ(axis.label(0.5), "0.5");
    EXPECT_EQ(axis.label(-0.0), "0");
    EXPECT_DOUBLE_EQ(axis.pixel(-0.07), 10);
    EXPECT_DOUBLE_EQ(axis.pixel(5), 330) << "values outside land on the end";
}

TEST(ReportAxis, equal_ends_make_a_range)
{
    Axis const axis(3, 3, 0, 100);
    EXPECT_NEAR(axis.pixel(3), 50, 1e-6);
    EXPECT_FALSE(axis.ticks(5).empty());
    EXPECT_FALSE(Axis(0, 0, 0, 100).ticks(4).empty());
}

} // namespace
} // namespace exahca
