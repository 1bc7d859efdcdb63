#include "exahca/model/mixed_scales.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace exahca {
namespace {

/// 40 scores from 30 to 69 per cent, the first so many of them as shares.
Matrix column(Index shares)
{
    Matrix scores(40, 1);
    for (Index i = 0; i < 40; ++i) scores(i, 0) = (30.0 + static_cast<double>(i)) / (i < shares ? 100 : 1);
    return scores;
}

TEST(MixedScales, shares_among_per_cents_are_counted)
{
    for (Index const shares : {5, 20, 35}) {
        auto const found = find_mixed_scales(column(shares));
        ASSERT_EQ(found.size(), 1U) << shares;
        EXPECT_EQ(found[0].shares, shares);
        EXPECT_EQ(found[0].others, 40 - shares);
        EXPECT_EQ(found[0].least_share, 0.3);
        EXPECT_EQ(found[0].most_other, 69);
        EXPECT_EQ(found[0].least_other, 30 + static_cast<double>(shares));
    }
}

TEST(MixedScales, one_scale_is_none)
{
    for (Index const shares : {0, 4, 36, 40}) EXPECT_TRUE(find_mixed_scales(column(shares)).empty()) << shares;
    auto hard = column(20);
    hard(0, 0) = 4; // a hard benchmark in per cent has such scores
    EXPECT_TRUE(find_mixed_scales(hard).empty());
    auto const low = (column(40) / 20).eval(); // 1.5 to 3.5 per cent, if anything, beside 50 to 69
    Matrix far = column(20);
    far.topRows(20) = low.topRows(20);
    EXPECT_TRUE(find_mixed_scales(far).empty());
}

TEST(MixedScales, zeros_and_gaps_say_nothing)
{
    auto scores = column(20);
    scores(0, 0) = 0;
    scores(39, 0) = std::nan("");
    auto const found = find_mixed_scales(scores);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].shares, 19);
    EXPECT_EQ(found[0].others, 19);
}

/// Two base models of 40 scores each; the second's are a multiple of the first's, moved.
Matrix two_domains(double factor, double shift)
{
    Matrix scores(80, 1);
    scores << column(0), factor * column(0).array() + shift;
    return scores;
}

std::vector<std::vector<Index>> rows_of_two()
{
    std::vector<std::vector<Index>> rows(2, std::vector<Index>(40));
    for (std::size_t i = 0; i < 40; ++i) {
        rows[0][i] = static_cast<Index>(i);
        rows[1][i] = static_cast<Index>(40 + i);
    }
    return rows;
}

TEST(DomainScales, another_unit_in_one_base_model_is_found)
{
    for (auto const& [factor, shift] : {std::pair(0.01, 0.0), std::pair(0.1, 0.0), std::pair(0.05, -2.5)}) {
        auto const found = find_domain_scales(two_domains(factor, shift), rows_of_two());
        ASSERT_EQ(found.size(), 1U) << factor;
        EXPECT_EQ(found[0].domain, 1U);
        EXPECT_DOUBLE_EQ(found[0].low, factor * 31 + shift); // the second lowest of 40
        EXPECT_EQ(found[0].others_low, 31);
    }
}

TEST(DomainScales, shares_with_a_floor_are_found)
{
    auto scores = two_domains(0.01, 0);
    scores.bottomRows(3).setZero();
    auto const found = find_domain_scales(scores, rows_of_two());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].domain, 1U);
    EXPECT_EQ(found[0].low, 0);
    EXPECT_NE(describe(found[0], "B", "b").find("so much weaker looks the same"), std::string::npos);
}

