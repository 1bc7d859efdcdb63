#include "exahca/estimate/joint_estimator.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace exahca {
namespace {

JointOptions options_with(DensityFamily density, Index factors = 3)
{
    JointOptions options;
    options.density = density;
    options.factors = factors;
    options.starts = 6;
    return options;
}

void expect_all_finite(JointEstimate const& estimate)
{
    for (JointOptimum const& optimum : estimate.optima) {
        EXPECT_TRUE(std::isfinite(optimum.fit.log_likelihood));
        EXPECT_TRUE(std::isfinite(optimum.bic));
        EXPECT_TRUE(optimum.reading.unmixing.allFinite());
        for (Matrix const& triangle : optimum.reading.triangles) EXPECT_TRUE(triangle.allFinite());
    }
}

bool warns_of(JointEstimate const& estimate, std::string const& text)
{
    for (std::string const& warning : estimate.warnings)
        if (warning.find(text) != std::string::npos) return true;
    return false;
}

TEST(JointEstimator, finds_the_true_flag)
{
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        auto const simulation = simulate_joint(seed, 3, 6, {500, 400, 300}, 1);
        JointEstimate const estimate =
            estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::mog3));
        EXPECT_LT(flag_angles(estimate.best().reading.unmixing, simulation.unmixing).maxCoeff(), 8) << "seed " << seed;
        expect_all_finite(estimate);
    }
}

TEST(JointEstimator, tells_what_it_does_and_computes_the_same)
{
    auto const simulation = simulate_joint(4, 2, 4, {120, 100}, 2);
    JointOptions options = options_with(DensityFamily::sas, 2);
    JointEstimate const silent = estimate_joint(simulation.scores, simulation.names, options);
    Activity activity;
    options.activity = &activity;
    JointEstimate const told = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_EQ(activity.state().what.find("residual weights of optimum"), 0U);
    EXPECT_GE(activity.state().share, 0.8);
    EXPECT_EQ(told.best().fit.log_likelihood, silent.best().fit.log_likelihood);
}

TEST(JointEstimator, optima_are_sorted_apart_and_hold_every_start)
{
    auto const simulation = simulate_joint(4, 3, 6, {150, 120, 100}, 2);
    JointOptions const options = options_with(DensityFamily::sas);
    JointEstimate const estimate = estimate_joint(simulation.scores, simulation.names, options);
    int fits = 0;
    for (std::size_t i = 0; i < estimate.optima.size(); ++i) {
        fits += estimate.optima[i].fits;
        if (i > 0) {
            EXPECT_LE(estimate.optima[i - 1].gap, estimate.optima[i].gap);
        }
        for (std::size_t j = 0; j < i; ++j)
            EXPECT_FALSE(flags_agree(estimate.optima[i].isotropic_reading.unmixing,
                                     estimate.optima[j].isotropic_reading.unmixing, options.same_flag_degrees));
    }
    EXPECT_EQ(fits, 6);
    EXPECT_EQ(estimate.orders.size(), 6u);
    EXPECT_EQ(estimate.optima.front().gap, 0);
    EXPECT_LT(estimate.best().angles_to_best.maxCoeff(), 1e-9);
}

TEST(JointEstimator, same_input_gives_the_same_bits)
{
    auto const simulation = simulate_joint(5, 2, 5, {80, 90, 70}, 1);
    JointOptions const options = options_with(DensityFamily::mog2, 2);
    auto const first = estimate_joint(simulation.scores, simulation.names, options);
    auto const second = estimate_joint(simulation.scores, simulation.names, options);
    ASSERT_EQ(first.optima.size(), second.optima.size());
    Matrix const& a = first.best().reading.unmixing;
    Matrix const& b = second.best().reading.unmixing;
    EXPECT_EQ(std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())), 0);
    EXPECT_EQ(first.best().fit.log_likelihood, second.best().fit.log_likelihood);
}

// Ranges fitted apart, with a context of their own each, are the same as one range: ranks can share them.
TEST(JointEstimator, ranges_of_orders_do_not_depend_on_how_they_are_cut)
{
    auto const simulation = simulate_joint(6, 2, 4, {80, 90, 70}, 1);
    JointOptions const options = options_with(DensityFamily::sas, 2);
    auto const whole = fit_order_range(joint_context(simulation.scores, simulation.names, options), 0, 8);
    ASSERT_EQ(whole.size(), 8u);
    auto const part = fit_order_range(joint_context(simulation.scores, simulation.names, options), 3, 6);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(part[i].order, whole[i + 3].order);
        EXPECT_EQ(part[i].fit.log_likelihood, whole[i + 3].fit.log_likelihood);
    }
}

TEST(JointEstimator, order_of_rank_walks_like_next_order)
{
    for (auto const& [domains, levels] : {std::pair{2, 3}, std::pair{3, 2}, std::pair{1, 4}}) {
        CandidateOrder order = first_order(domains, levels);
        std::int64_t index = 0;
        do EXPECT_EQ(order_of_rank(domains, levels, index++), order);
        while (next_order(order));
    }
}

