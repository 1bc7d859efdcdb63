#include "exahca/model/column_hints.hpp"

#include "model/made_up_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace exahca {
namespace {

TEST(Sentinels, sentinels_stand_apart)
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

TEST(Sentinels, families_of_codes_do_not_hide_each_other)
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

TEST(Sentinels, scales_that_are_used_to_their_end_have_no_codes)
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
TEST(Sentinels, an_end_far_beyond_all_others_is_none)
{
    std::vector<double> const tenths{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    EXPECT_EQ(found_in(one_column(tenths, {55.5}, 8)), std::vector<double>{55.5});
    EXPECT_TRUE(found_in(one_column(tenths, {55.5}, 2)).empty()); // a score that is large
    EXPECT_TRUE(found_in(one_column(tenths, {1}, 8)).empty());    // a perfect one
}

TEST(Sentinels, zeros_far_below_all_others_may_be_missing)
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
    EXPECT_TRUE(hints[0].may_be_end); // or the lowest score
    EXPECT_FALSE(find_sentinels(one_column({1, 2, 3, 4, 5}, {-9}, 8)).front().may_be_end);
    // Where scores go down to 0, zeros are scores.
    auto low = matrix;
    for (Index i = 20; i < 40; ++i) low.scores(i, 1) = static_cast<double>(i - 19) / 2;
    EXPECT_TRUE(find_sentinels(low).empty());
    matrix.scores(4, 1) = -3.5;
    EXPECT_TRUE(find_sentinels(matrix).empty());
}

TEST(Sentinels, single_numbers_below_0_may_go_on_in_steps)
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

} // namespace
} // namespace exahca
