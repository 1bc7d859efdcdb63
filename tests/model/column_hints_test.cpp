#include "exahca/model/column_hints.hpp"

#include "exahca/core/name_pattern.hpp"
#include "exahca/model/domain_names.hpp"
#include "model/made_up_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace exahca {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

TEST(ColumnHints, columns_of_different_scale_are_told_apart)
{
    auto matrix = made_up(200, {"A", "B", "C", "D"});
    ASSERT_EQ(group_by_scale(matrix.scores).size(), 1U);
    matrix.scores.col(1) /= 100;
    matrix.scores.col(2) = matrix.scores.col(2) * 8 + Vector::Constant(200, 1000);
    matrix.scores.col(3) = (matrix.scores.col(3).array() - 50) / 15;
    auto const groups = group_by_scale(matrix.scores);
    ASSERT_EQ(groups.size(), 4U);
    EXPECT_EQ(groups[0].kind, ScaleKind::percent);
    EXPECT_EQ(groups[1].kind, ScaleKind::unit);
    EXPECT_EQ(groups[2].kind, ScaleKind::other);
    EXPECT_EQ(groups[3].kind, ScaleKind::standardised);
    EXPECT_EQ(groups[1].columns, std::vector<Index>{1});
}

TEST(ColumnHints, points_out_of_ten_are_no_per_cent)
{
    auto matrix = made_up(200, {"A", "B", "C", "D"});
    matrix.scores.col(1) /= 10;
    auto groups = group_by_scale(matrix.scores);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].kind, ScaleKind::points);
    EXPECT_EQ(groups[1].columns, std::vector<Index>{1});
    // All columns out of ten are on one scale. So is a hard benchmark that varies half as much as others.
    matrix.scores /= 10;
    matrix.scores.col(1) *= 10;
    EXPECT_EQ(group_by_scale(matrix.scores).size(), 1U);
    matrix = made_up(200, {"A", "B", "C", "D"});
    matrix.scores.col(1) = (matrix.scores.col(1).array() - matrix.scores.col(1).minCoeff()) / 12;
    auto const range = matrix.scores.col(1).maxCoeff();
    matrix.scores.rightCols(2) = (matrix.scores.rightCols(2).array() - 50) * (range / 50) + 50;
    EXPECT_EQ(group_by_scale(matrix.scores).size(), 1U);
}

TEST(ColumnHints, ranks_numbers_names_and_twins)
{
    auto matrix = made_up(60, {"A", "B", "Rank", "No", "#Params (B)", "A Raw", "C"});
    EXPECT_EQ(find_no_benchmarks(matrix).size(), 2U); // by their names: Rank, #Params
    for (Index i = 0; i < 60; ++i) {
        matrix.scores(i, 2) = static_cast<double>((i * 7) % 60 + 1);
        matrix.scores(i, 3) = static_cast<double>(i);
    }
    // Raw and normalised: the same above chance, 0 below it.
    matrix.scores.col(5) = 25 + 0.75 * matrix.scores.col(0).array();
    matrix.scores.col(0) = matrix.scores.col(0).array().max(30);
    auto const hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 4U);
    EXPECT_EQ(hints[0].kind, NoBenchmarkKind::rank);
    EXPECT_EQ(hints[1].kind, NoBenchmarkKind::row_number);
    EXPECT_EQ(hints[2].kind, NoBenchmarkKind::name);
    EXPECT_EQ(hints[2].meaning, "a number of parameters");
    EXPECT_EQ(hints[3].kind, NoBenchmarkKind::twin);
    EXPECT_EQ(hints[3].other, 0);
}

// Of two forms of one benchmark the raw one goes, wherever it stands.
TEST(ColumnHints, raw_forms_are_known_by_name)
{
    EXPECT_EQ(raw_form("BBH Raw", "BBH"), 0U);
    EXPECT_EQ(raw_form("MATH Lvl 5", "MATH Lvl 5 (raw)"), 1U);
    EXPECT_EQ(raw_form("acc,none", "acc_norm,none"), 0U);
    EXPECT_EQ(raw_form("A normalised", "A Raw"), 1U);
    for (auto const& [a, b] : {std::pair{"BBH", "BBH"},
                               {"BBH", "BBH 3-shot"},
                               {"BBH Raw", "GPQA"},
                               {"Raw", "norm"},
                               {"humaneval+ raw", "humaneval"}})
        EXPECT_FALSE(raw_form(a, b)) << a;
    auto matrix = made_up(80, {"A", "B", "C", "A norm"});
    matrix.scores.col(3) = (1.7 * (matrix.scores.col(0).array() - 50)).max(0); // half of them below chance
    auto const hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].column, 0);
    EXPECT_EQ(hints[0].other, 3);
    EXPECT_GT(hints[0].correlation, 0.999); // over scores that are not cut off
}

