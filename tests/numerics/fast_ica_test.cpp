#include "exahca/numerics/fast_ica.hpp"

#include "exahca/core/error.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/whitening.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace exahca {
namespace {

/// n x m: independent sources, in turn double exponential, uniform and skewed.
Matrix independent_sources(Index n, Index m, std::uint64_t seed)
{
    RandomStream stream({seed, "sources", 0, "", 0});
    Matrix sources(n, m);
    for (Index j = 0; j < m; ++j)
        for (Index i = 0; i < n; ++i) {
            double const uniform = stream.uniform();
            double const positive = stream.exponential();
            if (j % 3 == 0)
                sources(i, j) = uniform < 0.5 ? positive : -positive;
            else if (j % 3 == 1)
                sources(i, j) = uniform;
            else
                sources(i, j) = positive;
        }
    return sources;
}

Matrix random_mixing(Index m, std::uint64_t seed)
{
    RandomStream stream({seed, "mixing", 0, "", 0});
    return random_orthogonal(stream, m) + 0.3 * Matrix::Identity(m, m);
}

/// |correlation| of every recovered source with every true one.
Matrix correlations(Matrix const& recovered, Matrix const& truth)
{
    Matrix const a = (recovered.rowwise() - recovered.colwise().mean()).colwise().normalized();
    Matrix const b = (truth.rowwise() - truth.colwise().mean()).colwise().normalized();
    return (a.transpose() * b).cwiseAbs();
}

struct Case
{
    Contrast contrast;
    Decorrelation decorrelation;
};

class FastIcaOnKnownMixtures : public testing::TestWithParam<Case>
{
};

TEST_P(FastIcaOnKnownMixtures, finds_the_sources)
{
    for (Index m : {1, 2, 3, 5}) {
        Matrix const sources = independent_sources(20000, m, 5);
        auto const white = whiten(sources * random_mixing(m, 9).transpose(), m);
        FastIcaOptions options;
        options.contrast = GetParam().contrast;
        options.decorrelation = GetParam().decorrelation;
        options.restarts = 3;
        auto const result = fast_ica(white.data, options, {1, "test", 0, "", 0});
        EXPECT_EQ(result.outcome, IcaOutcome::converged);
        EXPECT_LT((result.rotation * result.rotation.transpose() - Matrix::Identity(m, m)).norm(), 1e-12);
        Matrix const found = correlations(white.data * result.rotation.transpose(), sources);
        // Standard errors of the rotation are of the order of 1/sqrt(n) = 0.007; 1 - correlation is half the square.
        EXPECT_GT(found.colwise().maxCoeff().minCoeff(), 0.998) << m << " factors";
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, FastIcaOnKnownMixtures,
    testing::Values(Case{Contrast::logcosh, Decorrelation::symmetric}, Case{Contrast::exp, Decorrelation::symmetric},
                    Case{Contrast::cube, Decorrelation::symmetric}, Case{Contrast::logcosh, Decorrelation::deflation},
                    Case{Contrast::exp, Decorrelation::deflation}, Case{Contrast::cube, Decorrelation::deflation}));

/// At a fixed point of the symmetric iteration, with sources s = W x, the matrix E{g(s) s'} - diag E{g'(s)} equals a
/// symmetric positive definite matrix up to the signs of its rows.
TEST(FastIca, converged_rotation_is_a_fixed_point)
{
    auto const white = whiten(independent_sources(500, 3, 7) * random_mixing(3, 2).transpose(), 3);
    for (auto const contrast : {Contrast::logcosh, Contrast::exp, Contrast::cube}) {
        FastIcaOptions options;
        options.contrast = contrast;
        auto const result = fast_ica(white.data, options, {3, "test", 0, "", 0});
        ASSERT_EQ(result.outcome, IcaOutcome::converged);
        Matrix const sources = white.data * result.rotation.transpose();
        Matrix slopes(500, 3);
        Vector curvatures(3);
        differentiate(contrast, sources, slopes, curvatures);
        Matrix step = slopes.transpose() * sources / 500.0;
        step.diagonal() -= curvatures;
        for (Index i = 0; i < 3; ++i)
            if (step(i, i) < 0) step.row(i) *= -1;
        EXPECT_LT((step - step.transpose()).norm(), 1e-5 * step.norm()) << name_of(contrast);
    }
}

TEST(FastIca, order_and_signs_are_conventional_and_the_objective_is_the_sum_of_squares)
{
    auto const white = whiten(independent_sources(2000, 4, 3), 4);
    auto const result = fast_ica(white.data, {}, {3, "test", 0, "", 0});
    Vector const excess = excess_contrast(Contrast::logcosh, white.data * result.rotation.transpose());
    EXPECT_LT((excess - result.excess).norm(), 1e-12);
    EXPECT_NEAR(result.objective, excess.squaredNorm(), 1e-12);
    for (Index i = 0; i + 1 < 4; ++i) EXPECT_GE(std::abs(excess(i)), std::abs(excess(i + 1)));
    for (Index i = 0; i < 4; ++i)
        EXPECT_EQ(result.rotation.row(i).maxCoeff(), result.rotation.row(i).cwiseAbs().maxCoeff());
}

TEST(FastIca, restarts_reach_one_optimum_on_clear_data_and_never_a_worse_one)
{
    auto const white = whiten(independent_sources(3000, 3, 4), 3);
    FastIcaOptions options;
    options.restarts = 10;
    auto const clear = fast_ica(white.data, options, {1, "test", 0, "", 0});
    EXPECT_EQ(clear.distinct_optima, 1);
    EXPECT_GT(clear.total_iterations, 9 * 2);

    int most_optima = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        RandomStream stream({seed, "gaussian", 0, "", 0});
        Matrix noise(60, 4);
        for (Index i = 0; i < noise.size(); ++i) noise.data()[i] = stream.normal();
        auto const unclear = whiten(noise, 4);
        double best = 0;
        for (int restarts : {1, 5, 25}) {
            options.restarts = restarts;
            auto const result = fast_ica(unclear.data, options, {1, "test", 0, "", 0});
            EXPECT_GE(result.objective, best * (1 - 1e-7));
            best = result.objective;
            most_optima = std::max(most_optima, result.distinct_optima);
        }
    }
    EXPECT_GT(most_optima, 1);
}

TEST(FastIca, same_key_same_bits_other_key_same_answer)
{
    auto const white = whiten(independent_sources(3000, 3, 4), 3);
    auto const first = fast_ica(white.data, {}, {1, "test", 0, "", 0});
    auto const again = fast_ica(white.data, {}, {1, "test", 0, "", 0});
    auto const other = fast_ica(white.data, {}, {2, "test", 0, "", 0});
    EXPECT_TRUE((first.rotation.array() == again.rotation.array()).all());
    EXPECT_LT((first.rotation - other.rotation).norm(), 1e-6);
    EXPECT_FALSE((first.rotation.array() == other.rotation.array()).all());
}

/// 1.3 % of inputs that are white already lead the symmetric iteration to parallel rows (method.md, section 2);
/// whatever happens on the way, the sources that come out are uncorrelated.
TEST(FastIca, never_returns_parallel_sources)
{
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        RandomStream stream({seed, "small", 0, "", 0});
        Matrix scores(12, 4);
        for (Index i = 0; i < scores.size(); ++i) scores.data()[i] = stream.normal();
        auto const white = whiten(scores, 4);
        FastIcaOptions options;
        options.max_iterations = 200;
        auto const result = fast_ica(white.data, options, {seed, "test", 0, "", 0});
        Matrix const gram = result.rotation * result.rotation.transpose();
        EXPECT_LT((gram - Matrix::Identity(4, 4)).cwiseAbs().maxCoeff(), 1e-10) << seed;
    }
}

