#include "exahca/model/column_hints.hpp"

#include "exahca/core/name_pattern.hpp"
#include "exahca/model/domain_names.hpp"
#include "exahca/model/missing_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Sums of sines: no two columns alike, none of whole numbers, all between 20 and 80.
ScoreMatrix made_up(Index models, std::vector<std::string> benchmarks)
{
    ScoreMatrix matrix;
    matrix.benchmarks = std::move(benchmarks);
    matrix.scores.resize(models, std::ssize(matrix.benchmarks));
    for (Index i = 0; i < models; ++i) {
        matrix.models.push_back("m" + std::to_string(i));
        matrix.base_models.push_back(i % 2 == 0 ? "x" : "y");
        for (Index j = 0; j < matrix.scores.cols(); ++j)
            matrix.scores(i, j) = 50 + 15 * std::sin(0.7 * static_cast<double>((i + 1) * (j + 2))) +
                                  15 * std::sin(1.3 * static_cast<double>(i * (j + 5)));
    }
    return matrix;
}

TEST(ColumnHints, sentinels_stand_apart)
{
    auto matrix = made_up(40, {"A", "B", "C", "D"});
    EXPECT_TRUE(find_sentinels(matrix).empty());
    matrix.scores(3, 0) = matrix.scores(5, 0) = -999;
    matrix.scores(7, 0) = 9999;
    matrix.scores(3, 1) = -1;
    matrix.scores.col(2).array() += 25;
    matrix.scores(3, 2) = 99;           // a score like another
    matrix.scores.col(3).array() -= 50; // scores of both signs
    matrix.scores(3, 3) = -9;
    auto const hints = find_sentinels(matrix);
    ASSERT_EQ(hints.size(), 3U);
    EXPECT_EQ(hints[0].value, 9999);
    EXPECT_EQ(hints[1].value, -999);
    EXPECT_EQ(hints[1].count, 2);
    EXPECT_GT(hints[1].least, 20);
    EXPECT_EQ(hints[2].column, 1);
    EXPECT_EQ(hints[2].value, -1);
}

/// A table of one benchmark: these scores by turns, 120 of them, then each of the others so many times.
ScoreMatrix one_column(std::vector<double> const& scores, std::vector<double> const& others, int times)
{
    auto values = scores;
    while (values.size() < 120) values.push_back(values[values.size() - scores.size()]);
    for (int i = 0; i < times; ++i) values.insert(values.end(), others.begin(), others.end());
    auto matrix = made_up(std::ssize(values), {"A"});
    std::copy(values.begin(), values.end(), matrix.scores.data());
    return matrix;
}

std::vector<double> found_in(ScoreMatrix const& matrix)
{
    std::vector<double> values;
    for (auto const& hint : find_sentinels(matrix)) values.push_back(hint.value);
    std::sort(values.begin(), values.end());
    return values;
}

TEST(ColumnHints, families_of_codes_do_not_hide_each_other)
{
    std::vector<double> const likert{1, 2, 3, 4, 5}, four{1, 2, 3, 4};
    std::vector<std::vector<double>> const families{{97, 98, 99},
                                                    {98, 99},
                                                    {88, 99},
                                                    {77, 88, 99},
                                                    {95, 97, 98, 99},
                                                    {997, 998, 999},
                                                    {9997, 9998, 9999},
                                                    {-99, -98},
                                                    {-999, -998},
                                                    {-99, -77},
                                                    {-9999, -8888},
                                                    {-9, -8},
                                                    {-2, -1},
                                                    {-5, -2, -1},
                                                    {97},
                                                    {-9, -8, -7, -1},
                                                    {98},
                                                    {88},
                                                    {-2},
                                                    {-8},
                                                    {998},
                                                    {9997},
                                                    {99.99},
                                                    {999.9},
                                                    {32767},
                                                    {1e10},
                                                    {-1e30}};
    for (int const times : {1, 8})
        for (auto const& family : families) {
            EXPECT_EQ(found_in(one_column(likert, family, times)), family) << family.front();
            EXPECT_EQ(found_in(one_column(four, family, times)), family) << family.front();
        }
    for (auto const& family : {std::vector<double>{9}, {8, 9}, {7, 8}, {7, 8, 9}})
        EXPECT_EQ(found_in(one_column(likert, family, 3)), family);
    EXPECT_TRUE(found_in(one_column(likert, {7}, 3)).empty()); // a step that nobody took may be all that is missing
    EXPECT_EQ(found_in(one_column(four, {7, 8, 9}, 3)), (std::vector<double>{7, 8, 9}));
    EXPECT_EQ(found_in(one_column({1, 2, 3, 4, 5, 6, 7, 8, 9}, {99}, 3)), std::vector<double>{99});
}

