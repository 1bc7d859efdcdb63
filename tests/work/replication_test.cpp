#include "exahca/profile/replication.hpp"
#include "exahca/work/replication_work.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/held_flag.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr Index m = 3, d = 6;

JointSimulation simulated(std::uint64_t seed) { return simulate_joint(seed, m, d, {300, 220}, 2); }

/// A flag to be looked for in simulated scores, with little effort.
ReplicationInput input_of(JointSimulation const& simulation, Matrix const& unmixing)
{
    ReplicationInput input;
    input.setting.domains = simulation.names;
    input.setting.factors = m;
    input.setting.noise = NoiseModel::aware;
    input.setting.density = DensityFamily::mog2;
    input.setting.starts = 4;
    for (Index j = 0; j < d; ++j) input.benchmarks.push_back("benchmark-" + std::to_string(j));
    input.scores = simulation.scores;
    input.loadings = unmixing.transpose();
    input.models_found = 520;
    input.random_flags = fewest_for_p_value;
    input.resamples = fewest_for_p_value;
    input.thorough = false;
    return input;
}

/// The order turned over within the same span.
Matrix reversed(Matrix const& unmixing) { return unmixing.colwise().reverse(); }

TEST(Replication, says_yes_to_the_truth_and_no_to_other_flags)
{
    // Verdicts of one data set each, with fixed seeds, so that the test is the same every time. The truth is refused in
    // about one of twenty data sets by construction; flags of other truths, which lie far away, hardly ever pass.
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        auto const simulation = simulated(seed);
        auto const same = replicate(input_of(simulation, simulation.unmixing));
        EXPECT_EQ(same.verdict(), ReplicationVerdict::yes) << seed << ": " << same.p_random() << " " << same.p_loss();
        auto const other = replicate(input_of(simulation, simulated(seed + 100).unmixing));
        EXPECT_EQ(other.verdict(), ReplicationVerdict::no) << seed << ": " << other.p_random() << " " << other.p_loss();
        EXPECT_GT(other.loss(), same.loss());
        if (seed > 1) continue;
        auto const turned = replicate(input_of(simulation, reversed(simulation.unmixing)));
        EXPECT_NE(turned.verdict(), ReplicationVerdict::yes);
        EXPECT_LT(turned.angles[m - 1], 15) << "the span is the same";
    }
}

TEST(Replication, the_best_flag_is_never_worse_than_the_one_found)
{
    auto const simulation = simulated(3);
    auto const found = replicate(input_of(simulation, simulation.unmixing));
    EXPECT_GE(found.loss(), 0);
    for (double const loss : found.resample_losses) EXPECT_GE(loss, -1e-6);
    // A random flag cannot beat the best of all flags, but for what the search has missed.
    EXPECT_LT(*std::max_element(found.random.begin(), found.random.end()), found.best + 1);
}

