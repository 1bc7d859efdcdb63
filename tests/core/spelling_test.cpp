#include "exahca/core/spelling.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace exahca {
namespace {

void expect_one_name(std::vector<std::string> const& spellings)
{
    for (auto const& name : spellings) EXPECT_EQ(spelling_key(name), spelling_key(spellings[0])) << name;
}

TEST(Spelling, capitals_spaces_and_dashes_do_not_count)
{
    expect_one_name({"g one", "G ONE ", "g_one", "g-one", "G\u00a0one", "g\u202fone", "g\u2013one", "g\u2011one",
                     "g\u200bone", "\ufeffg one", "g\u00adone", "\uff47\uff0done", "g\u3000one"});
    expect_one_name({"l'une", "L\u2019Une", "l\u2018une"});
}

// The pairs are those of the Unicode Character Database.
TEST(Spelling, accents_in_one_character_or_in_two)
{
    expect_one_name({"\u00c9cole", "\u00e9cole", "e\u0301cole", "E\u0301COLE"});
    expect_one_name({"\u1ec7", "e\u0323\u0302", "e\u0302\u0323", "\u1eb9\u0302", "\u1ec6"});
    expect_one_name({"\u03ac", "\u0386", "\u03b1\u0301"});
    expect_one_name({"\u0439", "\u0418\u0306"});
    expect_one_name({"\u304c", "\u304b\u3099"});
    expect_one_name({"\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af"});
    expect_one_name({"\u00df", "\u1e9e"});
    expect_one_name({"\u03bf\u03b4\u03cc\u03c2", "\u039f\u0394\u039f\u0301\u03a3"});
}

TEST(Spelling, nothing_breaks_a_line)
{
    EXPECT_EQ(in_one_line("north\nwing\t\x1b[2J\r"), "north<U+000A>wing<U+0009><U+001B>[2J<U+000D>");
    EXPECT_EQ(in_one_line("a\u0085b\u2028c\u202ed\u2066\x7f"), "a<U+0085>b<U+2028>c<U+202E>d<U+2066><U+007F>");
    for (std::string const name : {"", "g one", "\u65e5\u672c", "caf\u00e9\u00a0\u2013", "g\u200bone"})
        EXPECT_EQ(in_one_line(name), name);
}

TEST(Spelling, digits_of_other_scripts_count_as_those_of_ascii)
{
    EXPECT_EQ(plain_signs("\u0664\u06f7\u066b\u096a\u0e54\uff14 \u066a"), "47.444 %");
    EXPECT_EQ(plain_signs("\u066a\u066c\ud55c\u00b2\u2460"), "%,\ud55c\u00b2\u2460");
    EXPECT_TRUE(has_foreign_digits("a\u0e54"));
    EXPECT_FALSE(has_foreign_digits("a4\uff14\u00b2\u65e5"));
}

TEST(Spelling, different_names_stay_different)
{
    for (auto const& [a, b] : std::vector<std::pair<std::string, std::string>>{{"caf\u00e9", "cafe"},
                                                                               {"o", "\u00f8"},
                                                                               {"1.5", "15"},
                                                                               {"a+b", "ab"},
                                                                               {"\u4e00", "\u4e8c"},
                                                                               {"\xff", "\xfe"},
                                                                               {"qwen2", "qwen2.5"}})
        EXPECT_NE(spelling_key(a), spelling_key(b)) << a << " " << b;
    EXPECT_NE(spelling_key("a\u0301\u0323o"), spelling_key("a\u0301o\u0323"));
    EXPECT_NE(spelling_key("\u01d6"), spelling_key("\u1e7b")); // diaeresis below macron, and above
}

TEST(Spelling, what_cannot_be_seen_is_shown)
{
    EXPECT_EQ(visible_name("g\u00a0one"), "g<U+00A0>one");
    EXPECT_EQ(visible_name("e\u0301"), "e<U+0301>");
    EXPECT_EQ(visible_name("a\u2011b\tc"), "a<U+2011>b<U+0009>c");
    EXPECT_EQ(visible_name("\u00e9t\u00e9 - plain 日本"), "\u00e9t\u00e9 - plain 日本");
}

TEST(Spelling, signs_as_ascii_has_them)
{
    EXPECT_EQ(plain_signs("\u22121\u202f147,5\u00a0%"), "-1 147,5 %");
    EXPECT_EQ(plain_signs("1\u2019147"), "1'147");
    EXPECT_EQ(plain_signs("\uff14\uff17\uff0e\uff17"), "47.7");
    EXPECT_EQ(plain_signs("47\u200b.7 \u00b1 0.5"), "47.7 \u00b1 0.5");
    EXPECT_EQ(plain_signs("\xff x"), "\xff x");
    EXPECT_EQ(plain_signs(std::string("a\0b", 3)), std::string("a\0b", 3));
}

} // namespace
} // namespace exahca
