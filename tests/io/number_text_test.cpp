#include "io/column_look.hpp"
#include "io/letters_remedy.hpp"

#include "exahca/core/random.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace exahca::io {
namespace {

ColumnLook look_at(std::vector<std::string> const& cells)
{
    ColumnLook look;
    MissingCodes const codes;
    for (auto const& cell : cells)
        if (!look.add_if_plain(cell, codes)) look.add(cell);
    return look;
}

/// What the cells are read as when they are a column of a table; -1 for those that are no numbers in its style.
std::vector<double> read_column(std::vector<std::string> const& cells, char forced = 0, char of_file = '.')
{
    auto const look = look_at(cells);
    auto const style = look.style(forced, of_file);
    std::vector<double> values;
    for (auto const& cell : cells) values.push_back(read_number(cell, style).value_or(-1));
    EXPECT_EQ(look.readable(style), std::count_if(values.begin(), values.end(), [](double v) { return v != -1; }));
    return values;
}

using Values = std::vector<double>;

TEST(NumberText, plain_numbers_are_read_as_c_writes_them)
{
    EXPECT_EQ(read_column({"47.7", "+3", "-4e-1", ".5", "1.147", "12345.678"}),
              (Values{47.7, 3, -0.4, .5, 1.147, 12345.678}));
    EXPECT_TRUE(look_at({"47.7", "1.147"}).style(0, '.').is_plain());
    EXPECT_EQ(*read_number("\xe2\x88\x92"
                           "3.5",
                           {}),
              -3.5);
    for (auto const* text : {"", "-", "1 2", "0x10", "1.5.2", "--1", "+-1", "7B", "2024-01-05", "1e", "(5)", "%",
                             "\xc2\xb1"
                             "3"})
        EXPECT_FALSE(look_at_number(text)) << text;
}

// What is read on a shorter way is read as the standard library reads it, to the last bit.
TEST(NumberText, short_numbers_are_those_of_the_standard_library)
{
    RandomStream random({1, "number-text-test", 0, "", 0});
    for (int i = 0; i < 100000; ++i) {
        auto const digits = static_cast<int>(random.below(17)) + 1, decimals = static_cast<int>(random.below(17));
        std::string text = random.below(4) == 0 ? "-" : "";
        for (int k = 0; k < digits; ++k) text += static_cast<char>('0' + random.below(10));
        if (decimals > 0) text += '.';
        for (int k = 0; k < decimals; ++k) text += static_cast<char>('0' + random.below(10));
        double value = 0, expected = 0;
        std::from_chars(text.data(), text.data() + text.size(), expected);
        ASSERT_TRUE(parse_plain_number(text, value)) << text;
        ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(expected)) << text;
    }
    double value = 0;
    for (auto const* text : {"", "-", ".", "+-1", "1.2.3", "1 ", "1-", "--1", "1e", "0x1"})
        EXPECT_FALSE(parse_plain_number(text, value)) << text;
    for (auto const* text : {".5", "5.", "-.5", "+5", "1e3", "000000000000000000005"})
        EXPECT_TRUE(parse_plain_number(text, value)) << text;
}

TEST(NumberText, names_that_begin_as_codes_do_are_none)
{
    MissingCodes const codes;
    for (auto const* text :
         {"n/a", "N/A*", "Missing", "na", "NA \u2020", "*nan*", "None", "1.#IND", "1.#qnan *", "tbd"})
        EXPECT_TRUE(codes.contains(text)) << text;
    for (auto const* text : {"nable", "mistral", "missing1", "none-7b", "n", "unknowns", "1.5b", "base-1", "nan\u00e9"})
        EXPECT_FALSE(codes.contains(text)) << text;
    EXPECT_TRUE(MissingCodes({"base-1"}).contains("Base-1"));
}

