#include "text/p_value_text.hpp"

#include "exahca/profile/replication.hpp"
#include "exahca/text/replication.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace exahca {
namespace {

TEST(PValueText, has_three_decimals_and_never_says_zero)
{
    EXPECT_EQ(p_value_text(1), "p = 1.000");
    EXPECT_EQ(p_value_text(0.0364), "p = 0.036");
    EXPECT_EQ(p_value_text(0.001), "p = 0.001");
    for (double const small : {0.00099, 0.0004, 1e-12, 0.0}) EXPECT_EQ(p_value_text(small), "p < 0.001");
    EXPECT_EQ(p_value_text(std::numeric_limits<double>::quiet_NaN()), "p = n/a");
}

TEST(PValueText, is_that_of_a_verdict_on_many_random_flags)
{
    Replication found;
    found.angles = Vector::Zero(3);
    found.random.assign(2000, -1.0); // all worse than the flag that was found, whose log likelihood is 0: p = 1/2001
    auto const text = verdict_text(found);
    EXPECT_NE(text.find("rarely do as well (p < 0.001)"), std::string::npos) << text;
}

} // namespace
} // namespace exahca