// Any basis of the flag is the flag: loadings plus multiples of those of earlier levels.
TEST(Replication, knows_flags_and_no_bases)
{
    auto const simulation = simulated(4);
    auto input = input_of(simulation, simulation.unmixing);
    input.random_flags = input.resamples = 0;
    auto const first = replicate(input);
    input.loadings.col(1) = -3 * input.loadings.col(1) + 0.7 * input.loadings.col(0);
    input.loadings.col(0) *= 2;
    auto const second = replicate(input);
    EXPECT_NEAR(first.found, second.found, 1e-6);
    EXPECT_LT((first.angles - second.angles).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(Replication, is_the_same_in_whatever_order_replies_come_and_through_messages)
{
    auto const simulation = simulated(5);
    auto const input = input_of(simulation, simulation.unmixing);
    auto const whole = replicate(input);
    auto const copy = read_replication_input(write_replication_input(input));
    ReplicationSource source(copy);
    ReplicationRunner one(copy), two(copy);
    StopFlag const never;
    while (!source.finished()) {
        std::vector<Bytes> replies;
        while (auto const chunk = source.next_chunk({}))
            replies.push_back((replies.size() % 2 == 0 ? one : two).run(*chunk, never));
        std::reverse(replies.begin(), replies.end());
        for (auto const& reply : replies) source.absorb(reply, 0);
    }
    auto const shared = source.result();
    EXPECT_EQ(shared.found, whole.found);
    EXPECT_EQ(shared.best, whole.best);
    EXPECT_EQ(shared.angles, whole.angles);
    EXPECT_EQ(shared.random, whole.random);
    EXPECT_EQ(shared.resample_losses, whole.resample_losses);
    EXPECT_EQ(shared.resample_angles, whole.resample_angles);
}

TEST(Replication, work_that_was_stopped_is_done_again)
{
    auto const simulation = simulated(6);
    auto const input = input_of(simulation, simulation.unmixing);
    ReplicationSource source(input);
    ReplicationRunner runner(input);
    StopFlag stop;
    stop.request();
    auto const chunk = source.next_chunk({});
    ASSERT_TRUE(chunk);
    source.absorb(runner.run(*chunk, stop), 0);
    EXPECT_EQ(source.progress().first, 0);
    EXPECT_EQ(source.next_chunk({}), chunk);
}

Replication judged(double loss, std::vector<double> random, std::vector<double> losses, double angle)
{
    Replication found;
    found.best = 0;
    found.found = -loss;
    found.models = found.models_found = 1; // losses of resamples count twice
    found.angles = Vector::Constant(1, angle);
    found.random = std::move(random);
    found.resample_losses = std::move(losses);
    return found;
}

// The rule as it is documented, with p-values counted by hand.
TEST(Replication, follows_its_rule)
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> const worse(19, -100), better(19, 0), small(19, 1), large(19, 50);
    auto const verdict = [](Replication const& found) { return found.verdict(); };
    EXPECT_DOUBLE_EQ(judged(10, worse, small, 30).p_random(), 0.05);
    EXPECT_DOUBLE_EQ(judged(10, worse, small, 30).p_loss(), 0.05);
    EXPECT_EQ(verdict(judged(10, worse, small, 30)), ReplicationVerdict::no);
    EXPECT_EQ(verdict(judged(10, worse, small, 10)), ReplicationVerdict::yes) << "the same flag in practice";
    EXPECT_EQ(verdict(judged(10, worse, large, 30)), ReplicationVerdict::yes) << "resamples lose as much";
    EXPECT_EQ(verdict(judged(10, better, large, 30)), ReplicationVerdict::cannot_tell);
    EXPECT_EQ(verdict(judged(10, better, large, 10)), ReplicationVerdict::cannot_tell);
    EXPECT_EQ(verdict(judged(10, better, small, 30)), ReplicationVerdict::no);
    EXPECT_EQ(verdict(judged(10, {}, large, 10)), ReplicationVerdict::cannot_tell);
    EXPECT_EQ(verdict(judged(10, worse, {}, 30)), ReplicationVerdict::cannot_tell);
    // 19 losses of 6 are 12 with the error of the flag that was found: 10 is no more than they explain.
    EXPECT_DOUBLE_EQ(judged(10, worse, std::vector<double>(19, 6), 30).p_loss(), 1);
    // What failed counts against either verdict.
    EXPECT_DOUBLE_EQ(judged(10, std::vector<double>(19, nan), small, 30).p_random(), 1);
    EXPECT_DOUBLE_EQ(judged(10, worse, std::vector<double>(19, nan), 30).p_loss(), 1);
}

TEST(Replication, refuses_what_it_cannot_do)
{
    auto const simulation = simulated(7);
    auto input = input_of(simulation, simulation.unmixing);
    input.random_flags = 5;
    EXPECT_THROW(check(input), UsageError);
    input = input_of(simulation, simulation.unmixing);
    input.setting.factors = 1;
    EXPECT_THROW(check(input), UsageError);
    input = input_of(simulation, simulation.unmixing);
    input.benchmarks.resize(2);
    EXPECT_THROW(check(input), InvalidInput);
    // A flag whose factors these benchmarks do not tell apart.
    input = input_of(simulation, simulation.unmixing);
    input.loadings.col(1) = input.loadings.col(0);
    EXPECT_THROW((void)replicate(input), InvalidInput);
}

TEST(FlagFits, keep_the_flag_and_find_the_maximum_that_a_free_fit_stays_at)
{
    auto const simulation = simulated(8);
    NoiseData const data = noise_data(simulation.scores, {});
    JointOptions options;
    options.factors = m;
    options.noise = NoiseModel::aware;
    options.density = DensityFamily::mog2;
    Matrix const flag = standardised_flag(simulation.unmixing.transpose(), data);
    FlagFits const fits(data, simulation.names, options, flag);
    RandomStream random({1, "flags", 0, {}, 0});
    for (int i = 0; i < 5; ++i) {
        Matrix const turned = i == 0 ? flag : Matrix(random_orthogonal(random, m) * flag);
        auto const fit = fits.at(turned, {});
        ASSERT_TRUE(fit);
        Matrix const& loadings = fit->parameters.loadings;
        Matrix const kept =
            orthonormal_rows_from_last((loadings.transpose() * loadings).inverse() * loadings.transpose());
        EXPECT_LT(flag_angles(kept, turned).maxCoeff(), 1e-5);
        // From there a fit of the flag, too, can only rise.
        auto const free = try_noise_fit(data, fit->parameters);
        ASSERT_TRUE(free);
        EXPECT_GE(free->fit.penalised(), fit->penalised() - 1e-6);
    }
    // The flag of a free maximum, held, gives that maximum back.
    auto const free = try_noise_fit(data, fits.at(flag, {})->parameters);
    ASSERT_TRUE(free);
    auto const held = FlagFits(data, simulation.names, options, free->unmixing)
                          .at(free->unmixing, std::span(&free->fit.parameters, 1));
    ASSERT_TRUE(held);
    EXPECT_GE(held->penalised(), free->fit.penalised() - 0.05);
}

} // namespace
} // namespace exahca