/// As many base models of 40 scores each, with these factors.
std::vector<std::size_t> found_of(std::vector<double> const& factors)
{
    Matrix scores(40 * std::ssize(factors), 1);
    std::vector<std::vector<Index>> rows;
    for (std::size_t k = 0; k < factors.size(); ++k) {
        auto const first = 40 * static_cast<Index>(k);
        scores.middleRows(first, 40) = factors[k] * column(0);
        rows.emplace_back(40);
        for (Index i = 0; i < 40; ++i) rows.back()[static_cast<std::size_t>(i)] = first + i;
    }
    std::vector<std::size_t> found;
    for (auto const& scale : find_domain_scales(scores, rows)) found.push_back(scale.domain);
    return found;
}

TEST(DomainScales, several_base_models_do_not_hide_each_other)
{
    using Found = std::vector<std::size_t>;
    EXPECT_EQ(found_of({1, 0.1, 1, 0.1, 0.9}), (Found{1, 3}));
    EXPECT_EQ(found_of({0.01, 1, 0.01}), (Found{0, 2}));
    EXPECT_EQ(found_of({1, 0.3, 0.1}), Found{}) << "one is in between: they are weaker and weaker";
    EXPECT_EQ(found_of({1, 0.1, 0.1, 0.1}), Found{}) << "most are low";
}

// In per cent there is no such score: nothing is left open, and no factor has to fit.
TEST(DomainScales, what_goes_beyond_100_beside_what_does_not_is_found)
{
    using Found = std::vector<std::size_t>;
    EXPECT_EQ(found_of({1, 10}), Found{1}) << "points times ten";
    EXPECT_EQ(found_of({1, 1, 25, 0.9}), Found{2}) << "a rating";
    EXPECT_EQ(found_of({25, 30, 1, 28}), Found{2}) << "ratings, but for one";
    EXPECT_EQ(found_of({25, 30, 28}), Found{}) << "ratings";
    EXPECT_EQ(found_of({1, 1.6, 10}), Found{}) << "something in between";
    EXPECT_EQ(found_of({1, 1.4}), Found{}) << "hardly beyond";
    Matrix numbers(80, 1);
    for (Index i = 0; i < 80; ++i) numbers(i, 0) = 61 + static_cast<double>(i);
    EXPECT_TRUE(find_domain_scales(numbers, rows_of_two()).empty()) << "one row after the other";
    auto const found = find_domain_scales(two_domains(10, 0), rows_of_two());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(
        describe(found[0], "B", "b"),
        "scores of B are from 310 to 670 for b and from 31 to 67 for the others (nine of ten of them): if they are "
        "in another unit there, write them alike (no score in per cent is so large)");
}

TEST(DomainScales, weaker_base_models_and_floors_are_none)
{
    // A third as good; hardly any item solved; and 4 models alone.
    EXPECT_TRUE(find_domain_scales(two_domains(0.33, 0), rows_of_two()).empty());
    EXPECT_TRUE(find_domain_scales(two_domains(0.05, -1.5), rows_of_two()).empty());
    auto floored = two_domains(0.01, 0);
    floored.bottomRows(11).setZero(); // more than a quarter: hardly anything was solved
    EXPECT_TRUE(find_domain_scales(floored, rows_of_two()).empty());
    floored = two_domains(0.01, 0);
    floored.bottomRows(3).setZero();
    floored(40, 0) = 1.2; // no share, and so none of the others is
    EXPECT_TRUE(find_domain_scales(floored, rows_of_two()).empty());
    // Up to 1 % solved, and the few that solved least are not where the others would be.
    auto weak = two_domains(0.01, 0);
    for (Index i = 40; i < 80; ++i) weak(i, 0) = i < 45 ? 0 : 0.02 + 0.025 * static_cast<double>(i - 45);
    EXPECT_TRUE(find_domain_scales(weak, rows_of_two()).empty());
    auto few = rows_of_two();
    few[1].resize(4);
    EXPECT_TRUE(find_domain_scales(two_domains(0.01, 0), few).empty());
    auto const unknown = (two_domains(0.01, 0) * std::nan("")).eval();
    EXPECT_TRUE(find_domain_scales(unknown, rows_of_two()).empty());
}

} // namespace
} // namespace exahca
