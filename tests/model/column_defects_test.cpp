#include "exahca/model/column_defects.hpp"

#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace exahca {
namespace {

std::vector<std::string> const names = {"A", "B", "C", "D", "E", "F"};

/// Domains of independent benchmarks, each on a scale of its own.
std::vector<Domain> domains_of(std::vector<Index> const& sizes, Index benchmarks, std::uint64_t seed = 1)
{
    RandomStream random({seed, "column-defects", 0, "", 0});
    std::vector<Domain> domains;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        Matrix scores = random_matrix(random, sizes[k], benchmarks);
        for (Index j = 0; j < benchmarks; ++j)
            scores.col(j) = (scores.col(j) * std::exp(random.normal())).array() + 30 + 10 * random.normal();
        domains.push_back({"base-" + std::to_string(k), {}, scores});
    }
    return domains;
}

std::vector<std::string> told(std::vector<Domain> const& domains)
{
    std::vector<std::string> sentences;
    for (auto const& defect : find_column_defects(domains)) sentences.push_back(describe(defect, names));
    return sentences;
}

using Sentences = std::vector<std::string>;

TEST(ColumnDefects, independent_benchmarks_have_none)
{
    for (std::uint64_t seed = 1; seed <= 50; ++seed) EXPECT_EQ(told(domains_of({12, 30, 200}, 6, seed)), Sentences());
}

TEST(ColumnDefects, averages_are_named_wherever_they_stand_and_however_they_are_rounded)
{
    for (Index const place : {0, 2, 5})
        for (double const rounding : {0.0, 0.01, 0.1, 1.0}) { // of scores that vary by some ten points
            auto domains = domains_of({50, 60}, 6);
            for (auto& domain : domains) {
                for (Index j = 0; j < 6; ++j) domain.scores.col(j) = 10 * domain.scores.col(j);
                Vector mean = (domain.scores.rowwise().sum() - domain.scores.col(place)) / 5;
                if (rounding > 0) mean = (mean / rounding).array().round() * rounding;
                domain.scores.col(place) = mean;
            }
            std::string others;
            for (Index j = 0; j < 6; ++j)
                if (j != place) others += (others.empty() ? "" : ", ") + names[static_cast<std::size_t>(j)];
            auto const name = names[static_cast<std::size_t>(place)];
            EXPECT_EQ(told(domains), Sentences{name + " is the mean of " + others}) << rounding;
            auto const kept = columns_without(find_column_defects(domains), 6);
            EXPECT_EQ(std::count(kept.begin(), kept.end(), place), 0);
            EXPECT_EQ(kept.size(), 5u);
        }
}

// Two factors give five benchmarks to within a point: beside rounding, least squares can do without any one of them.
TEST(ColumnDefects, a_rounded_mean_of_benchmarks_that_nearly_give_each_other)
{
    RandomStream random({2, "column-defects", 0, "", 0});
    Matrix const loadings = 6 * random_matrix(random, 2, 5);
    for (double const step : {1.0, 0.1}) {
        std::vector<Domain> domains;
        for (auto const* name : {"x", "y"}) {
            Matrix scores(150, 6);
            scores.leftCols(5) =
                (random_matrix(random, 150, 2) * loadings + random_matrix(random, 150, 5)).array() + 50;
            scores.col(5) = (scores.leftCols(5).rowwise().mean() / step).array().round() * step;
            domains.push_back({name, {}, scores});
        }
        EXPECT_EQ(told(domains), Sentences{"F is the mean of A, B, C, D, E"}) << step;
        for (auto& domain : domains) // cut off instead of rounded
            domain.scores.col(5) = (domain.scores.leftCols(5).rowwise().mean() / step).array().floor() * step;
        EXPECT_EQ(told(domains), Sentences{"F is the mean of A, B, C, D, E"}) << step;
        for (auto& domain : domains) // a benchmark of its own: a quarter of a point beside the mean, then rounded
            domain.scores.col(5) =
                (domain.scores.leftCols(5).rowwise().mean() + 0.25 * random_matrix(random, 150, 1)).array().round();
        EXPECT_EQ(told(domains), Sentences()) << step;
    }
}

TEST(ColumnDefects, a_rounded_mean_or_sum_of_some)
{
    for (auto const& [weight, word] : {std::pair{0.5, "mean"}, std::pair{1.0, "sum"}}) {
        auto domains = domains_of({50, 60}, 5);
        for (auto& domain : domains) {
            domain.scores = (1000 * domain.scores).array().round() / 100; // ten points, two decimals
            Vector const combined = weight * (domain.scores.col(1) + domain.scores.col(4));
            domain.scores.conservativeResize(Eigen::NoChange, 6);
            domain.scores.col(5) = combined.array().round();
        }
        EXPECT_EQ(told(domains), Sentences{fmt::format("F is the {} of B, E", word)});
    }
}

