#include "exahca/model/within_regression.hpp"

#include "exahca/core/random.hpp"
#include "exahca/numerics/student.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Case
{
    Vector y;
    Matrix x;
    std::vector<Index> groups;
};

Case random_case(RandomStream& random, Index rows, Index columns, Index groups)
{
    Case one{Vector(rows), Matrix(rows, columns), {}};
    for (Index i = 0; i < rows; ++i) {
        one.groups.push_back(static_cast<Index>(random.below(static_cast<std::uint64_t>(groups))));
        for (Index j = 0; j < columns; ++j) one.x(i, j) = random.normal() + static_cast<double>(one.groups.back());
        one.y[i] = one.x.row(i).sum() + 3 * static_cast<double>(one.groups.back()) + random.normal();
    }
    return one;
}

/// The same with a column for every group, by the textbook's formulas.
std::pair<Vector, Matrix> with_dummies(Case const& one, Index groups)
{
    Index const columns = one.x.cols();
    Matrix design = Matrix::Zero(one.x.rows(), columns + groups);
    design.leftCols(columns) = one.x;
    for (Index i = 0; i < design.rows(); ++i) design(i, columns + one.groups[static_cast<std::size_t>(i)]) = 1;
    Matrix const bread = (design.transpose() * design).inverse();
    Vector const estimates = bread * design.transpose() * one.y;
    Vector const leverage = (design * bread * design.transpose()).diagonal();
    Vector const errors = (one.y - design * estimates).array() / (1 - leverage.array());
    Matrix const covariance = bread * design.transpose() * errors.cwiseAbs2().asDiagonal() * design * bread;
    return {estimates.head(columns), covariance.topLeftCorner(columns, columns)};
}

TEST(WithinRegression, is_the_regression_with_an_intercept_for_every_group)
{
    RandomStream random({1, "within", 0, {}, 0});
    auto const one = random_case(random, 60, 3, 4);
    auto const found = regress_within(one.y, one.x, one.groups);
    auto const [estimates, covariance] = with_dummies(one, 4);
    EXPECT_LT((found.estimates - estimates).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_LT((found.covariance - covariance).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_EQ(found.rows, 60);
    EXPECT_EQ(found.degrees, 60 - 4 - 3);
    EXPECT_EQ(found.varying, 4);
}

// A weight of three is three copies of the row, as far as estimates go.
TEST(WithinRegression, weighs_rows)
{
    RandomStream random({4, "within", 0, {}, 0});
    auto const one = random_case(random, 40, 2, 3);
    Vector weights(40);
    std::vector<Index> rows, groups;
    for (Index i = 0; i < 40; ++i) {
        weights[i] = static_cast<double>(1 + i % 3);
        for (Index copy = 0; copy < 1 + i % 3; ++copy) {
            rows.push_back(i);
            groups.push_back(one.groups[static_cast<std::size_t>(i)]);
        }
    }
    auto const found = regress_within(one.y, one.x, one.groups, weights);
    auto const wanted = regress_within(one.y(rows), one.x(rows, Eigen::all), groups);
    EXPECT_LT((found.estimates - wanted.estimates).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_EQ(found.rows, 40);
    // Equal weights are none.
    auto const equal = regress_within(one.y, one.x, one.groups, Vector::Constant(40, 7));
    auto const plain = regress_within(one.y, one.x, one.groups);
    EXPECT_LT((equal.covariance - plain.covariance).cwiseAbs().maxCoeff(), 1e-10);
}

TEST(WithinRegression, leaves_out_rows_that_miss_something)
{
    RandomStream random({2, "within", 0, {}, 0});
    auto one = random_case(random, 50, 2, 3);
    Case shorter{one.y.tail(48), one.x.bottomRows(48), {one.groups.begin() + 2, one.groups.end()}};
    one.y[0] = nan;
    one.x(1, 1) = nan;
    auto const found = regress_within(one.y, one.x, one.groups),
               wanted = regress_within(shorter.y, shorter.x, shorter.groups);
    EXPECT_LT((found.estimates - wanted.estimates).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_EQ(found.rows, 48);
}

TEST(WithinRegression, says_nothing_of_what_groups_do_not_tell_apart)
{
    RandomStream random({3, "within", 0, {}, 0});
    auto one = random_case(random, 50, 4, 3);
    for (Index i = 0; i < 50; ++i) one.x(i, 1) = 100 + 7 * static_cast<double>(one.groups[static_cast<std::size_t>(i)]);
    one.x.col(3) = 2 * one.x.col(0) - one.x.col(1); // follows from the first within groups
    auto const found = regress_within(one.y, one.x, one.groups);
    EXPECT_TRUE(std::isnan(found.estimates[1]));
    EXPECT_TRUE(std::isnan(found.estimates[3]));
    Matrix const rest = one.x(Eigen::all, std::vector<Index>{0, 2});
    auto const wanted = regress_within(one.y, rest, one.groups);
    EXPECT_LT((Vector(found.estimates(std::vector<Index>{0, 2})) - wanted.estimates).cwiseAbs().maxCoeff(), 1e-10);
    EXPECT_TRUE(regress_within(one.y, one.x.col(1), one.groups).estimates.array().isNaN().all());
}

TEST(Student, has_the_values_of_tables)
{
    EXPECT_NEAR(student_quantile(0.95, 5), 2.015, 5e-4); // any table of Student's t
    EXPECT_NEAR(student_quantile(0.975, 20), 2.086, 5e-4);
    EXPECT_NEAR(student_two_sided(-2.086, 20), 0.05, 1e-4);
}

// By hand: of .01, .02, .03, .5 the rates are .04, .04, .04, .5.
TEST(FalseDiscoveryRates, are_those_of_benjamini_and_hochberg)
{
    auto const rates = false_discovery_rates(std::vector{0.5, 0.01, nan, 0.03, 0.02});
    EXPECT_DOUBLE_EQ(rates[0], 0.5);
    EXPECT_DOUBLE_EQ(rates[1], 0.04);
    EXPECT_TRUE(std::isnan(rates[2]));
    EXPECT_DOUBLE_EQ(rates[3], 0.04);
    EXPECT_DOUBLE_EQ(rates[4], 0.04);
}

} // namespace
} // namespace exahca
