#include "exahca/model/incomplete_scores.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/model/score_matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

double const nan = std::numeric_limits<double>::quiet_NaN();
double const infinity = std::numeric_limits<double>::infinity();

Matrix random_scores(Index rows, Index columns)
{
    RandomStream random({1, "incomplete-scores-test", 0, "", 0});
    Matrix scores(rows, columns);
    for (double& x : scores.reshaped()) x = 50 + 10 * random.normal();
    return scores;
}

TEST(ScoreBounds, are_found_where_different_rows_pile_up_at_an_end)
{
    Matrix scores = random_scores(100, 4);
    scores.col(0).head(5).setZero();               // five: a floor
    scores.col(1).head(4).setZero();               // four: chance
    scores.col(2).tail(7).setConstant(100);        // a ceiling
    scores.col(3).segment(20, 30).setConstant(50); // in the middle: no end of the scale
    ScoreBounds const bounds = detect_bounds(scores);
    EXPECT_EQ(bounds.floor[0], 0);
    EXPECT_EQ(bounds.ceiling[2], 100);
    EXPECT_EQ((bounds.floor.array() == -infinity).count(), 3);
    EXPECT_EQ((bounds.ceiling.array() == infinity).count(), 3);
}

TEST(ScoreBounds, copies_of_a_model_count_once_and_one_percent_is_needed)
{
    Matrix scores = random_scores(1000, 3);
    scores.col(0).head(9).setZero(); // .9 per cent
    EXPECT_EQ(detect_bounds(scores).floor[0], -infinity);
    scores(9, 0) = 0;
    EXPECT_EQ(detect_bounds(scores).floor[0], 0);
    for (Index i = 1; i < 10; ++i) scores.row(i) = scores.row(0); // ten times the same model
    EXPECT_EQ(detect_bounds(scores).floor[0], -infinity);
}

TEST(ScoreBounds, missing_scores_and_constant_columns_give_none)
{
    Matrix scores = random_scores(20, 4); // the last column tells the rows apart
    scores.col(0).setConstant(3);
    scores.col(1).setConstant(nan);
    scores.col(2).head(6).setZero();
    scores.col(2).tail(6).setConstant(nan);
    ScoreBounds const bounds = detect_bounds(scores);
    EXPECT_EQ(bounds.floor[0], -infinity);
    EXPECT_EQ(bounds.ceiling[0], infinity);
    EXPECT_EQ(bounds.floor[1], -infinity);
    EXPECT_EQ(bounds.floor[2], 0);
}

// A benchmark of 40 or of 50 questions in 250 different models: the lowest value has ties as every other has.
TEST(ScoreBounds, ties_of_scores_in_steps_are_none_unless_they_stand_out)
{
    Matrix scores = random_scores(250, 3);
    for (Index i = 0; i < 250; ++i) scores(i, 0) = 40 + static_cast<double>(i % 25) * 2; // ten at each step
    scores.col(1) = scores.col(0);
    for (Index i = 0; i < 250; ++i) // those of the lowest four steps are cut off: forty beside ten
        if (scores(i, 1) < 48) scores(i, 1) = 48;
    ScoreBounds const bounds = detect_bounds(scores);
    EXPECT_EQ(bounds.floor[0], -infinity);
    EXPECT_EQ(bounds.ceiling[0], infinity);
    EXPECT_EQ(bounds.floor[1], 48);
    EXPECT_EQ(bounds.ceiling[1], infinity);
}

TEST(ScoreBounds, a_benchmark_that_is_constant_in_one_base_model_has_none_from_there)
{
    ScoreMatrix matrix;
    matrix.scores = random_scores(200, 3);
    matrix.base_models.assign(100, "a");
    matrix.base_models.resize(200, "b");
    matrix.benchmarks = {"x", "y", "z"};
    matrix.scores.col(0).tail(100).setZero(); // all of b
    matrix.scores.col(1).tail(99).setZero();  // all but one of b: a floor
    EXPECT_EQ(detect_bounds(matrix.scores).floor[0], 0);
    ScoreBounds const bounds = detect_bounds(matrix);
    EXPECT_EQ(bounds.floor[0], -infinity);
    EXPECT_EQ(bounds.floor[1], 0);
    EXPECT_EQ(bounds.ceiling, no_bounds(3).ceiling);
}

