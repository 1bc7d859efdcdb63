#include "exahca/numerics/density.hpp"

#include "exahca/core/random.hpp"
#include "exahca/numerics/row_products.hpp"
#include "numerics/density_kernels.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/sinh_sinh.hpp>
#include <cmath>
#include <cstring>
#include <vector>

namespace exahca {
namespace {

std::vector<DensityFamily> const families = {DensityFamily::sech, DensityFamily::gauss, DensityFamily::bimodal,
                                             DensityFamily::sas,  DensityFamily::mog2,  DensityFamily::mog3};

std::span<double const> view(Vector const& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }
std::span<double> view(Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

double log_density(DensityFamily family, double s, Vector const& shapes)
{
    double score = 0;
    Vector gradient(shapes.size());
    return sum_log_density(family, {&s, 1}, view(shapes), {&score, 1}, view(gradient));
}

// Random shapes of moderate size: mixtures with distinct components, asymmetric sas.
Vector some_shapes(DensityFamily family, std::uint64_t seed)
{
    RandomStream random({seed, "density-test", 0, density_name(family), 0});
    Vector shapes(shape_count(family));
    for (double& shape : shapes) shape = 0.5 * random.normal();
    return shapes;
}

// The formulas of method.md, section 5, written with the C library.
double reference(DensityFamily family, double s, Vector const& a)
{
    double const pi = std::acos(-1.0);
    auto const mixture = [&](int components) {
        double total = 0, weights = 0;
        for (int c = 0; c < components; ++c) {
            double const weight = c + 1 < components ? std::exp(a[c]) : 1;
            double const sigma = std::exp(a[2 * components - 1 + c]);
            double const t = (s - a[components - 1 + c]) / sigma;
            total += weight * std::exp(-t * t / 2) / (sigma * std::sqrt(2 * pi));
            weights += weight;
        }
        return std::log(total / weights);
    };
    switch (family) {
    case DensityFamily::sech:
        return -std::log(pi) - std::log(std::cosh(s));
    case DensityFamily::gauss:
        return -std::log(2 * pi) / 2 - s * s / 2;
    case DensityFamily::bimodal:
        return -std::log(2 * pi) / 2 - (s * s + 1) / 2 + std::log(std::cosh(s));
    case DensityFamily::mog2:
        return mixture(2);
    case DensityFamily::mog3:
        return mixture(3);
    default:
        break;
    }
    double const u = s - a[2], delta = std::exp(a[1]);
    double const r = delta * std::asinh(u) - a[0];
    return -std::log(2 * pi) / 2 - std::pow(std::sinh(r), 2) / 2 + std::log(std::cosh(r)) - std::log1p(u * u) / 2 +
           a[1];
}

TEST(Density, equals_its_formula)
{
    for (DensityFamily const family : families)
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            Vector const shapes = some_shapes(family, seed);
            for (double s = -6; s <= 6; s += 0.37) {
                double const expected = reference(family, s, shapes);
                EXPECT_NEAR(log_density(family, s, shapes), expected, 1e-13 * (1 + std::abs(expected)))
                    << density_name(family) << " at " << s;
            }
        }
}

TEST(Density, integrates_to_one)
{
    boost::math::quadrature::sinh_sinh<double> quadrature;
    for (DensityFamily const family : families)
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            Vector const shapes = some_shapes(family, seed);
            double const integral = quadrature.integrate(
                [&](double s) { return std::abs(s) > 1e6 ? 0.0 : std::exp(log_density(family, s, shapes)); });
            EXPECT_NEAR(integral, 1, 1e-9) << density_name(family);
        }
}

TEST(Density, derivatives_agree_with_central_differences)
{
    double const step = 1e-5;
    for (DensityFamily const family : families)
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            Vector const shapes = some_shapes(family, seed);
            for (double s = -4.1; s <= 4; s += 0.71) {
                double score = 0;
                Vector gradient(shapes.size());
                sum_log_density(family, {&s, 1}, view(shapes), {&score, 1}, view(gradient));
                double const by_s =
                    (log_density(family, s + step, shapes) - log_density(family, s - step, shapes)) / (2 * step);
                EXPECT_NEAR(score, by_s, 1e-6 * std::max(1.0, std::abs(by_s))) << density_name(family) << " at " << s;
                for (Index p = 0; p < shapes.size(); ++p) {
                    Vector up = shapes, down = shapes;
                    up[p] += step;
                    down[p] -= step;
                    double const by_shape = (log_density(family, s, up) - log_density(family, s, down)) / (2 * step);
                    EXPECT_NEAR(gradient[p], by_shape, 1e-6 * std::max(1.0, std::abs(by_shape)))
                        << density_name(family) << " shape " << p << " at " << s;
                }
            }
        }
}