TEST(JointEstimator, one_factor_and_as_many_factors_as_benchmarks)
{
    auto const simulation = simulate_joint(7, 3, 3, {200, 150, 180}, 0);
    for (Index const factors : {Index{1}, Index{3}}) {
        JointEstimate const estimate =
            estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::mog3, factors));
        expect_all_finite(estimate);
        if (factors == 3) {
            EXPECT_LT(flag_angles(estimate.best().reading.unmixing, simulation.unmixing).maxCoeff(), 15);
        }
    }
}

TEST(JointEstimatorDegenerate, duplicated_rows_keep_the_likelihood_bounded)
{
    auto simulation = simulate_joint(8, 2, 5, {60, 60}, 1);
    for (Matrix& scores : simulation.scores)
        for (Index r = 20; r < scores.rows(); ++r) scores.row(r) = scores.row(r % 20); // every row at least thrice
    for (DensityFamily const density : {DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3})
        expect_all_finite(estimate_joint(simulation.scores, simulation.names, options_with(density, 2)));
}

TEST(JointEstimatorDegenerate, a_constant_benchmark_is_a_warning)
{
    auto simulation = simulate_joint(9, 2, 5, {100, 120}, 1);
    for (Matrix& scores : simulation.scores) scores.col(3).setConstant(12);
    JointEstimate const estimate =
        estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::mog3, 2));
    expect_all_finite(estimate);
    EXPECT_TRUE(warns_of(estimate, "benchmark 4 is constant within every base model"));
    EXPECT_FALSE(warns_of(estimate, "combination"));
    EXPECT_LT(estimate.best().reading.unmixing.col(3).cwiseAbs().maxCoeff(), 1e-6);
}

TEST(JointEstimatorDegenerate, a_sum_of_other_benchmarks_is_a_warning)
{
    auto simulation = simulate_joint(9, 2, 5, {100, 120}, 1);
    for (Matrix& scores : simulation.scores) scores.col(3) = (scores.col(0) + scores.col(1)) / 2;
    JointEstimate const estimate =
        estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::sas, 2));
    EXPECT_TRUE(warns_of(estimate, "a benchmark is a combination of others"));
    EXPECT_FALSE(warns_of(estimate, "constant"));
}

// A benchmark of noise alone, of nine times the variance of the others' noise: beyond the weights that a fit may give.
TEST(JointEstimatorDegenerate, a_residual_weight_at_its_bound_names_the_benchmark)
{
    auto simulation = simulate_joint(14, 2, 5, {300, 250}, 1);
    RandomStream random({15, "loud-benchmark", 0, "", 0});
    for (Matrix& scores : simulation.scores) {
        scores.col(4).setZero();
        for (double& score : scores.col(4)) score = 30 + 3 * random.normal();
    }
    JointOptions options = options_with(DensityFamily::sas, 2);
    options.benchmarks = {"A", "B", "C", "D", "Loud"};
    JointEstimate const estimate = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_TRUE(warns_of(estimate, "the residual weight of Loud is at its upper bound of 4"));
    options.residuals = ResidualFit::fixed;
    EXPECT_FALSE(warns_of(estimate_joint(simulation.scores, simulation.names, options), "residual weight"));
}

TEST(JointEstimatorDegenerate, a_constant_benchmark_with_as_many_factors_is_a_failure)
{
    auto simulation = simulate_joint(10, 3, 3, {100, 120}, 1);
    for (Matrix& scores : simulation.scores) scores.col(1).setConstant(12);
    EXPECT_THROW(
        static_cast<void>(estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::sas))),
        NumericalFailure);
}

TEST(JointEstimatorDegenerate, few_models_have_a_finite_fit)
{
    auto const simulation = simulate_joint(11, 3, 6, {200, 14}, 1);
    JointEstimate const estimate =
        estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::mog3));
    expect_all_finite(estimate);
}

TEST(JointEstimatorDegenerate, too_few_models_are_a_failure)
{
    auto simulation = simulate_joint(11, 3, 6, {200, 14}, 1);
    simulation.scores[1] = Matrix(simulation.scores[1].topRows(4));
    EXPECT_THROW(
        static_cast<void>(estimate_joint(simulation.scores, simulation.names, options_with(DensityFamily::mog3))),
        NumericalFailure);
}

