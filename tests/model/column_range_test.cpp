#include "exahca/model/column_range.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/row_domains.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

/// One score after the other.
ColumnRange simple_range(Matrix const& scores, Index column)
{
    ColumnRange range;
    for (double const score : scores.col(column)) {
        range.missing += std::isnan(score);
        if (score < range.least) range.least = score;
        if (score > range.most) range.most = score;
    }
    range.at_least = (scores.col(column).array() == range.least).count();
    range.at_most = (scores.col(column).array() == range.most).count();
    return range;
}

void expect_same(Matrix const& scores)
{
    for (Index j = 0; j < scores.cols(); ++j) {
        auto const range = range_of(scores, j), simple = simple_range(scores, j);
        EXPECT_EQ(range.least, simple.least) << scores.rows();
        EXPECT_EQ(range.most, simple.most) << scores.rows();
        EXPECT_EQ(std::signbit(range.least), std::signbit(simple.least)) << scores.rows();
        EXPECT_EQ(std::signbit(range.most), std::signbit(simple.most)) << scores.rows();
        EXPECT_EQ(range.missing, simple.missing) << scores.rows();
        EXPECT_EQ(range.at_least, simple.at_least) << scores.rows();
        EXPECT_EQ(range.at_most, simple.at_most) << scores.rows();
    }
}

TEST(ColumnRange, is_that_of_one_score_after_the_other)
{
    RandomStream random({1, "column-range-test", 0, "", 0});
    for (Index const rows : {0, 1, 7, 8, 9, 2047, 2048, 2049, 10000}) {
        Matrix scores(rows, 4);
        // Continuous, in steps with ends that many share, with gaps, and zeros of both signs at an end.
        for (Index i = 0; i < rows; ++i) {
            double const x = random.normal();
            scores.row(i) << x, std::round(2 * x), (x > 0.5 ? std::nan("") : x), std::copysign(std::max(x, 0.0), x);
        }
        expect_same(scores);
        expect_same(-scores);
    }
    expect_same(Matrix::Constant(3000, 1, std::nan("")));
    expect_same(Matrix::Constant(3000, 1, 7.0));
}

TEST(RowDomains, are_numbered_by_first_rows_behind_the_empty_name)
{
    std::vector<std::string> const names{"b", "", "a", "b", "a long name that is not the same", "a"};
    auto const domains = domains_of(names);
    EXPECT_EQ(domains.names, (std::vector<std::string_view>{"", "b", "a", "a long name that is not the same"}));
    EXPECT_EQ(domains.of_row, (std::vector<std::uint32_t>{1, 0, 2, 1, 3, 2}));
    EXPECT_EQ(rows_of(domains), (std::vector<std::vector<Index>>{{1}, {0, 3}, {2, 5}, {4}}));
}

TEST(RowDomains, of_many_names_are_told_apart)
{
    std::vector<std::string> names;
    for (int i = 0; i < 30000; ++i) names.push_back(std::to_string(i * 7919 % 5003) + "-with-one-end");
    auto const domains = domains_of(names);
    EXPECT_EQ(domains.names.size(), 5004U);
    for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(domains.names[domains.of_row[i]], names[i]);
}

} // namespace
} // namespace exahca
