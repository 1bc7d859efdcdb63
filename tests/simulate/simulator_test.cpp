#include "exahca/simulate/simulator.hpp"

#include "exahca/model/flag.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "simulate/source_distributions.hpp"
#include "support/leaderboard.hpp"

#include <Eigen/LU>
#include <cmath>

namespace exahca {
namespace {

using namespace test;

SimulationOptions large(Design design, Index factors)
{
    SimulationOptions options;
    options.design = design;
    options.factors = factors;
    options.sizes = {40000, 30000};
    options.seed = 11;
    return options;
}

/// Without residuals the covariance of a domain is that of H' mixing e, e of unit variance: the truth describes the
/// data.
TEST(Simulator, the_stored_truth_describes_data_without_residuals)
{
    for (Index m = 1; m <= 4; ++m) {
        auto const matrix = simulate(large(Design::none, m));
        auto const& truth = matrix.truth.value();
        ASSERT_EQ(truth.mixing.size(), 2u);
        for (std::size_t k = 0; k < 2; ++k) {
            auto const domain = select_domains(matrix, {truth.domains[k]}).front();
            auto const moments = moments_of(domain.scores);
            Matrix const factor = truth.unmixing.transpose() * truth.mixing[k];
            Matrix const expected = factor * factor.transpose();
            // A variance from 30,000 draws of kurtosis up to 9 has a relative standard error of 1.7 %; five of them.
            EXPECT_LT((moments.covariance - expected).norm(), 0.085 * expected.norm()) << m;
            // Exactly: nothing outside the span of H, and G's columns inside it.
            Matrix const rest = Matrix::Identity(6, 6) - truth.unmixing.transpose() * truth.unmixing;
            EXPECT_LT((rest * moments.covariance).norm(), 1e-9 * moments.covariance.norm());
            EXPECT_LT((rest * truth.loadings).norm(), 1e-12 * truth.loadings.norm());
        }
    }
}

TEST(Simulator, truth_is_orthonormal_triangular_and_signed)
{
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
        auto options = SimulationOptions{};
        options.seed = seed;
        auto const truth = simulate(options).truth.value();
        EXPECT_LT((truth.unmixing * truth.unmixing.transpose() - Matrix::Identity(3, 3)).norm(), 1e-13);
        for (Index i = 0; i < 3; ++i)
            EXPECT_EQ(truth.unmixing.row(i).maxCoeff(), truth.unmixing.row(i).cwiseAbs().maxCoeff());
        for (auto const& mixing : truth.mixing) {
            EXPECT_TRUE(mixing.isUpperTriangular(0));
            EXPECT_GT(std::abs(mixing.determinant()), 0.01);
        }
        // The last level, the first factor, moves all benchmarks that any factor before it cannot: h_m is orthogonal to
        // the loadings of every later factor.
        EXPECT_LT((truth.unmixing.row(2) * truth.loadings.rightCols(2)).norm(), 1e-12);
        EXPECT_LT(std::abs(truth.unmixing.row(1).dot(truth.loadings.col(2))), 1e-12);
    }
}

TEST(Simulator, weak_edges_are_weaker_and_residuals_of_the_size_asked_for)
{
    double strong = 0, weak = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SimulationOptions options;
        options.seed = seed;
        options.sizes = {2, 3};
        auto const edge = [&](Design design) {
            options.design = design;
            auto const truth = simulate(options).truth.value();
            // In the coordinates of G, where the edges are drawn: (H G)^-1 mixing.
            Matrix const levels = truth.loadings.rowwise().reverse();
            Matrix const b_inverse = (truth.unmixing * levels).inverse() * truth.mixing[0];
            return b_inverse(0, 1) * b_inverse(0, 1) + b_inverse(0, 2) * b_inverse(0, 2) +
                   b_inverse(1, 2) * b_inverse(1, 2);
        };
        strong += edge(Design::base);
        weak += edge(Design::weak);
    }
    EXPECT_NEAR(weak / strong, 0.3 * 0.3 / (0.7 * 0.7), 1e-9); // the same draws, scaled

    auto const exact = simulate(large(Design::none, 2));
    auto const noisy = simulate(large(Design::isotropic, 2));
    Matrix const residuals = noisy.scores - exact.scores;
    auto const moments = moments_of(residuals);
    EXPECT_LT((moments.covariance - 4 * Matrix::Identity(6, 6)).norm(), 0.2);
    auto const uneven = moments_of(simulate(large(Design::base, 2)).scores - exact.scores);
    double const sds[] = {1, 1.5, 1, 1.8, 3, 1.2};
    for (Index b = 0; b < 6; ++b) // exp(.1 N) stays within five of its sds
        EXPECT_NEAR(std::log(std::sqrt(uneven.covariance(b, b)) / sds[b]), 0, 0.5);
}