TEST(IncompleteScores, a_constant_benchmark_counts_as_missing_wherever_its_value_stands)
{
    Matrix scores = random_scores(20, 4);
    scores.col(0).setConstant(50);
    scores.col(1).setConstant(-3);
    scores.col(2).setLinSpaced(-20, -1); // all below the floor: known to be low, and no more
    scores(4, 0) = nan;
    ScoreBounds bounds = no_bounds(4);
    bounds.floor.setZero();
    IncompleteScores const known = classify_scores(scores, bounds);
    for (Index j = 0; j < 3; ++j)
        for (Index i = 0; i < 20; ++i) EXPECT_EQ(known.kinds(i, j), ScoreKind::missing) << i << " " << j;
    for (Index i = 0; i < 20; ++i) EXPECT_EQ(known.kinds(i, 3), ScoreKind::observed);
}

TEST(IncompleteScores, scores_beyond_a_bound_become_the_bound)
{
    Matrix scores(3, 3);
    scores << -1, nan, 100, 0, 30, 101, 5, 40, 99;
    ScoreBounds bounds{Vector::Constant(3, -infinity), Vector::Constant(3, infinity)};
    bounds.floor[0] = 0;
    bounds.ceiling[2] = 100;
    IncompleteScores const known = classify_scores(scores, bounds);
    EXPECT_EQ(known.kinds(0, 0), ScoreKind::at_floor);
    EXPECT_EQ(known.kinds(1, 0), ScoreKind::at_floor);
    EXPECT_EQ(known.scores(0, 0), 0);
    EXPECT_EQ(known.kinds(0, 1), ScoreKind::missing);
    EXPECT_EQ(known.kinds(1, 1), ScoreKind::observed);
    EXPECT_EQ(known.kinds(0, 2), ScoreKind::at_ceiling);
    EXPECT_EQ(known.scores(1, 2), 100);
}

TEST(IncompleteScores, each_row_is_in_one_pattern)
{
    Matrix scores = random_scores(6, 3);
    scores(1, 0) = scores(4, 0) = nan;
    scores(3, 2) = 0;
    ScoreBounds bounds{Vector::Constant(3, -infinity), Vector::Constant(3, infinity)};
    bounds.floor[2] = 0;
    IncompleteScores const known = classify_scores(scores, bounds);
    PatternedScores const grouped = group_rows(known, columns_by_censoring({&known, 1}));
    ASSERT_EQ(grouped.patterns.size(), 3U);
    EXPECT_EQ(grouped.patterns[0].rows, (std::vector<Index>{0, 2, 5}));
    EXPECT_EQ(grouped.patterns[1].rows, (std::vector<Index>{1, 4}));
    EXPECT_EQ(grouped.patterns[1].observed, (std::vector<Index>{1, 2}));
    EXPECT_EQ(grouped.patterns[2].censored, (std::vector<Index>{2}));
    EXPECT_EQ(grouped.patterns[2].signs, (std::vector<double>{1}));
}

TEST(IncompleteScores, of_three_scores_cut_off_the_two_most_often_cut_off_stay)
{
    Matrix scores = random_scores(12, 4);
    scores.row(0).setZero();
    scores.col(3).head(6).setZero();
    scores.col(1).head(3).setZero();
    scores.col(2).head(2).setZero();
    ScoreBounds const bounds{Vector::Zero(4), Vector::Constant(4, infinity)};
    IncompleteScores const known = classify_scores(scores, bounds);
    auto const columns = columns_by_censoring({&known, 1});
    EXPECT_EQ(columns, (std::vector<Index>{3, 1, 2, 0}));
    PatternedScores const grouped = group_rows(known, columns);
    EXPECT_EQ(grouped.patterns[0].censored, (std::vector<Index>{1, 3}));
    EXPECT_TRUE(grouped.patterns[0].observed.empty());
}

TEST(IncompleteScores, known_scores_must_be_finite)
{
    IncompleteScores known{Matrix::Constant(1, 2, infinity), ScoreKinds::Constant(1, 2, ScoreKind::observed)};
    std::vector<Index> const columns{0, 1};
    EXPECT_THROW(static_cast<void>(group_rows(known, columns)), NumericalFailure);
    known.kinds.fill(ScoreKind::missing);
    EXPECT_EQ(group_rows(known, columns).patterns.size(), 1U);
}

} // namespace
} // namespace exahca