TEST(JointEstimatorDegenerate, gaussian_sources_give_finite_results)
{
    RandomStream random({12, "gaussian-sources", 0, "", 0});
    std::vector<Matrix> scores;
    for (Index const n : {300, 250}) {
        Matrix const mixing = random_matrix(random, 3, 6);
        scores.push_back(5 * random_matrix(random, n, 3) * mixing + random_matrix(random, n, 6));
    }
    std::vector<std::string> const names = {"a", "b"};
    for (DensityFamily const density : {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog3}) {
        JointEstimate const estimate = estimate_joint(scores, names, options_with(density));
        expect_all_finite(estimate);
        EXPECT_TRUE(warns_of(estimate, "look Gaussian") && warns_of(estimate, "components of"))
            << density_name(density);
    }
    auto const peaked = simulate_joint(12, 3, 6, {300, 250}, 1);
    for (DensityFamily const density : {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog3})
        EXPECT_FALSE(warns_of(estimate_joint(peaked.scores, peaked.names, options_with(density)), "Gaussian"));
}

TEST(JointEstimator, a_search_for_starts_that_ends_early_is_a_warning_in_every_use)
{
    // Twelve domains have 6^12 orders: one tuple proves nothing about them.
    auto const simulation = simulate_joint(16, 3, 5, std::vector<Index>(12, 60), 3);
    JointOptions options = options_with(DensityFamily::sas);
    options.starts = 1;
    options.search.tuples = 1;
    for (JointOptions const& effort : {options, thorough(options)}) {
        JointEstimate const estimate = estimate_joint(simulation.scores, simulation.names, effort);
        EXPECT_NE(estimate.search_outcome, SearchOutcome::optimum_proven);
        EXPECT_TRUE(warns_of(estimate, "the search for starting orders ended at its limit"));
        EXPECT_LE(estimate.mic_lower_bound, estimate.best().inexactness.mic);
        EXPECT_LE(estimate.mean_lower_bound, estimate.best().inexactness.mean);
    }
}

TEST(JointEstimator, extra_starts_are_fitted_once)
{
    auto const simulation = simulate_joint(17, 2, 4, {80, 90}, 1);
    JointOptions options = options_with(DensityFamily::sas, 2);
    options.starts = 1;
    auto const alone = estimate_joint(simulation.scores, simulation.names, options);
    ASSERT_EQ(alone.orders.size(), 1U);
    for (std::int64_t rank = 0; rank < 4; ++rank) options.extra_starts.push_back(order_of_rank(2, 2, rank));
    auto const all = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_EQ(all.orders.size(), 4U) << "the order that the search had found is among the four";
    EXPECT_GE(all.optima.front().isotropic.penalised(), alone.optima.front().isotropic.penalised());
}

// Small domains and a floor: components have several maxima. Without restarts every fit of one start is among the fits
// of several, under an order of the first start's components.
TEST(JointEstimator, more_random_starts_of_components_never_end_lower)
{
    int higher = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto simulation = simulate_joint(seed, 3, 5, {40, 50}, 3);
        for (Matrix& scores : simulation.scores) scores = scores.cwiseMax(24);
        JointOptions options = options_with(DensityFamily::mog2);
        options.restarted_optima = 0;
        options.residuals = ResidualFit::fixed;
        auto const one = estimate_joint(simulation.scores, simulation.names, options);
        options.searches = 4;
        auto const four = estimate_joint(simulation.scores, simulation.names, options);
        EXPECT_GE(four.best().fit.penalised(), one.best().fit.penalised()) << seed;
        higher += four.best().fit.penalised() > one.best().fit.penalised() + 1e-3;
        EXPECT_GE(four.orders.size(), one.orders.size());
        for (FittedOrder const& fitted : four.orders)
            EXPECT_LE(fitted.fit.penalised(), four.optima.front().isotropic.penalised() + 1e-9);
    }
    EXPECT_GT(higher, 0); // otherwise the case shows nothing
}

// The likelihood takes a floor for a score; what it makes of that is no decision.
TEST(JointEstimator, with_scores_at_a_bound_exact_scores_decide_nothing)
{
    auto const simulation = simulate_joint(2, 2, 4, {300, 300}, 1);
    JointOptions options = options_with(DensityFamily::mog2, 2);
    auto const free = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_EQ(free.cut_off_as_exact, 0);
    options.bounds = no_bounds(4);
    options.bounds.floor[1] = simulation.scores[0].col(1).minCoeff();
    auto const bounded = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_GE(bounded.cut_off_as_exact, 1);
    EXPECT_FALSE(bounded.decided);
    EXPECT_EQ(bounded.best().fit.log_likelihood, free.best().fit.log_likelihood);
}

TEST(JointEstimator, options_out_of_range_are_refused)
{
    auto const simulation = simulate_joint(13, 2, 4, {50, 60}, 1);
    JointOptions options = options_with(DensityFamily::sas, 5);
    EXPECT_THROW(static_cast<void>(estimate_joint(simulation.scores, simulation.names, options)), UsageError);
    options.factors = 2;
    options.starts = 0;
    EXPECT_THROW(static_cast<void>(estimate_joint(simulation.scores, simulation.names, options)), UsageError);
}

} // namespace
} // namespace exahca