TEST(NumberText, typographic_signs_count_as_those_of_ascii)
{
    EXPECT_EQ(read_column({"1\u202f147", "12\u00a0345", "1\u2009000\u2009000"}), (Values{1147, 12345, 1000000}));
    EXPECT_EQ(read_column({"1\u2019147.5", "12\u2019345.5"}), (Values{1147.5, 12345.5}));
    EXPECT_EQ(read_column({"47,7\u00a0%", "\u221238,2\u202f%", "\u20135 %"}), (Values{47.7, -38.2, -5}));
    EXPECT_EQ(read_column({"47.7\u00a0\u00b1\u00a00.5", "\u22123.5 +/\u2212 1"}), (Values{47.7, -3.5}));
    EXPECT_EQ(read_column({"\u22123.5", "\u20114.25", "5\u00a0", "\uff14\uff17\uff0e\uff17"}),
              (Values{-3.5, -4.25, 5, 47.7}));
    MissingCodes const codes;
    for (auto const* text : {"\u2013", "\u2014", "\u2212", "\u2026", "\u00a0", "\u00a0\u2014\u00a0", "N/A\u00a0"})
        EXPECT_TRUE(codes.contains(text)) << text;
    EXPECT_FALSE(codes.contains("\u00e9"));
}

TEST(NumberText, every_dress_is_recognised_when_most_cells_wear_it)
{
    EXPECT_EQ(read_column({"47.7%", "38 %", "100%"}), (Values{47.7, 38, 100}));
    EXPECT_EQ(read_column({"47,7", "38,25", "3"}), (Values{47.7, 38.25, 3}));
    EXPECT_EQ(read_column({"47.7 \xc2\xb1 0.5", "38.2\xc2\xb1.5", "40 +/- 1", "41 +- 2", "42"}),
              (Values{47.7, 38.2, 40, 41, 42}));
    EXPECT_EQ(read_column({"47.7 (0.5)",
                           "38.2 (\xc2\xb1"
                           "0.5)",
                           "40 [39, 41]"}),
              (Values{47.7, 38.2, 40}));
    EXPECT_EQ(read_column({"47,7 % \xc2\xb1 0,5", "38,2 % \xc2\xb1 0,5"}), (Values{47.7, 38.2}));
    EXPECT_EQ(read_column({"1,147", "1,134.5", "12,345,678"}), (Values{1147, 1134.5, 12345678}));
    EXPECT_EQ(read_column({"1.147,5", "1.234.567"}), (Values{1147.5, 1234567}));
    EXPECT_EQ(read_column({"1 147", "1'134",
                           "1\xc2\xa0"
                           "200",
                           "1\xe2\x80\xaf"
                           "300,5",
                           "2 000,25"}),
              (Values{1147, 1134, 1200, 1300.5, 2000.25}));
}

TEST(NumberText, a_dress_of_few_cells_is_none_of_the_column)
{
    EXPECT_EQ(read_column({"2", "2", "95%"}), (Values{2, 2, -1}));
    EXPECT_EQ(read_column({"2", "2", "1,5"}), (Values{2, 2, -1}));
    EXPECT_EQ(read_column({"2", "2", "3 \xc2\xb1 1"}), (Values{2, 2, -1}));
    EXPECT_EQ(read_column({"95%", "96%", "0.4"}), (Values{95, 96, -1})); // in another unit, perhaps
    // Thousands apart go on where the numbers without end, or they are no thousands.
    EXPECT_EQ(read_column({"950", "980", "1,010"}), (Values{950, 980, 1010}));
    EXPECT_EQ(read_column({"47.7", "38.2", "1,147"}), (Values{47.7, 38.2, -1}));
}

TEST(NumberText, about_and_shares_of_a_whole)
{
    EXPECT_EQ(read_column({"~60", "\u224860.03", "\u223c 61", "\uff5e62", "63"}), (Values{60, 60.03, 61, 62, 63}));
    EXPECT_EQ(read_column({"60/100", "37 / 50", "0/1", "8.5/10"}), (Values{60, 74, 0, 85}));
    EXPECT_EQ(read_column({"8,5/10", "9,25/10"}), (Values{85, 92.5}));
    EXPECT_EQ(read_column({"~37/50 (3)", "~40/50 (2)"}), (Values{74, 80}));
    // Dates, versions and ratios are no shares, and then no cell of their column is one.
    EXPECT_EQ(read_column({"3/14", "7/4", "1/12"}), (Values{-1, -1, -1}));
    EXPECT_EQ(read_column({"1/2/2024", "1/3"}), (Values{-1, -1}));
    for (auto const* text : {"1/0", "-1/2", "1/", "/2", "1/2 %", "1/2.5", "~", "a/b", "<60", "60k", "$60"})
        EXPECT_FALSE(look_at_number(text)) << text;
    // Few of them are mistakes, as with every dress; a number without a whole is in another unit, perhaps.
    EXPECT_EQ(read_column({"60", "61", "~62"}), (Values{60, 61, -1}));
    EXPECT_EQ(read_column({"37/50", "40/50", "74"}), (Values{74, 80, -1}));
}

