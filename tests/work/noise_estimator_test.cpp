#include "exahca/core/error.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

JointOptions aware(Index factors)
{
    JointOptions options;
    options.noise = NoiseModel::aware;
    options.factors = factors;
    options.density = DensityFamily::mog2;
    options.starts = 4;
    return options;
}

EstimatePieces pieces_of(std::vector<Bytes> searches)
{
    EstimatePieces pieces;
    pieces.searches = std::move(searches);
    return pieces;
}

double angle_to_truth(JointEstimate const& estimate, JointSimulation const& simulation)
{
    return flag_angles(estimate.best().reading.unmixing, simulation.unmixing).maxCoeff();
}

TEST(NoiseEstimator, finds_the_true_flag_where_one_benchmark_is_mostly_noise)
{
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        auto simulation = simulate_joint(seed, 2, 5, {400, 300}, 1);
        RandomStream random({seed, "noise", 0, {}, 0});
        for (auto& scores : simulation.scores)
            for (Index i = 0; i < scores.rows(); ++i) scores(i, 4) += 12 * random.normal();
        auto const estimate = estimate_joint(simulation.scores, simulation.names, aware(2));
        EXPECT_LT(angle_to_truth(estimate, simulation), 8) << "seed " << seed;
        Vector const noise = (0.5 * estimate.best().noise.log_psi.array()).exp();
        EXPECT_NEAR(noise[4], 12, 2);
        EXPECT_LT(noise.head(4).maxCoeff(), 4);
    }
}

// Any column times a constant, and any plus a constant: the log likelihood changes by the Jacobian, flags in
// standardised units not at all. The search takes the same way to the last bit; what remains is rounding of the
// results, some 1e-13 of values of some thousands, and 1e-6 degrees of an angle that is an arc cosine near 1. With an
// estimate's effort starts of the span likelihood take part.
void expect_no_units(JointOptions const& options)
{
    auto const simulation = simulate_joint(3, 2, 5, {250, 200}, 2);
    auto moved = simulation.scores;
    for (auto& scores : moved) {
        scores.col(0) *= 0.01;
        scores.col(3) = 20 * scores.col(3).array() + 1000;
    }
    auto const here = estimate_joint(simulation.scores, simulation.names, options);
    auto const there = estimate_joint(moved, simulation.names, options);
    double const jacobian = 450 * (std::log(0.01) + std::log(20));
    EXPECT_NEAR(there.best().fit.log_likelihood, here.best().fit.log_likelihood - jacobian, 1e-6);
    auto const standardised = [](JointEstimate const& estimate, std::vector<Matrix> const& scores) {
        auto const data = noise_data(scores, {});
        auto const parameters = in_standard_units(estimate.best().noise, data);
        return read_fit(as_joint_parameters(parameters)).unmixing;
    };
    EXPECT_LT(flag_angles(standardised(here, simulation.scores), standardised(there, moved)).maxCoeff(), 1e-4);
    EXPECT_EQ(here.decided, there.decided);
    EXPECT_EQ(here.span.models, there.span.models);
    EXPECT_NEAR(there.span.span_log_likelihood, here.span.span_log_likelihood - (here.span.models > 0 ? jacobian : 0),
                1e-6);
    EXPECT_NEAR(there.best().inexactness.mic, here.best().inexactness.mic, 1e-9);
}

TEST(NoiseEstimator, knows_no_units)
{
    expect_no_units(aware(2));
    expect_no_units(thorough(aware(2)));
}

TEST(NoiseEstimator, takes_a_floor_for_what_it_is)
{
    auto simulation = simulate_joint(4, 2, 5, {400, 300}, 2);
    Matrix all(700, 5);
    all << simulation.scores[0], simulation.scores[1];
    double const floor = all.col(1).mean() - 6; // some 30 % of the models stand there
    for (auto& scores : simulation.scores) scores.col(1) = scores.col(1).cwiseMax(floor);
    auto options = aware(2);
    options.bounds = no_bounds(5);
    options.bounds.floor[1] = floor;
    auto const estimate = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_LT(angle_to_truth(estimate, simulation), 8);
}