// What ranks the models goes, and what it ranks them by stays.
TEST(ColumnHints, of_a_pair_one_is_to_be_left_out)
{
    auto matrix = made_up(60, {"Rank", "Rating", "B", "Loss"});
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 0) = static_cast<double>((i * 7) % 60 + 1);
    matrix.scores.col(1) = 1300 - 2 * matrix.scores.col(0).array();
    matrix.scores.col(3) = -matrix.scores.col(2);
    auto const hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 2U);
    EXPECT_EQ(hints[0].kind, NoBenchmarkKind::rank);
    EXPECT_EQ(describe(hints[1], matrix.benchmarks),
              "Loss says almost the same as B (correlation -1.0000): one benchmark in two forms?");
}

TEST(ColumnHints, two_values_are_a_mark)
{
    auto matrix = made_up(60, {"A", "B", "C", "school"});
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 1) = i % 3 == 0 ? 1 : 0;
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 2) = i % 3 == 0 ? 1 : i == 59 ? 0.5 : 0;
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 3) = static_cast<double>(i % 7 + 1);
    matrix.scores(4, 1) = missing;
    auto hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 2U);
    EXPECT_EQ(hints[0].kind, NoBenchmarkKind::two_values);
    EXPECT_EQ(describe(hints[0], matrix.benchmarks),
              "B has two values only, 0 and 1: a mark such as yes or no, or a single item");
    EXPECT_EQ(describe(hints[1], matrix.benchmarks), "school is a name of groups, judging by its name");
}

TEST(ColumnHints, what_pandas_calls_unnamed_is_asked_about)
{
    auto const hints = find_no_benchmarks(made_up(60, {"A", "Unnamed: 0", "B"}));
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].meaning, "a column that had no name");
}

// Such words mean something else beside others.
TEST(ColumnHints, some_names_tell_alone_only)
{
    auto const meanings = [](ScoreMatrix const& matrix) {
        std::vector<std::string> found;
        for (auto const& hint : find_no_benchmarks(matrix)) found.push_back(hint.meaning);
        return found;
    };
    auto matrix =
        made_up(60, {"A", "Staff", "Generation", "crop_pct", "Staff friendliness", "Text generation", "crop"});
    EXPECT_TRUE(meanings(matrix).empty()); // all range alike
    for (Index i = 0; i < 60; ++i) {
        matrix.scores(i, 1) = static_cast<double>(i * 17 % 23 + 200);
        matrix.scores(i, 2) = static_cast<double>(i * 5 % 7);
        matrix.scores(i, 3) = i * 11 % 13 < 6 ? 0.875 : i % 3 == 0 ? 0.9 : 1;
        for (Index j = 4; j < 7; ++j) matrix.scores(i, j) = static_cast<double>(i * (2 * j + 3) % 29 + 300);
    }
    EXPECT_EQ(meanings(matrix),
              (std::vector<std::string>{"a number of people", "a name of groups", "a setting of training or testing"}));
}

TEST(ColumnHints, numbers_of_groups_and_of_an_experiments_parts_are_steps)
{
    auto matrix = made_up(60, {"A", "B", "sex", "block", "Language", "visit"});
    EXPECT_TRUE(find_no_benchmarks(matrix).empty());
    for (Index i = 0; i < 60; ++i) {
        matrix.scores(i, 2) = static_cast<double>(i * 7 % 3);
        matrix.scores(i, 3) = static_cast<double>(i * 11 % 6 + 1);
        matrix.scores(i, 4) = static_cast<double>(i * 13 % 4 == 0 ? 7 : i * 13 % 4); // without 4, 5 and 6
        matrix.scores(i, 5) = std::round(matrix.scores(i, 0) / 20);                  // goes with A
    }
    auto const hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 2U);
    EXPECT_EQ(hints[0].meaning, "a name of groups");
    EXPECT_EQ(hints[1].meaning, "a part of an experiment's design");
}

// An index is a measure as often as it is a number.
TEST(ColumnHints, index_beside_other_words_is_no_row_number)
{
    auto const hints = find_no_benchmarks(made_up(60, {"Quality Index (0-100)", "Index", "model id", "A"}));
    ASSERT_EQ(hints.size(), 2U);
    EXPECT_EQ(hints[0].column, 1);
    EXPECT_EQ(hints[1].column, 2);
}

TEST(ColumnHints, a_name_does_not_outweigh_its_numbers)
{
    auto matrix = made_up(
        60, {"date_understanding", "hendrycksTest-high_school_biology|5", "N total (%)", "A", "B", "context_qa"});
    EXPECT_TRUE(find_no_benchmarks(matrix).empty());
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 0) = static_cast<double>(i * 7 % 31); // days
    matrix.benchmarks[3] = "Tokens/s";
    matrix.benchmarks[4] = "img_size";
    auto const hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 3U);
    EXPECT_EQ(hints[0].meaning, "a date");
    EXPECT_EQ(hints[1].meaning, "a speed");
    EXPECT_EQ(hints[2].meaning, "a size");
}

