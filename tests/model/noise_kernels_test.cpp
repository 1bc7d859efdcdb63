// The block kernels of the likelihood of noisy scores against the code that goes row by row.

#include "exahca/model/noise_starts.hpp"
#include "model/noise_rows.hpp"
#include "support/noisy_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace exahca {
namespace {

using detail::BlockModel;
using detail::DomainModel;
using detail::PatternModel;
using detail::PatternSums;
using detail::RowModel;
using test::group_all;
using test::random_noise_parameters;
using test::random_noisy_scores;

// All sums, one after the other.
Vector numbers(PatternSums const& sums)
{
    std::vector<double> all;
    for (Matrix const& part : {Matrix(sums.residuals), Matrix(sums.squares), sums.products, Matrix(sums.sources),
                               sums.source_squares, sums.counts, sums.firsts, sums.seconds})
        all.insert(all.end(), part.data(), part.data() + part.size());
    return Eigen::Map<Vector const>(all.data(), static_cast<Index>(all.size()));
}

struct Visited
{
    Vector values; // of all rows of the domain; 0 for those of other patterns
    Vector sums;
};

Visited visit_blocks(PatternModel const& model, Matrix const& scores, detail::NoiseKernels const& kernels)
{
    BlockModel blocks(model.domain, kernels);
    PatternSums sums(model.domain);
    Vector values = Vector::Zero(scores.rows());
    blocks.visit(model, scores, values, &sums);
    return {values, numbers(sums)};
}

Visited visit_row_by_row(PatternModel const& model, Matrix const& scores)
{
    RowModel rows(model);
    PatternSums sums(model.domain);
    Vector values = Vector::Zero(scores.rows());
    for (Index const row : model.pattern.rows) {
        values[row] = rows.evaluate_row(scores.row(row));
        rows.add_row(sums);
    }
    return {values, numbers(sums)};
}

void expect_equal(Visited const& found, Visited const& expected, std::string const& what)
{
    EXPECT_LE((found.values - expected.values).norm(), 1e-12 * expected.values.norm()) << what;
    // Each entry, for the large ones among the sums would hide the small ones.
    for (Index i = 0; i < found.sums.size(); ++i)
        EXPECT_NEAR(found.sums[i], expected.sums[i], 1e-10 * (1 + std::abs(expected.sums[i]))) << what << i;
}

// What is known of a domain's scores.
enum class Known { all, some, beyond_a_floor, beyond_a_ceiling, some_and_one_bound, beyond_both, some_and_two_bounds };

void hide(RandomStream& random, IncompleteScores& domain, Known known)
{
    if (known == Known::some) test::spoil(random, domain, 0);
    if (known == Known::some_and_one_bound) test::spoil(random, domain, 1);
    if (known == Known::some_and_two_bounds) test::spoil(random, domain, 2);
    if (known == Known::beyond_a_floor || known == Known::beyond_both)
        domain.kinds.col(0).setConstant(ScoreKind::at_floor);
    if (known == Known::beyond_a_ceiling || known == Known::beyond_both)
        domain.kinds.col(1).setConstant(ScoreKind::at_ceiling);
}

// visit(model, scores) for every pattern of random domains.
template <class Visit>
void for_patterns(std::uint64_t seed, Index factors, Index components, Index rows, std::vector<Known> const& all_known,
                  Visit const& visit)
{
    RandomStream random({seed, "noise-kernels-test", 0, "", 0});
    for (Known const known : all_known) {
        auto const parameters = random_noise_parameters(random, factors + 2, factors, components, 1);
        auto scores = random_noisy_scores(random, parameters, rows);
        hide(random, scores[0], known);
        auto const domain = group_all(scores)[0];
        auto with_items = parameters;
        test::add_known_noise(random, with_items);
        for (auto const& model : {parameters, with_items}) {
            DomainModel const whole(model, 0);
            for (RowPattern const& pattern : domain.patterns) visit(PatternModel(whole, pattern), domain.scores);
        }
    }
}

std::vector<Known> const uncensored{Known::all, Known::some};
std::vector<Known> const all_kinds{Known::all,
                                   Known::some,
                                   Known::beyond_a_floor,
                                   Known::beyond_a_ceiling,
                                   Known::some_and_one_bound,
                                   Known::beyond_both,
                                   Known::some_and_two_bounds};

TEST(NoiseKernels, equal_the_likelihood_row_by_row)
{
    for (Index factors = 1; factors <= 5; ++factors)
        for (Index components = 1; components <= 3; ++components)
            for (Index const rows : {1, 7, 64, 131}) { // blocks that are not full, and several of them
                if (factors == 5 && rows > 7) continue;
                auto const what = std::to_string(factors) + " factors, " + std::to_string(components) +
                                  " components, " + std::to_string(rows) + " rows: ";
                for_patterns(1, factors, components, rows, all_kinds,
                             [&](PatternModel const& model, Matrix const& scores) {
                                 ASSERT_TRUE(BlockModel::covers(model));
                                 expect_equal(visit_blocks(model, scores, detail::noise_kernels()),
                                              visit_row_by_row(model, scores), what);
                             });
            }
}

#if defined(__x86_64__)
TEST(NoiseKernels, every_processor_gives_the_same_bits)
{
    if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor has no AVX2";
    for (Index factors = 1; factors <= 5; ++factors)
        for (Index components = 1; components <= 3; ++components)
            for_patterns(2, factors, components, 75, all_kinds, [&](PatternModel const& model, Matrix const& scores) {
                auto const plain = visit_blocks(model, scores, detail::baseline_noise_kernels());
                auto const fast = visit_blocks(model, scores, detail::avx2_noise_kernels());
                EXPECT_EQ(plain.values, fast.values) << factors << " " << components;
                EXPECT_EQ(plain.sums, fast.sums) << factors << " " << components;
            });
}
#endif

TEST(NoiseKernels, moments_stand_for_rows_where_sources_are_gaussian)
{
    for (Index factors = 1; factors <= 6; ++factors)
        for (Index const rows : {1, 90})
            for_patterns(3, factors, 1, rows, uncensored, [&](PatternModel const& model, Matrix const& scores) {
                Visited const expected = visit_row_by_row(model, scores);
                BlockModel blocks(model.domain);
                PatternSums sums(model.domain);
                double const value = blocks.visit_moments(model, detail::pattern_moments(scores, model.pattern), sums);
                EXPECT_NEAR(value, expected.values.sum(), 1e-11 * expected.values.norm()) << factors;
                Vector const found = numbers(sums);
                for (Index i = 0; i < found.size(); ++i)
                    EXPECT_NEAR(found[i], expected.sums[i], 1e-9 * (1 + std::abs(expected.sums[i]))) << factors;
            });
}

// A factor without loadings changes nothing; with it there are more than the kernels take.
TEST(NoiseKernels, leave_many_factors_to_the_code_row_by_row)
{
    RandomStream random({4, "noise-kernels-test", 0, "", 0});
    auto few = random_noise_parameters(random, 9, 8, 1, 1);
    auto const domains = group_all(random_noisy_scores(random, few, 20));
    auto many = few;
    many.loadings.conservativeResizeLike(Matrix::Zero(9, 9));
    many.mixing[0].conservativeResizeLike(Matrix::Identity(9, 9));
    many.shapes[0].conservativeResizeLike(Matrix::Zero(2, 9));
    ASSERT_FALSE(BlockModel::covers(PatternModel(DomainModel(many, 0), domains[0].patterns[0])));
    NoiseLikelihood const likelihood(domains);
    NoiseParameters by_few, by_many;
    double const value = likelihood.evaluate(few, by_few);
    EXPECT_NEAR(likelihood.evaluate(many, by_many), value, 1e-11 * std::abs(value));
    EXPECT_LE((by_many.loadings.leftCols(8) - by_few.loadings).norm(), 1e-9 * by_few.loadings.norm());
    auto const fit = analyse_factors(domains, principal_component_start(domains, 9), {.max_steps = 5});
    EXPECT_TRUE(std::isfinite(fit.log_likelihoods.back()));
}

// Differences of 1e6 and more between the exponents of combinations, where exp underflows.
TEST(NoiseKernels, hold_for_rows_far_from_all_components)
{
    RandomStream random({5, "noise-kernels-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 5, 2, 3, 1);
    auto scores = random_noisy_scores(random, parameters, 9);
    scores[0].scores.row(3).array() += 1e4;
    auto const domain = group_all(scores)[0];
    DomainModel const whole(parameters, 0);
    PatternModel const model(whole, domain.patterns[0]);
    expect_equal(visit_blocks(model, domain.scores, detail::noise_kernels()), visit_row_by_row(model, domain.scores),
                 "far");
}

// Bounds up to 1e6 standard deviations beyond what the other scores make likely, on either side: probabilities from
// exp(-1e12) to 1. Of two scores up to 1e3: second moments are differences of squares there, in both computations.
TEST(NoiseKernels, hold_for_bounds_far_from_the_scores)
{
    RandomStream random({8, "noise-kernels-test", 0, "", 0});
    for (Known const known : {Known::beyond_a_floor, Known::beyond_a_ceiling, Known::beyond_both})
        for (Index const components : {1, 3}) {
            auto const parameters = random_noise_parameters(random, 5, 2, components, 1);
            Index const rows = known == Known::beyond_both ? 8 : 14;
            auto scores = random_noisy_scores(random, parameters, rows);
            hide(random, scores[0], known);
            Index const column = known == Known::beyond_a_ceiling ? 1 : 0;
            for (Index row = 0; row < rows; ++row)
                scores[0].scores(row, column) += (row % 2 ? 1 : -1) * std::pow(10, static_cast<double>(row / 2));
            auto const domain = group_all(scores)[0];
            DomainModel const whole(parameters, 0);
            // One by one, for the sums of distant rows would hide those of others.
            for (Index const row : domain.patterns[0].rows) {
                RowPattern one = domain.patterns[0];
                one.rows = {row};
                PatternModel const alone(whole, one);
                expect_equal(visit_blocks(alone, domain.scores, detail::noise_kernels()),
                             visit_row_by_row(alone, domain.scores), "row " + std::to_string(row) + ", entry ");
            }
        }
}

TEST(NoiseKernels, take_components_of_weight_zero)
{
    RandomStream random({6, "noise-kernels-test", 0, "", 0});
    auto parameters = random_noise_parameters(random, 4, 2, 2, 1);
    auto const domains = group_all(random_noisy_scores(random, parameters, 10));
    parameters.shapes[0].row(0).setConstant(-std::numeric_limits<double>::infinity());
    auto one = parameters;
    one.shapes[0] = Matrix(parameters.shapes[0](std::vector<Index>{2, 4}, Eigen::all));
    NoiseLikelihood const likelihood(domains);
    Vector const expected = likelihood.row_log_likelihoods(one)[0];
    EXPECT_LE((likelihood.row_log_likelihoods(parameters)[0] - expected).norm(), 1e-12 * expected.norm());
}

TEST(NoiseKernels, lose_nothing_that_is_not_a_number)
{
    RandomStream random({7, "noise-kernels-test", 0, "", 0});
    auto const sound = random_noise_parameters(random, 4, 2, 3, 1);
    auto scores = random_noisy_scores(random, sound, 5);
    scores[0].kinds(1, 3) = ScoreKind::at_floor;
    auto const domains = group_all(scores);
    NoiseLikelihood const likelihood(domains);
    NoiseParameters gradient;
    auto const value_with = [&](auto const& change) {
        NoiseParameters parameters = sound;
        change(parameters);
        return likelihood.evaluate(parameters, gradient);
    };
    double const nan = std::numeric_limits<double>::quiet_NaN();
    for (Index row = 0; row < 8; ++row) // a logit, a mean or a deviation of any component
        EXPECT_FALSE(std::isfinite(value_with([&](auto& p) { p.shapes[0](row, 1) = nan; }))) << row;
    EXPECT_FALSE(std::isfinite(value_with([&](auto& p) { p.loadings(1, 1) = nan; })));
    EXPECT_FALSE(std::isfinite(value_with([&](auto& p) { p.means[0][2] = nan; })));
    EXPECT_FALSE(std::isfinite(NoiseLikelihood(domains).row_log_likelihoods([&] { // of the score that is cut off
        NoiseParameters p = sound;
        p.means[0][3] = nan;
        return p;
    }())[0][1]));
    EXPECT_FALSE(std::isfinite(value_with([&](auto& p) { p.loadings(1, 1) = 1e200; })));
    EXPECT_FALSE(std::isfinite(value_with([&](auto& p) { p.log_psi[3] = -800; })));
    EXPECT_TRUE(std::isfinite(value_with([](auto&) {})));
}

} // namespace
} // namespace exahca