TEST(FastIca, damping_ends_cycles_on_small_samples)
{
    int damped = 0, converged = 0, plain = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        RandomStream stream({seed, "cycle", 0, "", 0});
        Matrix scores(40, 6);
        for (Index i = 0; i < scores.size(); ++i) scores.data()[i] = stream.normal();
        auto const result = fast_ica(whiten(scores, 6).data, {}, {seed, "test", 0, "", 0});
        if (result.damped)
            ++damped;
        else
            ++plain;
        if (result.outcome == IcaOutcome::converged) ++converged;
    }
    EXPECT_GT(damped, 0);
    EXPECT_GE(converged, 95);
    RecordProperty("damped", damped);
    RecordProperty("converged", converged);
}

TEST(FastIca, a_given_start_is_the_only_one)
{
    auto const white = whiten(independent_sources(3000, 3, 4), 3);
    FastIcaOptions options;
    options.start = Matrix::Identity(3, 3);
    options.restarts = 20;
    options.tolerance = 1e-4;
    auto const one = fast_ica(white.data, options, {1, "test", 0, "", 0});
    auto const two = fast_ica(white.data, options, {2, "test", 0, "", 0});
    EXPECT_TRUE((one.rotation.array() == two.rotation.array()).all());
    EXPECT_EQ(one.total_iterations, one.iterations);
    options.start = Matrix::Ones(3, 3);
    EXPECT_THROW((void)fast_ica(white.data, options, {1, "test", 0, "", 0}), UsageError);
}