TEST(NoiseEstimator, an_answer_is_the_same_whoever_did_its_searches)
{
    auto const simulation = simulate_joint(5, 2, 4, {150, 120}, 2);
    auto options = aware(2);
    options.searches = 3;
    auto const whole = estimate_noise_aware(simulation.scores, simulation.names, options);
    std::vector<Bytes> known(3);
    for (std::size_t i = 0; i < 3; i += 2) { // the one between is done in place
        options.search_index = i;
        known[i] = write_noise_search(search_noise_aware(noise_data(simulation.scores, {}), simulation.names, options));
    }
    options.search_index = 0;
    auto const put_together = estimate_noise_aware(simulation.scores, simulation.names, options, pieces_of(known));
    ASSERT_EQ(whole.optima.size(), put_together.optima.size());
    EXPECT_EQ(whole.search_values, put_together.search_values);
    EXPECT_EQ(whole.decided, put_together.decided);
    for (std::size_t i = 0; i < whole.optima.size(); ++i) {
        EXPECT_EQ(whole.optima[i].fit.log_likelihood, put_together.optima[i].fit.log_likelihood);
        EXPECT_EQ(whole.optima[i].reading.unmixing, put_together.optima[i].reading.unmixing);
        EXPECT_EQ(whole.optima[i].order, put_together.optima[i].order);
        EXPECT_EQ(whole.optima[i].behind_error, put_together.optima[i].behind_error);
    }
    EXPECT_EQ(whole.span.span_log_likelihood, put_together.span.span_log_likelihood);
}

/// Scores between 0 and 100 whose last benchmark is the mean of 60 items: noise of about 6.
JointSimulation with_items(std::uint64_t seed)
{
    auto simulation = simulate_joint(seed, 2, 5, {250, 200}, 2);
    RandomStream random({seed, "items", 0, {}, 0});
    for (auto& scores : simulation.scores) {
        scores.array() += 50 - scores.mean();
        scores = scores.cwiseMin(99).cwiseMax(1);
        for (Index i = 0; i < scores.rows(); ++i) scores(i, 4) += 6 * random.normal();
    }
    return simulation;
}

JointOptions knowing_items(double share)
{
    auto options = aware(2);
    options.searches = 2;
    options.items = {{0, 0, 0, 0, 60}, {share, share, share, share, share}};
    return options;
}

// Without any share of it, the items' noise changes nothing; at other shares the answer is that of a fit of its own.
TEST(NoiseEstimator, says_what_other_shares_of_item_noise_give)
{
    auto const simulation = with_items(9);
    auto options = aware(2);
    options.searches = 2;
    auto const without = estimate_joint(simulation.scores, simulation.names, options);
    EXPECT_TRUE(without.item_shares.empty());
    auto const none = estimate_joint(simulation.scores, simulation.names, knowing_items(0));
    EXPECT_EQ(none.best().fit.log_likelihood, without.best().fit.log_likelihood);
    EXPECT_TRUE(none.item_shares.empty());

    auto const half = estimate_joint(simulation.scores, simulation.names, knowing_items(0.5));
    auto const all = estimate_joint(simulation.scores, simulation.names, knowing_items(1));
    ASSERT_EQ(half.item_shares.size(), 2U);
    EXPECT_EQ(half.item_shares[0].share, 0);
    EXPECT_EQ(half.item_shares[1].share, 1);
    EXPECT_NEAR(half.item_shares[0].log_likelihood, without.best().fit.log_likelihood, 0.5);
    EXPECT_NEAR(half.item_shares[1].log_likelihood, all.best().fit.log_likelihood, 0.5);
    EXPECT_LT(half.item_shares[0].angles.maxCoeff(), 5);
    // The whole of the noise is what it is, however much of it is known.
    Vector const found = (0.5 * log_common_noise(half.best().noise).array()).exp();
    Vector const before = (0.5 * log_common_noise(without.best().noise).array()).exp();
    EXPECT_NEAR(found[4] / before[4], 1, 0.1);
    double const solved = simulation.scores[0].col(4).mean() / 100;
    EXPECT_NEAR(half.best().noise.known_noise[0][4], 0.5 * 1e4 * solved * (1 - solved) / 60, 1e-9);
    EXPECT_EQ(half.best().noise.known_noise[0][1], 0);
}

TEST(NoiseEstimator, item_noise_travels_with_a_search)
{
    auto const simulation = with_items(10);
    auto options = knowing_items(0.5);
    auto const whole = estimate_noise_aware(simulation.scores, simulation.names, options);
    options.search_index = 1;
    std::vector<Bytes> known(2);
    known[1] = write_noise_search(
        search_noise_aware(standardised_data(simulation.scores, options), simulation.names, options));
    options.search_index = 0;
    auto const put_together = estimate_noise_aware(simulation.scores, simulation.names, options, pieces_of(known));
    EXPECT_EQ(whole.search_values, put_together.search_values);
    ASSERT_EQ(whole.optima.size(), put_together.optima.size());
    EXPECT_EQ(whole.optima.back().fit.log_likelihood, put_together.optima.back().fit.log_likelihood);
    EXPECT_EQ(whole.item_shares[1].log_likelihood, put_together.item_shares[1].log_likelihood);
}

