#include "exahca/core/trimmed.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

TEST(Trimmed, takes_the_ends_alone)
{
    EXPECT_EQ(trimmed("  MATH Lvl 5 "), "MATH Lvl 5");
    EXPECT_EQ(trimmed("IFEval"), "IFEval");
    EXPECT_EQ(trimmed("\tIFEval "), "\tIFEval");
    EXPECT_EQ(trimmed("\tIFEval ", " \t"), "IFEval");
    EXPECT_EQ(trimmed("   "), "");
    EXPECT_EQ(trimmed(""), "");
}

} // namespace
} // namespace exahca