// Grades from 1 to 5 of which each lies between two others now and then, and never far from any.
TEST(ColumnDefects, coarse_grades_are_no_means_of_each_other)
{
    RandomStream random({5, "column-defects", 0, "", 0});
    std::vector<Domain> domains;
    for (Index const models : {60, 40}) {
        Matrix grades(models, 6);
        for (Index i = 0; i < models; ++i) {
            double const level = 3 + 0.7 * random.normal();
            for (Index j = 0; j < 6; ++j) grades(i, j) = std::round(level + 0.4 * random.normal());
        }
        domains.push_back({std::to_string(models), {}, grades});
    }
    EXPECT_EQ(told(domains), Sentences());
}

TEST(ColumnDefects, sums_copies_and_other_combinations)
{
    auto domains = domains_of({50, 60}, 6);
    for (auto& domain : domains) {
        domain.scores.col(2) = domain.scores.col(0) + domain.scores.col(1);
        domain.scores.col(4) = 100 - 2 * domain.scores.col(3).array();
        domain.scores.col(5) = domain.scores.col(0) - 0.5 * domain.scores.col(3);
    }
    auto sentences = told(domains);
    std::sort(sentences.begin(), sentences.end()); // exact ones are found in the order of their rounding errors
    EXPECT_EQ(sentences,
              (Sentences{"C is the sum of A, B", "E is a linear function of D", "F is a linear combination of A, D"}));
}

// A difference is no original: that of two columns and a constant stands last, and is what is left out.
// A = B + F may say that A is a sum, too. What is below 0 now and then, beside two that never are, is the difference.
TEST(ColumnDefects, a_difference_is_named_and_not_what_it_was_made_of)
{
    auto domains = domains_of({50, 60}, 6);
    for (auto& domain : domains) {
        domain.scores = (domain.scores.array() + 100).matrix(); // never below 0
        domain.scores.col(5) = domain.scores.col(0) - domain.scores.col(1);
        domain.scores.col(5).array() -= domain.scores.col(5).mean(); // on both sides of 0
        domain.scores.col(0) = domain.scores.col(1) + domain.scores.col(5);
    }
    EXPECT_EQ(told(domains), Sentences{"F is a linear combination of A, B"});
}

TEST(ColumnDefects, a_sum_with_a_constant_is_no_sum)
{
    auto domains = domains_of({50, 60}, 4);
    for (auto& domain : domains)
        domain.scores.col(3) =
            domain.scores.col(0) - domain.scores.col(1).array().matrix() - Vector::Constant(domain.scores.rows(), 50);
    EXPECT_EQ(told(domains), Sentences{"D is a linear combination of A, B"});
}

TEST(ColumnDefects, missing_scores_leave_what_is_known)
{
    auto domains = domains_of({90, 80, 70}, 5);
    auto const blank = std::nan("");
    domains[2].scores.col(1).setConstant(3);
    for (auto& domain : domains) domain.scores.col(4) = domain.scores.leftCols(4).rowwise().mean();
    for (Index i = 0; i < 30; ++i) domains[0].scores(i, i % 5) = blank;
    domains[1].scores.col(0).setConstant(blank);
    domains[2].scores(5, 1) = blank;
    EXPECT_EQ(told(domains), (Sentences{"E is the mean of A, B, C, D", "A has no score in base model base-1",
                                        "B is constant in base model base-2"}));
}

// Means of base models do not count: a benchmark may differ between base models and vary within none.
TEST(ColumnDefects, constants_everywhere_and_in_one_base_model)
{
    auto domains = domains_of({50, 60, 40}, 4);
    for (std::size_t k = 0; k < 3; ++k) domains[k].scores.col(1).setConstant(10.0 * static_cast<double>(k));
    domains[2].scores.col(3).setConstant(0.1);
    domains[1].scores.col(2) = 0.5 * (domains[1].scores.col(0) + domains[1].scores.col(3));
    EXPECT_EQ(told(domains),
              (Sentences{"B is constant within every base model", "C is the mean of A, D in base model base-1",
                         "D is constant in base model base-2"}));
    EXPECT_EQ(columns_without(find_column_defects(domains), 4), (std::vector<Index>{0, 2, 3}));
}

TEST(ColumnDefects, the_same_of_several_base_models_is_said_once)
{
    auto domains = domains_of({50, 60, 40, 45}, 4);
    domains[2].name = "Acme, Inc.";
    for (std::size_t const k : {0U, 2U, 3U}) domains[k].scores.col(1).setConstant(3);
    domains[1].scores.col(2) = 0.5 * (domains[1].scores.col(0) + domains[1].scores.col(3));
    Sentences sentences;
    for (auto const& located : join_domains(find_column_defects(domains)))
        sentences.push_back(describe(located, names));
    EXPECT_EQ(sentences, (Sentences{"B is constant in base models base-0, \"Acme, Inc.\" and base-3",
                                    "C is the mean of A, D in base model base-1"}));
}

