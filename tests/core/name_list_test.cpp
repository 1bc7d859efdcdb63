#include "exahca/core/name_list.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

using Names = std::vector<std::string>;

Names split(std::string_view text) { return split_names("domains", text); }

TEST(NameList, plain_names_need_no_quotation_marks)
{
    EXPECT_EQ(split("a,b/c-1.5,d e"), (Names{"a", "b/c-1.5", "d e"}));
    EXPECT_EQ(split(" a , b "), (Names{"a", "b"}));
    EXPECT_EQ(split("a,,b,"), (Names{"a", "b"}));
    EXPECT_EQ(split(""), Names{});
    EXPECT_EQ(split(" , "), Names{});
    EXPECT_EQ(split("6\" gun,b"), (Names{"6\" gun", "b"}));
}

TEST(NameList, quoted_names_hold_commas_and_doubled_quotation_marks)
{
    EXPECT_EQ(split(R"("Acme, Inc. ""A""",g/two)"), (Names{R"(Acme, Inc. "A")", "g/two"}));
    EXPECT_EQ(split(R"(a, "b,c" ,"")"), (Names{"a", "b,c", ""}));
}

TEST(NameList, what_is_no_list_is_refused_with_the_way_to_write_one)
{
    for (auto const* text : {R"("a,b)", R"(a,")", R"("a"b,c)", R"(""")", R"("a" "b")"}) {
        try {
            (void)split(text);
            ADD_FAILURE() << text;
        } catch (UsageError const& error) {
            std::string const said = error.what();
            EXPECT_NE(said.find("--domains " + std::string(text)), said.npos) << said;
            EXPECT_NE(said.find("double its quotation marks"), said.npos) << said;
        }
    }
}

// Every list of up to three names of up to three characters that mean something to the format.
TEST(NameList, what_is_joined_is_split_into_the_same_names)
{
    Names words{""};
    for (std::size_t i = 0; words[i].size() < 3; ++i)
        for (char const c : {'a', ',', '"', ' '}) words.push_back(words[i] + c);
    for (auto const& first : words)
        for (auto const& second : words)
            for (auto const* separator : {",", ", "}) {
                Names const names{first, second, "z"};
                auto const text = join_names(names, separator);
                ASSERT_EQ(split(text), names) << text;
            }
}

TEST(NameList, names_without_commas_are_printed_as_they_are)
{
    EXPECT_EQ(join_names(Names{"llama-3-8b", "MATH Lvl 5", "a\"b"}), "llama-3-8b,MATH Lvl 5,a\"b");
}

} // namespace
} // namespace exahca