TEST(Density, sum_over_rows_is_the_sum_of_single_rows_for_every_length)
{
    RandomStream random({3, "density-test", 0, "rows", 0});
    for (DensityFamily const family : families)
        for (std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{37}}) {
            Vector const shapes = some_shapes(family, 9);
            std::vector<double> s(rows), score(rows);
            for (double& x : s) x = 2 * random.normal();
            Vector gradient(shapes.size()), single(shapes.size()), expected_gradient = Vector::Zero(shapes.size());
            double expected = 0;
            for (double const x : s) {
                double one = 0;
                expected += sum_log_density(family, {&x, 1}, view(shapes), {&one, 1}, view(single));
                expected_gradient += single;
            }
            double const sum = sum_log_density(family, s, view(shapes), score, view(gradient));
            EXPECT_NEAR(sum, expected, 1e-12 * (1 + std::abs(expected)));
            EXPECT_LE((gradient - expected_gradient).norm(), 1e-11 * (1 + expected_gradient.norm()));
        }
}

TEST(Density, far_values_give_no_nan)
{
    for (DensityFamily const family : families) {
        Vector const shapes = some_shapes(family, 2);
        for (double const s : {-1e8, -1e3, 1e3, 1e8}) {
            EXPECT_FALSE(std::isnan(log_density(family, s, shapes))) << density_name(family);
            EXPECT_LT(log_density(family, s, shapes), log_density(family, s / 10, shapes)) << density_name(family);
        }
    }
}

TEST(Density, penalty_is_half_the_scaled_sum_of_squares_with_its_gradient)
{
    Vector const sas{{1, 2, 3}}, mog2{{2, 4, 6, 1, 3}};
    Vector gradient = Vector::Zero(3);
    EXPECT_DOUBLE_EQ(shape_penalty(DensityFamily::sas, view(sas), view(gradient)), (1 + 4 + 9) / 2.0);
    EXPECT_EQ(gradient, sas);
    gradient = Vector::Zero(5);
    EXPECT_DOUBLE_EQ(shape_penalty(DensityFamily::mog2, view(mog2), view(gradient)), (1 + 4 + 9 + 1 + 9) / 2.0);
    EXPECT_EQ(gradient, (Vector{{0.5, 1, 1.5, 1, 3}}));
}

TEST(Density, penalty_keeps_components_from_shrinking_onto_single_values)
{
    double const step = 1e-5;
    for (DensityFamily const family : {DensityFamily::mog2, DensityFamily::mog3}) {
        Vector shapes = some_shapes(family, 7);
        for (double const log_sigma : {-2.4, -2.6, -8.0}) {
            shapes[shapes.size() - 1] = log_sigma;
            Vector gradient = Vector::Zero(shapes.size()), unused = gradient, up = shapes, down = shapes;
            double const penalty = shape_penalty(family, view(shapes), view(gradient));
            up[shapes.size() - 1] += step;
            down[shapes.size() - 1] -= step;
            double const difference =
                (shape_penalty(family, view(up), view(unused)) - shape_penalty(family, view(down), view(unused))) /
                (2 * step);
            EXPECT_NEAR(gradient[shapes.size() - 1], difference, 1e-5 * std::abs(difference));
            if (log_sigma < -5) {
                EXPECT_GT(penalty, 1000); // more than a hundred equal rows could gain from there on
            }
        }
    }
}

TEST(Density, starting_shapes_beat_a_plain_normal_on_sources_that_are_not)
{
    RandomStream random({4, "density-test", 0, "starts", 0});
    Vector s(600);
    for (double& x : s) x = (random.uniform() < 0.5 ? -1 : 1) + 0.4 * random.normal();
    Vector score(s.size()), none(0);
    double const normal = sum_log_density(DensityFamily::gauss, view(s), {}, view(score), {});
    for (DensityFamily const family : {DensityFamily::mog2, DensityFamily::mog3}) {
        Vector const shapes = starting_shapes(family, view(s));
        Vector gradient(shapes.size());
        EXPECT_GT(sum_log_density(family, view(s), view(shapes), view(score), view(gradient)), normal + 20);
        EXPECT_LT(gradient.norm() / 600, 0.05); // EM has come close to a stationary point
    }
}