// Energy in two units beside what it is made of: C and D are nearly one, and F has a small part in what is between
// them.
TEST(ColumnDefects, what_is_named_is_explained)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto domains = domains_of({50, 60}, 6, seed);
        RandomStream random({seed, "column-defects", 1, "", 0});
        double share = 0, noise = 0; // the same in both domains
        for (auto& domain : domains) {
            auto& scores = domain.scores;
            scores.col(2) = 4 * scores.col(0) + 9 * scores.col(1);
            auto const deviation = [&](Index j) {
                return (scores.col(j).array() - scores.col(j).mean()).matrix().norm();
            };
            if (share == 0) {
                share = 0.02 * deviation(2) / deviation(5);
                noise = 0.001 * deviation(2) / std::sqrt(static_cast<double>(scores.rows()));
            }
            Matrix const off = random_matrix(random, scores.rows(), 1);
            scores.col(3) = 4.184 * (scores.col(2) + share * scores.col(5) + noise * off.col(0));
        }
        auto const defects = find_column_defects(domains);
        ASSERT_FALSE(defects.empty());
        // Each is what it is called, by normal equations about the domains' means.
        for (auto const& defect : defects) {
            auto const count = std::ssize(defect.others);
            Matrix products = Matrix::Zero(count + 1, count + 1);
            for (auto const& domain : domains) {
                if (!defect.domain.empty() && domain.name != defect.domain) continue;
                std::vector<Index> columns = defect.others;
                columns.push_back(defect.column);
                Matrix rows = domain.scores(Eigen::all, columns);
                rows.rowwise() -= rows.colwise().mean().eval();
                products += rows.transpose() * rows;
            }
            Vector const weights = products.topLeftCorner(count, count).ldlt().solve(products.topRightCorner(count, 1));
            double const left = products(count, count) - weights.dot(products.topRightCorner(count, 1).col(0));
            EXPECT_LE(left, std::pow(dependence_tolerance, 2) * products(count, count));
        }
    }
}

// As many columns as half of the rows explain half of the variance of anything.
TEST(ColumnDefects, many_columns_and_few_rows_explain_by_chance)
{
    int named = 0;
    constexpr int tries = 40;
    for (std::uint64_t seed = 1; seed <= tries; ++seed) {
        auto domains = domains_of({12}, 6, seed);
        auto& scores = domains.front().scores;
        RandomStream random({seed, "column-defects", 1, "", 0});
        // Off by more than counts as rounding; five columns leave 0.012 of it in 12 rows, on average.
        Matrix const noise = random_matrix(random, 12, 1);
        Vector const centred = scores.col(0).array() - scores.col(0).mean();
        Vector off = noise.col(0).array() - noise.col(0).mean();
        scores.col(5) = scores.col(0) + 0.016 * centred.norm() / off.norm() * off;
        named += told(domains).empty() ? 0 : 1;
    }
    EXPECT_LE(named, tries / 4);
}

TEST(ColumnDefects, few_rows_are_no_evidence)
{
    // Four models lie in a space of three dimensions whatever their scores are.
    EXPECT_EQ(told(domains_of({4}, 6)), Sentences());
    auto domains = domains_of({50, 4}, 6);
    domains[1].scores.col(0).setConstant(3);
    EXPECT_EQ(told(domains), Sentences());
}

// With fewer models than benchmarks regressions say nothing, but a mean has no weights to fit.
TEST(ColumnDefects, a_given_mean_needs_few_rows)
{
    for (Index const models : {8, 7}) {
        auto domains = domains_of({models}, 20);
        auto& scores = domains.front().scores;
        scores *= 10;
        Vector const mean = scores.rowwise().mean();
        scores.conservativeResize(Eigen::NoChange, 21);
        scores.col(20) = (mean * 10).array().round() / 10;
        std::vector<Index> others;
        for (Index j = 0; j < 20; ++j) others.push_back(j);
        std::vector<DomainSpread> const spreads{spread_of("x", scores)};
        auto const found = find_mean_or_sum(spreads, 20, others);
        ASSERT_EQ(found.has_value(), models == 8);
        if (!found) continue;
        EXPECT_EQ(found->kind, ColumnDefectKind::mean);
        EXPECT_EQ(found->column, 20);
        EXPECT_EQ(found->others, others);
        others.pop_back(); // of others it is none
        EXPECT_FALSE(find_mean_or_sum(spreads, 20, others));
    }
}

} // namespace
} // namespace exahca
