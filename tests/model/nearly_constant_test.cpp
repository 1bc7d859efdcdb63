#include "exahca/model/nearly_constant.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace exahca {
namespace {

TEST(NearlyConstant, counts_the_most_frequent_score)
{
    Index const n = 200;
    Matrix scores = Matrix::Constant(n, 6, 50);
    for (Index i = 0; i < n; ++i) scores(i, 0) = static_cast<double>(i % 37);
    scores(190, 1) = 40;                                   // one other
    for (Index i = 0; i < 9; ++i) scores(21 * i, 2) = 60;  // nine others
    for (Index i = 0; i < 10; ++i) scores(19 * i, 3) = 60; // ten others
    // Column 4 is constant. Of column 5 twenty are known, of which three differ: more than a tenth.
    for (Index i = 0; i < n; ++i) scores(i, 5) = i % 10 == 0 ? (i < 30 ? 1.0 : 2.0) : std::nan("");
    auto const found = find_nearly_constant(scores);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].column, 1);
    EXPECT_EQ(found[0].known, 200);
    EXPECT_EQ(found[0].equal, 199);
    EXPECT_EQ(found[0].value, 50);
    EXPECT_EQ(found[1].column, 2);
    EXPECT_EQ(found[1].equal, 191);
    std::vector<std::string> const names{"A", "B", "C", "D", "E", "F"};
    EXPECT_EQ(describe(found[0], names, {}),
              "199 of the 200 scores of B are equal: what moves it rests on the other one");
    EXPECT_EQ(describe(found[1], names, "x"),
              "191 of the 200 scores of C in base model x are equal: what moves it there rests on the other 9");
}

// A large column is told by a look at some of its rows: what that look says has to hold of all.
TEST(NearlyConstant, looks_at_few_rows_only_where_that_decides)
{
    Index const n = 4000;
    for (Index const known : {20, 64, 200, 4000})
        for (Index const others : {0, 1, 5, 9, 10, 40}) {
            Matrix scores = Matrix::Constant(n, 1, std::nan(""));
            for (Index i = 0; i < known; ++i) scores(i * (n / known), 0) = 7;
            for (Index i = 0; i < std::min(others, known); ++i) scores(i * (n / known), 0) = static_cast<double>(i) + 8;
            bool const wanted = others > 0 && others < 10 && 10 * others <= known;
            EXPECT_EQ(find_nearly_constant(scores).size(), wanted ? 1U : 0U) << known << " " << others;
        }
}

TEST(NearlyConstant, looks_at_the_rows_given_alone)
{
    Matrix scores(40, 1);
    for (Index i = 0; i < 40; ++i) scores(i, 0) = i % 2 == 0 ? 5 : static_cast<double>(i);
    scores(0, 0) = 6;
    std::vector<Index> even;
    for (Index i = 0; i < 40; i += 2) even.push_back(i);
    EXPECT_TRUE(find_nearly_constant(scores).empty());
    ASSERT_EQ(find_nearly_constant(scores, even).size(), 1U);
    EXPECT_EQ(find_nearly_constant(scores, even)[0].equal, 19);
}

} // namespace
} // namespace exahca