TEST(Simulator, contamination_collapses_two_per_cent_and_floors_at_zero)
{
    auto const base = simulate(large(Design::base, 3));
    auto const contaminated = simulate(large(Design::contaminated, 3));
    EXPECT_GE(contaminated.scores.minCoeff(), 0);
    Index changed = 0;
    for (Index i = 0; i < base.scores.rows(); ++i) {
        Vector const floored = base.scores.row(i).cwiseMax(0.0).transpose();
        if ((contaminated.scores.row(i).transpose() - floored).norm() > 1e-9) {
            ++changed;
            EXPECT_LT(contaminated.scores.row(i).sum(), 0.5 * floored.sum() + 1e-9);
        }
    }
    EXPECT_EQ(changed, 1400); // 2 % of 40,000 and of 30,000
}

TEST(Simulator, defaults_and_names)
{
    auto const matrix = simulate({});
    EXPECT_EQ(matrix.scores.rows(), 1475);
    EXPECT_EQ(matrix.models.size(), 1475u);
    EXPECT_EQ(matrix.benchmarks.front(), "IFEval");
    EXPECT_EQ(matrix.truth->domains, published_domains);
    EXPECT_EQ(matrix.truth->design, "contaminated");
    EXPECT_EQ(domains_by_size(matrix, 1), published_domains);
    EXPECT_EQ(default_domain_names(9).back(), "base-model-9");
    EXPECT_EQ(default_domain_sizes(6), (std::vector<std::int64_t>{750, 330, 240, 155, 220, 300}));
    EXPECT_EQ(design_from_name("weak"), Design::weak);
}

TEST(Simulator, same_seed_same_bits_and_a_further_domain_changes_no_other)
{
    SimulationOptions options;
    auto const first = simulate(options);
    EXPECT_TRUE((first.scores.array() == simulate(options).scores.array()).all());
    options.sizes.push_back(220);
    auto const more = simulate(options);
    EXPECT_TRUE((more.scores.topRows(1475).array() == first.scores.array()).all());
    options.seed = 2;
    EXPECT_FALSE((simulate(options).scores.array() == more.scores.array()).all());
}

TEST(Simulator, refuses_what_it_cannot_simulate)
{
    auto const with = [](auto change) {
        SimulationOptions options;
        change(options);
        return simulate(options);
    };
    EXPECT_THROW((void)with([](auto& o) { o.factors = 0; }), UsageError);
    EXPECT_THROW((void)with([](auto& o) { o.factors = 5; }), UsageError);
    EXPECT_THROW((void)with([](auto& o) { o.sizes = {}; }), UsageError);
    EXPECT_THROW((void)with([](auto& o) { o.sizes = {100, 0}; }), UsageError);
    EXPECT_THROW((void)with([](auto& o) { o.domains = {"one"}; }), UsageError);
    EXPECT_THROW((void)with([](auto& o) { o.domains = {"a", "b", "c", "a"}; }), UsageError);
    EXPECT_THROW((void)design_from_name("Base"), UsageError);
    auto const small = with([](auto& o) { o.sizes = {50}, o.domains = {"tiny"}; });
    EXPECT_THROW((void)simulate({}, &small), UsageError);
    SimulationOptions parametric;
    parametric.design = Design::parametric;
    EXPECT_THROW((void)simulate(parametric, &small), UsageError);
}

TEST(SourceDistributions, have_unit_variance_and_are_not_normal)
{
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        RandomStream stream({seed, "sources", 0, "", 0});
        Vector const source = draw_source({}, 100000, stream);
        double const mean = source.mean();
        double const variance = (source.array() - mean).square().mean();
        EXPECT_NEAR(mean, 0, 5 / std::sqrt(1e5));
        EXPECT_NEAR(variance, 1, 0.05); // kurtosis at most 9: five standard errors are 0.045
        double const kurtosis = (source.array() - mean).square().square().mean() / (variance * variance);
        EXPECT_GT(std::abs(kurtosis - 3), 0.3);
    }
}

TEST(SourceDistributions, resampled_ones_follow_the_real_components)
{
    EXAHCA_NEED_REFERENCE(leaderboard_file);
    auto const pool = components_of(leaderboard());
    ASSERT_EQ(pool.size(), 15u); // five domains, three components each
    for (auto const& component : pool) {
        EXPECT_NEAR(component.mean(), 0, 1e-9);
        EXPECT_NEAR(component.squaredNorm() / static_cast<double>(component.size() - 1), 1, 1e-9);
    }
    RandomStream stream({1, "sources", 0, "", 0});
    Vector const source = draw_source({pool[0]}, 200000, stream);
    EXPECT_NEAR(source.squaredNorm() / 2e5, 1, 0.05);
    double const skewness = source.array().cube().mean();
    double const expected = pool[0].array().cube().mean() / std::pow(1 + 0.15 * 0.15, 1.5);
    EXPECT_NEAR(std::abs(skewness), std::abs(expected), 0.1 * (1 + std::abs(expected)));

    SimulationOptions options;
    options.sizes = {20000};
    options.design = Design::none;
    auto const matrix = simulate(options, &leaderboard());
    auto const real = select_domains(leaderboard(), {"llama-3-8b"}).front();
    Matrix const difference = matrix.scores.colwise().mean() - real.scores.colwise().mean();
    EXPECT_LT(difference.cwiseAbs().maxCoeff(), 1); // means come from the domain of the same name
}

} // namespace
} // namespace exahca