TEST(ColumnHints, scales_that_are_used_to_their_end_have_no_codes)
{
    std::vector<std::vector<double>> const scales{
        {0, 1},
        {0, 1, 2, 3},
        {1, 2, 3, 4, 5, 6, 7, 8, 9},
        {-2, -1, 0, 1, 2},
        {-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, // right minus wrong
        {1, 9},
        {40, 57, 73, 88, 93, 97, 98, 99, 100}};
    for (auto const& scale : scales) EXPECT_TRUE(found_in(one_column(scale, {}, 0)).empty()) << scale.back();
    // The zero of an item is a score beside a code, too.
    EXPECT_EQ(found_in(one_column({0, 1}, {9}, 8)), std::vector<double>{9});
}

// No scale ends that far away, whatever the number.
TEST(ColumnHints, an_end_far_beyond_all_others_is_none)
{
    std::vector<double> const tenths{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    EXPECT_EQ(found_in(one_column(tenths, {55.5}, 8)), std::vector<double>{55.5});
    EXPECT_TRUE(found_in(one_column(tenths, {55.5}, 2)).empty()); // a score that is large
    EXPECT_TRUE(found_in(one_column(tenths, {1}, 8)).empty());    // a perfect one
}

TEST(ColumnHints, zeros_far_below_all_others_may_be_missing)
{
    auto matrix = made_up(60, {"A", "B"});
    EXPECT_TRUE(find_sentinels(matrix).empty());
    matrix.scores(3, 1) = matrix.scores(9, 1) = 0;
    auto const hints = find_sentinels(matrix);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].column, 1);
    EXPECT_EQ(hints[0].value, 0);
    EXPECT_EQ(hints[0].count, 2);
    EXPECT_GT(hints[0].least, 0);
    // Where scores go down to 0, zeros are scores.
    auto low = matrix;
    for (Index i = 20; i < 40; ++i) low.scores(i, 1) = static_cast<double>(i - 19) / 2;
    EXPECT_TRUE(find_sentinels(low).empty());
    matrix.scores(4, 1) = -3.5;
    EXPECT_TRUE(find_sentinels(matrix).empty());
}

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
    EXPECT_EQ(describe(hints[1], matrix.benchmarks), "school is a name of groups, by its name");
}

TEST(MissingReport, leaves_out_first_what_costs_least)
{
    // C is missing for half of x, all of y misses B and D; z is whole.
    auto matrix = made_up(30, {"A", "B", "C", "D"});
    for (Index i = 0; i < 30; ++i) {
        auto const row = static_cast<std::size_t>(i);
        matrix.base_models[row] = i < 10 ? "x" : i < 20 ? "y" : "z";
        if (i < 5) matrix.scores(i, 2) = missing;
        if (i >= 10 && i < 20) matrix.scores(i, 1) = matrix.scores(i, 3) = missing;
    }
    auto const report = report_missing(matrix);
    EXPECT_EQ(report.all.complete, 15);
    EXPECT_EQ(report.incomplete, std::vector<std::string>{"y"});
    // y: 20 known scores for 20 missing; B or D: 20 known for 10; C: 25 for 5.
    ASSERT_EQ(report.removals.size(), 2U);
    EXPECT_EQ(report.removals[0].domain, "y");
    EXPECT_EQ(report.removals[0].models, 20);
    EXPECT_EQ(report.removals[0].complete, 15);
    EXPECT_EQ(report.removals[0].missing, 5);
    // Then C: 15 known scores for 5. No base model: two are left.
    EXPECT_EQ(report.removals[1].benchmark, 2);
    EXPECT_EQ(report.removals[1].complete, 20);
    EXPECT_EQ(report.removals[1].missing, 0);
    EXPECT_TRUE(report_missing(made_up(4, {"A", "B"})).removals.empty());
}

TEST(MissingReport, goes_on_to_a_complete_model_and_says_how)
{
    // Twelve columns that hold next to nothing, each in another row.
    std::vector<std::string> names{"A", "B"};
    for (int j = 0; j < 12; ++j) names.push_back("note " + std::to_string(j));
    auto matrix = made_up(30, names);
    for (Index i = 0; i < 30; ++i)
        for (Index j = 2; j < 14; ++j)
            if (i != 2 * j) matrix.scores(i, j) = missing;
    matrix.scores(7, 1) = missing;
    auto const report = report_missing(matrix);
    ASSERT_EQ(report.removals.size(), 11U);
    EXPECT_EQ(report.removals[9].complete, 0);
    auto const steps = steps_to_complete_models(report);
    ASSERT_EQ(steps.size(), 11U);
    auto const text = describe(steps, matrix.benchmarks);
    EXPECT_NE(text.find("note 0, note 1"), std::string::npos) << text;
    EXPECT_NE(text.find(" and 3 more keeps 1 model with all of 3 scores, of 30 (30 scores missing still)"),
              std::string::npos)
        << text;
    EXPECT_TRUE(steps_to_complete_models(report_missing(made_up(4, {"A", "B"}))).empty());
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

TEST(ColumnHints, single_numbers_below_0_may_go_on_in_steps)
{
    auto const found = [](std::vector<double> const& below, double step, double first, double last) {
        ScoreMatrix matrix;
        matrix.benchmarks = {"A"};
        matrix.scores.resize(120, 1);
        for (Index i = 0; i < 120; ++i) matrix.scores(i, 0) = first + step * static_cast<double>(i * 7 % 31);
        for (std::size_t i = 0; i < below.size(); ++i) matrix.scores(static_cast<Index>(i), 0) = below[i];
        if (last > 0) matrix.scores(119, 0) = last;
        return std::ssize(find_sentinels(matrix));
    };
    EXPECT_EQ(found({-1}, 1, 0, 0), 0);
    EXPECT_EQ(found({-3}, 4, 1, 0), 0);
    EXPECT_EQ(found({-1, -2}, 1, 0, 0), 0);
    EXPECT_EQ(found({-9}, 1, 0, 0), 1);     // too far away
    EXPECT_EQ(found({-1, -1}, 1, 0, 0), 1); // twice
    EXPECT_EQ(found({-1}, 2.5, 0, 0), 1);   // no whole numbers
    EXPECT_EQ(found({-1}, 3, 0, 100), 1);   // per cent
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
