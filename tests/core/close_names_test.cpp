#include "exahca/core/close_names.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

using Names = std::vector<std::string>;

TEST(CloseNames, letters_missing_added_or_changed)
{
    Names const names{"search", "show", "simulate", "selftest"};
    EXPECT_EQ(close_names("serch", names), Names{"search"});
    EXPECT_EQ(close_names("searchh", names), Names{"search"});
    EXPECT_EQ(close_names("shiw", names), Names{"show"});
    EXPECT_EQ(close_names("frobnicate", names), Names{});
    EXPECT_EQ(close_names("", names), Names{});
}

TEST(CloseNames, at_most_three_and_none_much_further_than_the_closest)
{
    EXPECT_EQ(close_names("aaaa", {"aaab", "aabb", "abbb"}), (Names{"aaab", "aabb"}));
    EXPECT_EQ(close_names("aaaa", {"aaae", "aaad", "aaac", "aaab"}), (Names{"aaab", "aaac", "aaad"}));
}

} // namespace
} // namespace exahca
