#include "exahca/model/flag.hpp"

#include "exahca/core/random.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace exahca {
namespace {

Matrix random_rows(Index m, Index d, std::uint64_t seed)
{
    RandomStream stream({seed, "rows", 0, "", 0});
    return random_orthogonal(stream, d).topRows(m);
}

TEST(FlagAngles, equal_the_principal_angles_of_the_last_rows)
{
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Matrix const a = random_rows(4, 6, 2 * seed), b = random_rows(4, 6, 2 * seed + 1);
        Vector const angles = flag_angles(a, b);
        for (Index j = 1; j <= 4; ++j)
            EXPECT_NEAR(angles(j - 1), largest_principal_angle(a.bottomRows(j), b.bottomRows(j)), 1e-5) << j;
    }
}

TEST(FlagAngles, do_not_see_signs_and_see_tiny_turns)
{
    Matrix const a = random_rows(3, 6, 1);
    Matrix b = a;
    b.row(1) *= -1;
    EXPECT_LT(flag_angles(a, b).maxCoeff(), 1e-11);

    double const turn = 1e-9; // between levels 2 and 3: only the span of the last row moves
    b.row(1) = std::cos(turn) * a.row(1) - std::sin(turn) * a.row(2);
    b.row(2) = std::cos(turn) * a.row(2) + std::sin(turn) * a.row(1);
    Vector const angles = flag_angles(a, b);
    EXPECT_NEAR(angles(0), turn * 180 / std::numbers::pi, 1e-14);
    EXPECT_LT(angles(1), 1e-11);
    EXPECT_LT(angles(2), 1e-11);
}

TEST(FlagAngles, agreement_needs_every_level)
{
    Matrix const a = random_rows(3, 6, 1);
    Matrix swapped = a;
    swapped.row(0).swap(swapped.row(1)); // levels 1 and 2 exchanged: the spans of the last one and of all three stay
    Vector const angles = flag_angles(a, swapped);
    EXPECT_LT(angles(0), 1e-11);
    EXPECT_NEAR(angles(1), 90, 1e-5);
    EXPECT_LT(angles(2), 1e-5);
    EXPECT_TRUE(flags_agree(a, a, 0.001));
    EXPECT_FALSE(flags_agree(a, swapped, 15));
}

// Most pairs are decided by bounds: they must decide what the angles themselves say, near the limit too.
TEST(FlagAngles, agreement_is_what_the_angles_say)
{
    int agreeing = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Matrix const a = random_rows(3, 6, 2 * seed);
        RandomStream stream({seed, "turn", 0, "", 0});
        Matrix turned = a;
        double const scale = std::pow(10, -1 - static_cast<double>(seed % 5));
        for (Index i = 0; i < turned.rows(); ++i)
            for (Index j = 0; j < turned.cols(); ++j) turned(i, j) += scale * stream.normal();
        Matrix const b = decorrelate_rows(turned).value();
        double const largest = flag_angles(a, b).maxCoeff();
        for (double const limit : {1e-4, 0.01, 1.0, 15.0, 60.0, 95.0, largest * (1 - 1e-6), largest * (1 + 1e-6)}) {
            EXPECT_EQ(flags_agree(a, b, limit), largest <= limit) << "seed " << seed << ", limit " << limit;
            agreeing += largest <= limit;
        }
    }
    EXPECT_GT(agreeing, 800); // of 3,200: both answers occur
    EXPECT_LT(agreeing, 2400);
}

TEST(FixRowSigns, largest_entry_becomes_positive)
{
    Matrix rows(2, 3);
    rows << 0.1, -0.9, 0.3, 0.5, -0.2, 0.4;
    Matrix const before = rows;
    Vector const signs = fix_row_signs(rows);
    EXPECT_EQ(signs(0), -1);
    EXPECT_EQ(signs(1), 1);
    EXPECT_EQ(rows(0, 1), 0.9);
    EXPECT_TRUE((rows.array() == (signs.asDiagonal() * before).array()).all());
}

} // namespace
} // namespace exahca
