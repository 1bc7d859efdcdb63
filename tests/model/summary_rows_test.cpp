#include "exahca/model/summary_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

/// Sums of sines, as scores of two base models, rounded to two decimals.
ScoreMatrix made_up(Index models)
{
    ScoreMatrix matrix;
    matrix.benchmarks = {"A", "B", "C", "D"};
    matrix.scores.resize(models, 4);
    for (Index i = 0; i < models; ++i) {
        matrix.models.push_back("m" + std::to_string(i));
        matrix.base_models.push_back(i % 2 == 0 ? "llama 3" : "qwen");
        for (Index j = 0; j < 4; ++j)
            matrix.scores(i, j) = std::round(100 * (50 + 15 * std::sin(0.7 * static_cast<double>((i + 1) * (j + 2))) +
                                                    15 * std::sin(1.3 * static_cast<double>(i * (j + 5))))) /
                                  100;
    }
    return matrix;
}

TEST(SummaryRows, names_of_totals_and_means)
{
    auto matrix = made_up(60);
    EXPECT_TRUE(find_summary_rows(matrix).empty());
    std::vector<std::string> const summaries{
        "Total", "AVERAGE",       "Mean (all models)", "Average llama-3", "qwen: median", "grand_total",
        "SD",    "Class average", "Max marks",         "Points possible", "# Shots"};
    std::vector<std::string> const models{"mean-7b",
                                          "average-merge",
                                          "first class",
                                          "Average human rater",
                                          "total recall",
                                          "llama 3",
                                          "all models",
                                          "sum41",
                                          "m",
                                          ""};
    for (auto const& name : summaries) {
        matrix.models[7] = name;
        auto const found = find_summary_rows(matrix);
        ASSERT_EQ(found.size(), 1U) << name;
        EXPECT_EQ(found[0].row, 7);
        EXPECT_EQ(found[0].kind, SummaryKind::name);
    }
    for (auto const& name : models) {
        matrix.models[7] = name;
        EXPECT_TRUE(find_summary_rows(matrix).empty()) << name;
    }
}

TEST(SummaryRows, means_and_sums_whatever_they_are_called)
{
    auto matrix = made_up(60);
    auto const rows_of = [&](Index first, Index step) {
        Eigen::RowVectorXd total = Eigen::RowVectorXd::Zero(4);
        Index count = 0;
        for (Index i = first; i < 60; i += step)
            if (i != 8 && i != 9) {
                total += matrix.scores.row(i);
                ++count;
            }
        return std::pair{total, static_cast<double>(count)};
    };
    // Row 8 is the mean of its base model's others, row 9 the sum of its own.
    auto const [even, evens] = rows_of(0, 2);
    auto const [odd, odds] = rows_of(1, 2);
    matrix.scores.row(8) = (100 * even / evens).array().round() / 100;
    matrix.scores.row(9) = odd;
    auto const found = find_summary_rows(matrix);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].row, 8);
    EXPECT_EQ(found[0].kind, SummaryKind::mean);
    EXPECT_EQ(found[1].row, 9);
    EXPECT_EQ(found[1].kind, SummaryKind::sum);
    // Near the mean is not the mean, and two columns are too few to tell.
    matrix.scores(8, 0) += 1;
    matrix.scores(9, 2) = matrix.scores(9, 3) = std::nan("");
    EXPECT_TRUE(find_summary_rows(matrix).empty());
}

// Scores that do not vary are all their own mean.
TEST(SummaryRows, a_table_without_variation_has_none)
{
    auto matrix = made_up(20);
    matrix.scores.setConstant(50);
    EXPECT_TRUE(find_summary_rows(matrix).empty());
}

} // namespace
} // namespace exahca
