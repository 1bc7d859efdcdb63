#include "exahca/model/missing_report.hpp"

#include "model/made_up_table.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace exahca {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

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

} // namespace
} // namespace exahca