TEST(NumberText, marks_of_notes_are_left_out_where_few_cells_have_some)
{
    EXPECT_EQ(read_column({"49.4*", "38", "40.5"}), (Values{49.4, 38, 40.5}));
    EXPECT_EQ(read_column({"56.9\u00b3", "38 \u2020", "40\u00b9\u00b2", "1", "2", "3"}),
              (Values{56.9, 38, 40, 1, 2, 3}));
    EXPECT_EQ(read_column({"28.1\u1d43", "38.5\u1d47*", "40", "41", "42"}), (Values{28.1, 38.5, 40, 41, 42}));
    EXPECT_EQ(read_column({"**60**", "61.5", "62"}), (Values{60, 61.5, 62}));
    EXPECT_EQ(read_column({"47,7*", "38,2", "40,5"}), (Values{47.7, 38.2, 40.5}));
    EXPECT_EQ(read_column({"47.7 %**", "38.2%", "40.5%"}), (Values{47.7, 38.2, 40.5}));
    EXPECT_EQ(read_column({"47.7 \u00b1 0.5\u00a7", "38.2 \u00b1 1"}), (Values{47.7, 38.2}));
    // A mark that most cells have points to no note.
    EXPECT_EQ(read_column({"49.4*", "38*", "40.5"}), (Values{-1, -1, 40.5}));
    EXPECT_TRUE(look_at({"49.4", "38"}).style(0, '.').is_plain());
    auto const noted = look_at({"ill", "49.4*", "38", "1"});
    EXPECT_EQ(noted.asides(noted.style(0, '.')).front().example, "49.4*");
    // Powers of ten, and what is no mark.
    for (auto const* text : {"10\u00b3", "5\u00d710\u00b2", "60k*", "*", "\u00b2", "60a", "60#", "x*"})
        EXPECT_FALSE(look_at_number(text)) << text;
    EXPECT_EQ(read_column({"110\u00b3", "38", "1"}), (Values{110, 38, 1}));
    MissingCodes const codes;
    for (auto const* text : {"n/a*", "NA \u2020", "\u2013*", "N/A\u00b9"}) EXPECT_TRUE(codes.contains(text)) << text;
    for (auto const* text : {"$-$", "<b>n/a</b>", "\\textbf{--}", "<i>\u2013</i>", "\\textit{NA}"})
        EXPECT_TRUE(codes.contains(text)) << text;
    for (auto const* text : {"*", "ill*", "0*", "\u00b9", "$", "<b>", "<5", "$5$", "<unk>", "\\", "$ill$"})
        EXPECT_FALSE(codes.contains(text)) << text;
}

TEST(NumberText, what_typesetting_adds_is_left_out)
{
    EXPECT_EQ(read_column({"<b>60</b>", "61.5", "<span class=\"x\">62</span>"}), (Values{60, 61.5, 62}));
    EXPECT_EQ(read_column({"\\textbf{60}", "$61.5$", "\\underline{\\mathbf{62}}", "\\cellcolor[HTML]{FF0000}63"}),
              (Values{60, 61.5, 62, 63}));
    EXPECT_EQ(read_column({"$60_{\\pm 1}$", "$61.5 \\pm 0.5$", "62$_{\\pm 2}$"}), (Values{60, 61.5, 62}));
    EXPECT_EQ(read_column({"60$_{1.5}$", "61.5$_{0.5}$"}), (Values{60, 61.5}));
    EXPECT_EQ(read_column({"60\\%", "\\textbf{61.5\\%}", "62%"}), (Values{60, 61.5, 62}));
    EXPECT_EQ(read_column({"\U0001f947 60", "61,5 \u2b50\ufe0f", "\U0001f7e2 62", "63\u2191"}, 0, ','),
              (Values{60, 61.5, 62, 63}));
    EXPECT_EQ(read_column({"<b>60</b>*", "61", "<i>62*</i>", "63"}), (Values{60, 61, 62, 63}));
    EXPECT_TRUE(look_at({"60", "61"}).style(0, '.').is_plain());
    // Numbers that would run together, change, or are none.
    for (auto const* text :
         {"10<sup>3</sup>", "<b>6</b>0", "\\frac{1}{2}",  "10^{3}",       "1 \\times 10",    "$ 60", "\u25bc 3",
          "\u2191 3",       "<60",       "< 60",          "<b>60 ms</b>", "\\textbf{x}",     "\\",   "$$",
          "<b></b>",        "60 <",      "6\ufe0f\u20e3", "&nbsp;",       "\\cellcolor{60}", "$60",  "60_",
          "60\\pm"})
        EXPECT_FALSE(look_at_number(text)) << text;
}