TEST(NoiseEstimator, gaussian_data_decide_nothing)
{
    JointSimulation simulation = simulate_joint(6, 2, 4, {200, 200}, 2);
    RandomStream random({8, "gauss", 0, {}, 0});
    for (auto& scores : simulation.scores) scores = 10 * random_matrix(random, 200, 4);
    auto options = aware(2);
    options.searches = 2;
    EXPECT_FALSE(estimate_joint(simulation.scores, simulation.names, options).decided);
}

TEST(NoiseSearchMessage, a_damaged_one_is_refused)
{
    auto const simulation = simulate_joint(7, 2, 4, {100, 80}, 2);
    auto message =
        write_noise_search(search_noise_aware(noise_data(simulation.scores, {}), simulation.names, aware(2)));
    message.pop_back();
    EXPECT_THROW(static_cast<void>(read_noise_search(message)), InvalidInput);
}

/// With one flag, or with one whose levels come the other way round.
NoiseSearch search_that_ended(double value, bool another_flag = false)
{
    auto const simulation = simulate_joint(7, 2, 4, {100, 80}, 2);
    static auto const found = search_noise_aware(noise_data(simulation.scores, {}), simulation.names, aware(2));
    auto search = found;
    search.optima[0].fit.log_likelihood = value + search.optima[0].fit.penalty;
    if (another_flag) search.optima[0].unmixing = found.optima[0].unmixing.colwise().reverse();
    return search;
}

// Densities alone, which are looked for when all searches have ended, can be worth 4 nats; another flag is another
// answer.
TEST(IndependentSearches, agree_where_they_found_one_flag_and_are_not_far_apart)
{
    auto const more = [](std::vector<NoiseSearch> const& searches) { return needs_more_searches(searches); };
    EXPECT_TRUE(more({search_that_ended(-100), search_that_ended(-104.5)}));
    EXPECT_FALSE(more({search_that_ended(-100), search_that_ended(-103.5), search_that_ended(-300)}));
    EXPECT_TRUE(more({search_that_ended(-100), search_that_ended(-100.5, true)}));
    EXPECT_FALSE(more({search_that_ended(-100), search_that_ended(-99.5, true), search_that_ended(-101, true)}));
    EXPECT_FALSE(more({search_that_ended(-100)})); // a replicate's
    std::vector const searches{search_that_ended(-100), search_that_ended(-99.5, true), search_that_ended(-102)};
    auto const& flag = searches[0].optima[0].unmixing;
    EXPECT_EQ(searches_agreeing(searches, flag, -98.5, same_flag_degrees), 2);
    EXPECT_EQ(searches_agreeing(searches, flag, -97, same_flag_degrees), 1); // the third is 5 below
}

// The noise of a copy is that of what it copies: the likelihood, which has it independent, decides nothing.
TEST(NoiseEstimator, a_copied_benchmark_leaves_nothing_decided)
{
    auto simulation = simulate_joint(7, 2, 5, {150, 120}, 2);
    auto options = aware(2);
    options.searches = 2;
    EXPECT_EQ(estimate_noise_aware(simulation.scores, simulation.names, options).dependent_benchmarks, 0);
    for (Matrix& scores : simulation.scores) scores.col(4) = scores.col(1);
    auto const estimate = estimate_noise_aware(simulation.scores, simulation.names, options);
    EXPECT_EQ(estimate.dependent_benchmarks, 1);
    EXPECT_FALSE(estimate.decided);
}

// Gaussian data have a flat likelihood: searches end anywhere. Whoever does the additional ones, the answer is the
// same.
TEST(NoiseEstimator, searches_again_where_searches_disagree)
{
    JointSimulation simulation = simulate_joint(6, 3, 6, {60, 60}, 2);
    RandomStream random({8, "gauss", 0, {}, 0});
    for (auto& scores : simulation.scores) scores = 10 * random_matrix(random, 60, 6);
    int disagreed = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        auto options = aware(3);
        options.searches = 2;
        options.seed = seed;
        auto const estimate = estimate_noise_aware(simulation.scores, simulation.names, options);
        auto const& values = estimate.search_values;
        std::vector<NoiseSearch> first;
        for (options.search_index = 0; options.search_index < 2; ++options.search_index)
            first.push_back(
                search_noise_aware(standardised_data(simulation.scores, options), simulation.names, options));
        options.search_index = 0;
        bool const again = needs_more_searches(first);
        EXPECT_EQ(values.size(), again ? 4U : 2U);
        if (!again) continue;
        ++disagreed;
        std::vector<Bytes> known(4);
        options.search_index = 3;
        known[3] = write_noise_search(
            search_noise_aware(standardised_data(simulation.scores, options), simulation.names, options));
        options.search_index = 0;
        EXPECT_EQ(estimate_noise_aware(simulation.scores, simulation.names, options, pieces_of(known)).search_values,
                  values);
    }
    EXPECT_GT(disagreed, 0);
}

} // namespace
} // namespace exahca
