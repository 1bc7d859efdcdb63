#include "exahca/numerics/chi_squared.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace exahca {
namespace {

TEST(ChiSquaredTail, has_the_closed_forms_of_one_two_and_four_degrees_of_freedom)
{
    for (double const x : {0.0, 0.3, 2.0, 9.21, 60.0}) {
        EXPECT_NEAR(chi_squared_tail(x, 1) / std::erfc(std::sqrt(x / 2)), 1, 1e-12)
            << x; // the square of a normal number
        EXPECT_NEAR(chi_squared_tail(x, 2) / std::exp(-x / 2), 1, 1e-12) << x;
        EXPECT_NEAR(chi_squared_tail(x, 4) / (std::exp(-x / 2) * (1 + x / 2)), 1, 1e-12) << x;
    }
}

} // namespace
} // namespace exahca