TEST(NumberText, links_are_their_text)
{
    for (auto const* link :
         {"<a href=\"x\">org/m</a>", "[org/m](https://x.y/z)", "<a href='x'><b>org/m</b></a>", " <td> org/m </td> ",
          "<a href=\"x\">[org/m](y.z)</a>", "**[org/m](#a)**", "`org/m`", "[**org/m**](#y)"})
        EXPECT_EQ(link_text(link), "org/m") << link;
    for (auto const* name :
         {"org/m", "<unk>", "[x]", "[a](b) c", "[v1](beta)", "[a](x y.z)", "<script>x</script>", "a <b>", "<b>", "</b>",
          "<a>x</b>", "[](x)", "<a></a>", "<", ">", "", "x (y)", "<bold>x</b>"})
        EXPECT_EQ(link_text(name), name);
}

// However deep it is nested.
TEST(NumberText, long_texts_are_nothing_typeset)
{
    constexpr int times = 200'000;
    std::string latex, html, ends, stars;
    for (int i = 0; i < times; ++i) {
        latex += "_{";
        html += "<b>";
        ends += "</b>";
        stars += "**";
    }
    EXPECT_FALSE(look_at_number("$60" + latex + "}$"));
    EXPECT_FALSE(look_at_number(html + "60" + ends));
    EXPECT_EQ(link_text(html + "x" + ends).size(), html.size() + 1 + ends.size());
    EXPECT_EQ(header_text("a" + stars).size(), 1 + stars.size());
    EXPECT_EQ(header_text("**a**<br>b&nbsp;`c`"), "a b `c`");
    EXPECT_EQ(header_text("a**b"), "a**b");
}

TEST(NumberText, steps_have_one_label_each)
{
    EXPECT_EQ(read_column({"4 - Agree", "2 - Disagree", "4 - Agree", "3"}), (Values{4, 2, 4, 3}));
    EXPECT_EQ(read_column({"Agree (4)", "Disagree (2)"}), (Values{4, 2}));
    EXPECT_EQ(read_column({"5: always", "1: never", "9"}), (Values{5, 1, 9}));
    EXPECT_EQ(read_column({"1) low", "2) high"}), (Values{1, 2}));
    EXPECT_EQ(read_column({"1 - worst", "2", "3", "5 - best"}), (Values{1, 2, 3, 5}));
    // One number with two labels, one label with two numbers, a single step, numbers that are no steps.
    EXPECT_EQ(read_column({"4 - Agree", "4 - Disagree"}), (Values{-1, -1}));
    EXPECT_EQ(read_column({"4 - Agree", "3 - Agree"}), (Values{-1, -1}));
    EXPECT_EQ(read_column({"4 - Agree", "4 - Agree"}), (Values{-1, -1}));
    EXPECT_EQ(read_column({"4 - Agree", "3 - Neither", "3.5"}), (Values{-1, -1, 3.5}));
    EXPECT_EQ(read_column({"1 - north", "2 - south"}), (Values{-1, -1})); // categories
    EXPECT_TRUE(look_at({"1 - north", "2 - south"}).has_steps());
    EXPECT_EQ(read_column({"1 - low", "2 - high", "8 - Don't know"}), (Values{1, 2, -1}));
    for (auto const* text :
         {"4-bit", "12:30", "2024 - May", "4 -", "- Agree", "4 - 5", "4 - -", "Agree", "(4)", "100 - x"})
        EXPECT_FALSE(look_at_step(text)) << text;
    auto const look = look_at({"4 - Agree", "2 - Disagree"});
    EXPECT_EQ(look.asides(look.style(0, '.')).front().example, "4 - Agree");
}