TEST(Density, starting_shapes_stay_finite_when_all_rows_repeat)
{
    Vector const s = Vector::Constant(200, 0.7);
    for (DensityFamily const family : families) EXPECT_TRUE(starting_shapes(family, view(s)).allFinite());
}

TEST(RowProducts, equal_the_matrix_products_for_every_size)
{
    RandomStream random({8, "density-test", 0, "products", 0});
    for (Index const rows : {1, 5, 16, 23})
        for (Index const columns : {1, 3, 6, 7, 10}) {
            Matrix x(rows, columns);
            Vector coefficients(columns), weights(rows + 2), values(rows + 2), sums(columns);
            for (double& value : x.reshaped()) value = random.normal();
            for (double& value : coefficients) value = random.normal();
            for (double& value : weights) value = random.normal();
            combine_columns(x, coefficients, values);
            weigh_rows(x, weights, sums);
            EXPECT_LT((values.head(rows) - x * coefficients).norm(), 1e-13);
            EXPECT_LT((sums - x.transpose() * weights.head(rows)).norm(), 1e-13);
        }
}

TEST(DensityNames, round_trip)
{
    for (DensityFamily const family : families) EXPECT_EQ(density_of_name(density_name(family)), family);
    EXPECT_EQ(density_of_name("extended"), DensityFamily::extended);
    EXPECT_FALSE(density_of_name("Gauss").has_value());
}

TEST(LaneArithmetic, exp_and_log_agree_with_the_c_library)
{
    auto const& table = detail::kernels();
    for (double x = -700; x <= 700; x += 0.173) {
        double value = 0, back = 0;
        table.exponentials(&x, 1, &value);
        EXPECT_NEAR(value / std::exp(x), 1, 1e-15) << x;
        table.logarithms(&value, 1, &back);
        EXPECT_NEAR(back, x, 1e-15 * std::max(1.0, std::abs(x))) << x;
    }
    for (double x = 0.5; x < 2; x += 1e-3) {
        double value = 0;
        table.logarithms(&x, 1, &value);
        EXPECT_NEAR(value, std::log(x), 2e-16 + 1e-15 * std::abs(std::log(x))) << x;
    }
}

#if defined(__x86_64__)
TEST(LaneArithmetic, every_processor_gives_the_same_bits)
{
    if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor has no AVX2";
    auto const& plain = detail::baseline_kernels();
    auto const& fast = detail::avx2_kernels();
    auto const list = [](detail::KernelTable const& t) {
        return std::vector<detail::DensityKernel>{t.sech, t.gauss, t.bimodal, t.sas, t.mog2, t.mog3};
    };
    RandomStream random({5, "density-test", 0, "bits", 0});
    std::vector<double> s(1003), first(s.size()), second(s.size());
    for (double& x : s) x = 3 * random.normal();
    for (std::size_t k = 0; k < families.size(); ++k) {
        Vector const shapes = some_shapes(families[k], 6);
        detail::DensitySums a, b;
        list(plain)[k](s.data(), s.size(), shapes.data(), first.data(), a);
        list(fast)[k](s.data(), s.size(), shapes.data(), second.data(), b);
        EXPECT_EQ(first, second) << density_name(families[k]);
        EXPECT_EQ(std::memcmp(&a, &b, sizeof a), 0) << density_name(families[k]);
    }
    double const coefficients[2] = {0.3, -1.7};
    double sums_a[2], sums_b[2];
    plain.combine_columns(s.data(), 501, 501, 2, coefficients, first.data());
    fast.combine_columns(s.data(), 501, 501, 2, coefficients, second.data());
    EXPECT_EQ(first, second);
    plain.weigh_rows(s.data(), 501, 501, 2, first.data(), sums_a);
    fast.weigh_rows(s.data(), 501, 501, 2, first.data(), sums_b);
    EXPECT_EQ(std::memcmp(sums_a, sums_b, sizeof sums_a), 0);
}
#endif

} // namespace
} // namespace exahca
