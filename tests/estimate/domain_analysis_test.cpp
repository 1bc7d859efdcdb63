#include "exahca/estimate/domain_analysis.hpp"

#include "exahca/model/hierarchy_tests.hpp"
#include "exahca/model/screening.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

using Names = std::vector<std::string>;

/// Base models in two families with a subspace each: "a0", "a1", ... and "b0", "b1", ...
ScoreMatrix two_families(std::uint64_t seed, int of_each, Index models, double noise)
{
    RandomStream random({seed, "domain-analysis", 0, "", 0});
    Index const m = 2, d = 5;
    ScoreMatrix scores;
    scores.benchmarks = {"A", "B", "C", "D", "E"};
    std::vector<Matrix> parts;
    for (auto const* family : {"a", "b"}) {
        Matrix const loadings = random_matrix(random, m, d);
        for (int k = 0; k < of_each; ++k) {
            Index const n = models + 5 * k;
            Matrix const factors = random_matrix(random, n, m) * (4 * random_matrix(random, m, m));
            parts.emplace_back((factors * loadings + noise * random_matrix(random, n, d)).array() + 50);
            for (Index i = 0; i < n; ++i) {
                scores.base_models.push_back(family + std::to_string(k));
                scores.models.push_back(scores.base_models.back() + "-" + std::to_string(i));
            }
        }
    }
    scores.scores.resize(std::ssize(scores.models), d);
    Index row = 0;
    for (auto const& part : parts) {
        scores.scores.middleRows(row, part.rows()) = part;
        row += part.rows();
    }
    return scores;
}

std::size_t place_of(DomainAnalysis const& analysis, std::string const& name)
{
    for (std::size_t i = 0; i < analysis.domains.size(); ++i)
        if (analysis.domains[i].name == name) return i;
    ADD_FAILURE() << name;
    return 0;
}

std::vector<CentredDomain> centred(ScoreMatrix const& scores, Names const& names)
{
    std::vector<Matrix> matrices;
    for (auto const& domain : select_domains(scores, names)) matrices.push_back(domain.scores);
    return exahca::centred(matrices);
}

TEST(DomainAnalysis, finds_the_two_families_that_share_a_subspace)
{
    auto const scores = two_families(1, 3, 120, 1);
    auto const analysis = analyse_domains(scores, 1, 2, {});
    std::vector<Names> found;
    for (auto const& group : analysis.groups) {
        auto sorted = group.domains;
        std::sort(sorted.begin(), sorted.end());
        found.push_back(sorted);
        EXPECT_LT(group.bic_difference, 0);
    }
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (std::vector<Names>{{"a0", "a1", "a2"}, {"b0", "b1", "b2"}}));
}

TEST(DomainAnalysis, figures_are_differences_of_maximised_bic)
{
    // Much noise: domains hardly differ, and leading eigenvectors are far from what the shared subspace leads to.
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto const scores = two_families(seed, 3, 60, 6);
        auto const analysis = analyse_domains(scores, 1, 2, {});
        double const parameters = 2 * 3;
        for (auto const& a : analysis.domains)
            for (auto const& b : analysis.domains) {
                if (a.name == b.name) continue;
                auto const i = place_of(analysis, a.name), j = place_of(analysis, b.name);
                double const bic = analysis.bic(static_cast<Index>(i), static_cast<Index>(j));
                EXPECT_EQ(bic, analysis.bic(static_cast<Index>(j), static_cast<Index>(i)));
                EXPECT_GE(bic, -parameters * std::log(static_cast<double>(a.models + b.models)) - 1e-7);
                auto const pair = centred(scores, {a.name, b.name});
                auto const direct = compare_invariance(pair, find_shared_subspace(pair, 2).projection);
                EXPECT_NEAR(bic, direct.bic_difference(), 1e-4);
                EXPECT_EQ(analysis.weak[i][j], direct.any_weak());
            }
        for (auto const& group : analysis.groups) {
            if (group.domains.size() < 2) continue;
            auto const domains = centred(scores, group.domains);
            auto const freedom = parameters * static_cast<double>(domains.size() - 1);
            EXPECT_LT(group.bic_difference, 0);
            EXPECT_GE(group.bic_difference, -freedom * std::log(static_cast<double>(total_models(domains))) - 1e-7);
        }
    }
}

TEST(DomainAnalysis, any_number_of_base_models)
{
    auto const analysis = analyse_domains(two_families(2, 11, 30, 1), 1, 2, {});
    ASSERT_EQ(analysis.domains.size(), 22u);
    EXPECT_TRUE(analysis.bic.allFinite());
    EXPECT_TRUE(analysis.angles.allFinite());
    std::size_t members = 0;
    for (auto const& group : analysis.groups) members += group.domains.size();
    EXPECT_EQ(members, 22u);
    EXPECT_EQ(analysis.groups.front().domains.size(), 11u);
}

TEST(DomainAnalysis, base_models_that_cannot_be_compared_are_named_with_the_reason)
{
    auto scores = two_families(3, 2, 60, 1);
    for (std::size_t i = 0; i < scores.base_models.size(); ++i)
        if (scores.base_models[i] == "b1") scores.scores(static_cast<Index>(i), 2) = 12;
    int kept = 0;
    for (auto& name : scores.base_models) // nine models for five benchmarks
        if (name == "a1" && ++kept > 9) name = "";
    auto const analysis = analyse_domains(scores, 1, 2, {});
    EXPECT_EQ(analysis.domains[place_of(analysis, "b1")].problem, "C is constant");
    EXPECT_EQ(analysis.domains[place_of(analysis, "a1")].problem, "too few models for 5 benchmarks: 10 at least");
    auto const i = static_cast<Index>(place_of(analysis, "a0")), j = static_cast<Index>(place_of(analysis, "b0"));
    EXPECT_TRUE(std::isfinite(analysis.bic(i, j)));
    EXPECT_TRUE(std::isnan(analysis.bic(i, static_cast<Index>(place_of(analysis, "b1")))));
    ASSERT_EQ(analysis.groups.size(), 2u);
}

} // namespace
} // namespace exahca
