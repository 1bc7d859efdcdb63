#include "exahca/numerics/principal_angles.hpp"

#include "exahca/core/random.hpp"
#include "exahca/numerics/orthogonal.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace exahca {
namespace {

constexpr double degrees = 180 / std::numbers::pi;

Matrix random_basis(Index d, std::uint64_t seed)
{
    RandomStream stream({seed, "basis", 0, "", 0});
    return random_orthogonal(stream, d);
}

/// Two planes of a six-dimensional space whose principal angles are chosen.
TEST(PrincipalAngles, are_recovered_from_tiny_to_right)
{
    Matrix const basis = random_basis(6, 1);
    for (double const small : {0.0, 1e-12, 1e-8, 1e-3, 0.5})
        for (double const large : {small, 0.7, std::numbers::pi / 2}) {
            Matrix const a = basis.topRows(2);
            Matrix b(2, 6);
            b.row(0) = std::cos(small) * basis.row(0) + std::sin(small) * basis.row(2);
            b.row(1) = std::cos(large) * basis.row(1) + std::sin(large) * basis.row(3);
            Matrix mix(2, 2);
            mix << 2, -1, 0.5, 3; // another basis of the same plane
            auto const angles = principal_angles(a, mix * b);
            EXPECT_NEAR(angles(0), small * degrees, 1e-13 + 1e-6 * small) << small;
            EXPECT_NEAR(angles(1), large * degrees, 1e-13 + 1e-6 * large) << large;
            EXPECT_NEAR(largest_principal_angle(mix * a, b), large * degrees, 1e-13 + 1e-6 * large);
        }
}

TEST(PrincipalAngles, are_symmetric_and_vanish_for_the_whole_space)
{
    Matrix const a = random_basis(4, 2), b = random_basis(4, 3);
    EXPECT_NEAR(largest_principal_angle(a, b), 0, 1e-12);
    EXPECT_NEAR(largest_principal_angle(a.topRows(2), b.topRows(2)),
                largest_principal_angle(b.topRows(2), a.topRows(2)), 1e-12);
}

TEST(OrthonormalRows, keep_the_spans_of_the_last_rows)
{
    Matrix const rows = random_basis(5, 4).topRows(3) + 0.4 * random_basis(5, 5).topRows(3);
    Matrix const q = orthonormal_rows_from_last(rows);
    EXPECT_LT((q * q.transpose() - Matrix::Identity(3, 3)).norm(), 1e-14);
    for (Index count = 1; count <= 3; ++count)
        EXPECT_LT(largest_principal_angle(q.bottomRows(count), rows.bottomRows(count)), 1e-12);
    for (Index i = 0; i < 3; ++i) EXPECT_GT(q.row(i).dot(rows.row(i)), 0);
}

} // namespace
} // namespace exahca