TEST(NumberText, digits_of_other_scripts)
{
    // 47.7, 1,234.5 and 38 % in Arabic-Indic digits with their own separators; 47.7 in Devanagari and in Thai.
    EXPECT_EQ(read_column({"\u0664\u0667\u066b\u0667", "38"}), (Values{47.7, 38}));
    EXPECT_EQ(read_column({"\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "2,000"}), (Values{1234.5, 2000}));
    EXPECT_EQ(read_column({"\u0663\u0668\u066a", "\u06f4\u06f7\u066a"}), (Values{38, 47}));
    EXPECT_EQ(read_column({"\u096a\u096d.\u096d", "\u0e54\u0e57.\u0e57"}), (Values{47.7, 47.7}));
    auto const look = look_at({"\u0664\u0667\u066b\u0667", "38"});
    EXPECT_EQ(dress_of(look.style(0, '.'), look), "digits of another script");
    EXPECT_EQ(look.example(look.style(0, '.')), "\u0664\u0667\u066b\u0667");
    EXPECT_FALSE(look_at({"47.7", "38 %"}).has_foreign_digits());
}

// Examples are of what is read, not of what stands first.
TEST(NumberText, examples_wear_the_dress_of_their_column)
{
    auto const look = look_at({"absent", "60 %", "47,7", "38,2", "40,5"});
    auto const style = look.style(0, '.');
    EXPECT_EQ(look.example(style), "47,7");
    EXPECT_EQ(look.unreadable(style), "absent");
    EXPECT_TRUE(look.asides(style).empty());
}

TEST(NumberText, indian_thousands)
{
    EXPECT_EQ(read_column({"12,34,567", "1,23,456.5", "12,34,56,789", "1,234"}),
              (Values{1234567, 123456.5, 123456789, 1234}));
    for (auto const* text : {"123,45,678", "1,23,45", "1,2,345", "12,345,67", "1,234,56,789", "1 23 456", "1.23.456"})
        EXPECT_FALSE(look_at_number(text)) << text;
}

TEST(NumberText, what_cannot_be_read_is_counted)
{
    auto const first = look_at({"<5", "<5", "60", "61", "62", "ill"}), second = look_at({"1", "2", "3 %"}),
               none = look_at({"1"});
    auto const told = [](std::vector<ColumnLook const*> const& looks) {
        std::vector<NumberStyle> styles;
        for (auto const* look : looks) styles.push_back(look->style(0, '.'));
        return unreadable_cells(looks, styles);
    };
    EXPECT_EQ(told({&first, &none, &second}), "one of 4 such cells: \"<5\" 2, \"ill\" 1, \"3 %\" 1");
    EXPECT_EQ(told({&second}), ""); // the message names it
    std::vector<std::string> many;
    for (int i = 0; i < 20; ++i) many.push_back("x" + std::to_string(i / 2));
    auto const texts = look_at(many);
    EXPECT_EQ(told({&texts}),
              "one of 20 such cells: \"x0\" 2, \"x1\" 2, \"x2\" 2, \"x3\" 2, \"x4\" 2, \"x5\" 2, others 8");
}

TEST(NumberText, cells_that_begin_like_numbers_and_are_none)
{
    for (auto const* text : {"60k", "$ 60", "\u20ac60", "<60", "'60'", "**60**", "60 ms", "(60", "\u226460"}) {
        auto const look = look_at({text});
        EXPECT_EQ(look.number_like(), 1) << text;
        EXPECT_EQ(look.unreadable({}), text);
    }
    for (auto const* text : {"llama-3", "v1", "ca. 60", "\u00c4rzte 3", "yes", "\u4e2d\u6587 3"})
        EXPECT_EQ(look_at({text}).number_like(), 0) << text;
    auto const mixed = look_at({"60 %", "0.5", "0.6"});
    EXPECT_EQ(mixed.unreadable(mixed.style(0, '.')), "60 %");
    EXPECT_EQ(look_at({"60 %"}).unreadable(look_at({"60 %"}).style(0, '.')), "");
}

TEST(NumberText, what_a_comma_means)
{
    // Three digits behind it: thousands, unless something says otherwise.
    EXPECT_EQ(read_column({"1,147", "1,134"}), (Values{1147, 1134}));
    EXPECT_TRUE(look_at({"1,147", "1,134"}).is_ambiguous());
    EXPECT_EQ(read_column({"1,147", "1,134"}, ','), (Values{1.147, 1.134}));
    EXPECT_EQ(read_column({"1,147", "1,134"}, 0, ','), (Values{1.147, 1.134}));
    EXPECT_EQ(read_column({"1,147", "0,134"}), (Values{1.147, 0.134})); // no thousands begin with 0
    EXPECT_EQ(read_column({"1,147", "1,13"}), (Values{1.147, 1.13}));
    EXPECT_FALSE(look_at({"1,147", "1,13"}).is_ambiguous());
    EXPECT_EQ(read_column({"1.147", "1.134"}, 0, ','), (Values{1147, 1134}));
    EXPECT_EQ(read_column({"1.147", "1.13"}, 0, ','), (Values{1.147, 1.13}));
    EXPECT_EQ(read_column({"47,7", "1.5"}, '.'), (Values{-1, 1.5}));
}

TEST(NumberText, months_and_seasons_are_no_shares_where_all_cells_may_be_such)
{
    for (auto const& cells : std::vector<std::vector<std::string>>{
             {"12/2023", "1/2024", "03/2022"}, {"2022/2023", "2023/2024"}, {"21/22", "22/23", "23/24"}, {"9 / 2023"}})
        EXPECT_EQ(read_column(cells), Values(cells.size(), -1)) << cells[0];
    // One cell that is neither says what the others are.
    EXPECT_EQ(read_column({"12/2023", "0/2023"}), (Values{100 * 12 / 2023.0, 0}));
    EXPECT_EQ(read_column({"12/2000", "13/2000"}), (Values{0.6, 0.65}));
    EXPECT_EQ(read_column({"12/1500", "3/1500"}), (Values{0.8, 0.2}));
    EXPECT_EQ(read_column({"2000/2001", "1500/2001"}), (Values{100 * 2000 / 2001.0, 100 * 1500 / 2001.0}));
    EXPECT_EQ(read_column({"19/20", "18/20"}), (Values{95, 90}));
    EXPECT_EQ(read_column({"12/20", "11/20"}), (Values{60, 55}));
    EXPECT_EQ(read_column({"3/4", "3/5", "4/5"}), (Values{75, 60, 80}));
    EXPECT_EQ(read_column({"3/8"}), (Values{37.5}));
    EXPECT_EQ(read_column({"8.5/2000", "9.0/2000"}), (Values{0.425, 0.45}));
}

TEST(NumberText, letters_behind_numbers_are_counted)
{
    auto const look = look_at({"2.06 SB", "9.81w", "3.1", "7 SB", "1e5", "12 months", "x9 PB", "NM", "4:39 w"});
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (auto const& [text, count] : look.letters_behind()) found.emplace_back(text, count);
    EXPECT_EQ(found, (std::vector<std::pair<std::string, std::int64_t>>{{"SB", 2}, {"w", 1}}));
    auto const source = text_in_memory("model,Run\n", "t");
    ScoreColumn const one{1, "Run", &look};
    EXPECT_EQ(letters_remedy({&one, 1}, *source, ','),
              "take letters off that only mark a number (\"SB\" behind 2, \"w\" behind 1; units have to be converted) "
              "from the numbers of Run alone");
    auto const single = look_at({"2.06 SB", "3.1"});
    ScoreColumn const other{1, "Run", &single};
    EXPECT_EQ(letters_remedy({&other, 1}, *source, ','), "");
}

TEST(NumberText, codes_of_missing_scores)
{
    MissingCodes const usual;
    for (auto const* text :
         {"", "NA", "n/a", "#N/A", "NaN", "NULL", "None", "-", "--", "?", "\xe2\x80\x93", "#DIV/0!", "<NA>", "Missing"})
        EXPECT_TRUE(usual.contains(text)) << text;
    for (auto const* text : {"0", "x", "inf", "naan", "-999", "k", "keine", "\u26a0\ufe0f", "\u26a0\ufe0f x"})
        EXPECT_FALSE(usual.contains(text)) << text;
    // In German, and beside pictures.
    for (auto const* text :
         {"k. A.", "k.A.", "k.\u00a0A.", "Keine Angabe", "\u26a0\ufe0f NA", "n/a \U0001f534", "\u26a0 -"})
        EXPECT_TRUE(usual.contains(text)) << text;
    MissingCodes const further({"-999", "Withheld"});
    EXPECT_TRUE(further.contains("WITHHELD"));
    EXPECT_TRUE(further.is_code(-999));
    EXPECT_FALSE(further.is_code(999));
    EXPECT_TRUE(further.contains("NA"));
}

} // namespace
} // namespace exahca::io