TEST(FastIca, refuses_bad_options)
{
    auto const white = whiten(independent_sources(100, 2, 4), 2);
    auto const run = [&](auto change) {
        FastIcaOptions options;
        change(options);
        return fast_ica(white.data, options, {1, "test", 0, "", 0});
    };
    EXPECT_THROW((void)run([](auto& o) { o.tolerance = 0; }), UsageError);
    EXPECT_THROW((void)run([](auto& o) { o.tolerance = std::nan(""); }), UsageError);
    EXPECT_THROW((void)run([](auto& o) { o.restarts = 0; }), UsageError);
    EXPECT_THROW((void)run([](auto& o) { o.max_iterations = 0; }), UsageError);
    EXPECT_THROW((void)contrast_from_name("tanh"), UsageError);
    EXPECT_THROW((void)decorrelation_from_name(""), UsageError);
    EXPECT_EQ(contrast_from_name("cube"), Contrast::cube);
    EXPECT_EQ(decorrelation_from_name("deflation"), Decorrelation::deflation);
}

/// The constants E Gc(nu), by Simpson's rule on [-12, 12]: a sample that is the normal density itself has no excess.
TEST(Contrast, excess_of_a_standard_normal_is_zero)
{
    Index const intervals = 4800;
    double const width = 24.0 / static_cast<double>(intervals);
    for (auto const contrast : {Contrast::logcosh, Contrast::exp, Contrast::cube}) {
        double expectation = 0, mass = 0;
        for (Index i = 0; i <= intervals; ++i) {
            double const s = -12 + static_cast<double>(i) * width;
            double const weight = (i == 0 || i == intervals ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0)) * width / 3 *
                                  std::exp(-s * s / 2) / std::sqrt(2 * std::numbers::pi);
            expectation += weight * excess_contrast(contrast, Matrix::Constant(1, 1, s))(0);
            mass += weight;
        }
        EXPECT_NEAR(mass, 1, 1e-13);
        EXPECT_NEAR(expectation, 0, 1e-13) << name_of(contrast);
    }
}

TEST(Contrast, derivatives_agree_with_differences)
{
    double const h = 1e-4;
    for (auto const contrast : {Contrast::logcosh, Contrast::exp, Contrast::cube})
        for (double const s : {-30.0, -2.0, -0.3, 0.0, 1e-9, 0.7, 1.9, 25.0}) {
            Matrix slopes(1, 1), slope_above(1, 1), slope_below(1, 1);
            Vector curvature(1), unused(1);
            auto const at = [](double x) { return Matrix(Matrix::Constant(1, 1, x)); };
            differentiate(contrast, at(s), slopes, curvature);
            differentiate(contrast, at(s + h), slope_above, unused);
            differentiate(contrast, at(s - h), slope_below, unused);
            double const difference =
                (excess_contrast(contrast, at(s + h))(0) - excess_contrast(contrast, at(s - h))(0)) / (2 * h);
            double const scale = 1 + std::abs(s * s * s);
            EXPECT_NEAR(slopes(0, 0), difference, 1e-6 * scale) << name_of(contrast) << " at " << s;
            EXPECT_NEAR(curvature(0), (slope_above(0, 0) - slope_below(0, 0)) / (2 * h), 1e-6 * scale);
        }
}

} // namespace
} // namespace exahca