// What is no score is asked about by its name, unless it goes with the others or ranges like one of them.
TEST(ColumnHints, names_of_weights_places_and_settings)
{
    auto matrix = made_up(60, {"A", "weight", "seed", "Rank-1 accuracy", "W_FSTUWT", "Roll No", "n", "B"});
    EXPECT_EQ(find_no_benchmarks(made_up(60, {"A", "pspwght", "lightweight", "growth"})).size(), 1U);
    auto const columns = [&] {
        std::vector<Index> found;
        for (auto const& hint : find_no_benchmarks(matrix)) found.push_back(hint.column);
        return found;
    };
    EXPECT_EQ(columns(), (std::vector<Index>{4, 6})); // the others' numbers are scores
    for (Index i = 0; i < 60; ++i) {
        matrix.scores(i, 1) = 150 + static_cast<double>(i * 7 % 11) / 2;
        matrix.scores(i, 2) = static_cast<double>(i * 5 % 13);
        matrix.scores(i, 3) = static_cast<double>(i * 7 % 30 + 1);
        matrix.scores(i, 5) = static_cast<double>(1000 + i * 37 % 60);
    }
    EXPECT_EQ(columns(), (std::vector<Index>{1, 2, 3, 4, 5, 6}));
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 5) = static_cast<double>(1000 + i * 11 % 30); // each twice
    EXPECT_EQ(columns(), (std::vector<Index>{1, 2, 3, 4, 6}));
    matrix.scores.col(3) *= 2.5; // no whole numbers, so that it is no rank
    EXPECT_EQ(columns(), (std::vector<Index>{1, 2, 4, 6}));
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 7) = static_cast<double>(731 + i);
    auto const hints = find_no_benchmarks(matrix);
    EXPECT_EQ(hints.back().kind, NoBenchmarkKind::row_number);
}

TEST(ColumnHints, a_constant_has_no_scale)
{
    auto matrix = made_up(60, {"A", "B", "C"});
    matrix.scores.col(1).setZero();
    auto const groups = group_by_scale(matrix.scores);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].columns, (std::vector<Index>{0, 2}));
}

// Of a hundred questions, all per cents are whole.
TEST(ColumnHints, whole_numbers_that_go_with_the_others_are_scores)
{
    auto matrix = made_up(60, {"A", "B", "high_school_physics"});
    matrix.scores.col(2) = (0.5 * (matrix.scores.col(0) + matrix.scores.col(1))).array().round();
    for (Index i = 0; i < 60; i += 3) matrix.scores(i, 2) += static_cast<double>(i % 5);
    EXPECT_TRUE(find_no_benchmarks(matrix).empty());
    for (Index i = 0; i < 60; ++i) matrix.scores(i, 2) = static_cast<double>(30 + i * 7 % 31); // numbers of schools
    EXPECT_EQ(find_no_benchmarks(matrix).size(), 1U);
}

TEST(ColumnHints, an_average_agrees_or_is_called_nothing_else)
{
    auto matrix = made_up(60, {"A", "B", "total sulfur dioxide", "Average \u2b06\ufe0f", "Total score"});
    auto hints = find_no_benchmarks(matrix);
    ASSERT_EQ(hints.size(), 2U);
    EXPECT_EQ(hints[0].column, 3);
    EXPECT_EQ(hints[1].column, 4);
    matrix.benchmarks[2] = "mean of what we ran";
    matrix.scores.col(2) = 0.5 * (matrix.scores.col(0) + matrix.scores.col(1));
    matrix.scores(7, 0) = matrix.scores(8, 1) = missing;
    EXPECT_EQ(find_no_benchmarks(matrix).size(), 3U);
    EXPECT_TRUE(find_no_benchmarks(made_up(60, {"mean", "A"})).empty()); // no average of one
}

TEST(DomainNames, spellings_of_one_name)
{
    std::vector<std::string> const names{"G ONE ", "g one", "g_one", "g-one", "g1", "G-One"};
    auto const variants = spelling_variants(names);
    ASSERT_EQ(variants.size(), 1U);
    EXPECT_EQ(variants[0].size(), 5U);
}

TEST(NamePattern, stars_and_question_marks)
{
    EXPECT_TRUE(fits_pattern("qwen2.5-7b", "qwen2.5-*"));
    EXPECT_TRUE(fits_pattern("qwen2.5-7b", "*-?b"));
    EXPECT_FALSE(fits_pattern("qwen2.5-72b", "*-?b"));
    EXPECT_TRUE(fits_pattern("abab", "*ab"));
    EXPECT_TRUE(fits_pattern("", "**"));
    EXPECT_FALSE(fits_pattern("", "?"));
    EXPECT_FALSE(fits_pattern("qwen2", "Qwen*"));
}

} // namespace
} // namespace exahca
