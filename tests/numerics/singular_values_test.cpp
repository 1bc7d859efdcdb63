#include "exahca/numerics/singular_values.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

// Two orthogonal columns of lengths 5 and 10; as rows, the same.
TEST(SingularValues, are_lengths_of_orthogonal_columns_or_rows)
{
    Matrix tall(3, 2);
    tall << 3, 0, 4, 0, 0, 10;
    for (Matrix const& matrix : {tall, Matrix(tall.transpose())}) {
        Vector const values = singular_values(matrix);
        ASSERT_EQ(values.size(), 2);
        EXPECT_NEAR(values[0], 10, 1e-14);
        EXPECT_NEAR(values[1], 5, 1e-14);
    }
}

// [1 1; 0 e] has the product e and, for small e, the values sqrt(2) and e / sqrt(2): a Gram matrix would lose the
// second.
TEST(SingularValues, keep_their_relative_accuracy_when_small)
{
    double const e = 1e-12;
    Matrix matrix(2, 2);
    matrix << 1, 1, 0, e;
    Vector const values = singular_values(matrix);
    EXPECT_NEAR(values[0], std::sqrt(2.0), 1e-14);
    EXPECT_NEAR(values[1], e / std::sqrt(2.0), 1e-6 * e);
}

} // namespace
} // namespace exahca
