#include "exahca/numerics/lbfgs.hpp"

#include "exahca/core/check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

namespace exahca {
namespace {

// Rosenbrock's function: minimum 0 at (1, 1) at the end of a curved valley.
double rosenbrock(Vector const& x, Vector& gradient)
{
    double const a = 1 - x[0], b = x[1] - x[0] * x[0];
    gradient[0] = -2 * a - 400 * x[0] * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
}

TEST(Minimize, finds_the_end_of_a_curved_valley)
{
    MinimizerOptions options;
    options.relative_tolerance = 1e-14;
    auto const result = minimize(rosenbrock, Vector{{-1.2, 1}}, options);
    EXPECT_EQ(result.outcome, MinimizerOutcome::converged);
    EXPECT_LT((result.point - Vector{{1, 1}}).norm(), 1e-5);
    EXPECT_LE(result.evaluations, 80);
    Vector gradient(2);
    EXPECT_EQ(result.value, rosenbrock(result.point, gradient));
}

TEST(Minimize, tells_the_iteration_limit_from_convergence)
{
    MinimizerOptions options;
    options.max_iterations = 3;
    EXPECT_EQ(minimize(rosenbrock, Vector{{-1.2, 1}}, options).outcome, MinimizerOutcome::iteration_limit);
}

// A solver that takes the objective's exceptions for its own line search's would call a bug "stalled".
TEST(Minimize, what_the_objective_throws_comes_out_whatever_its_type)
{
    auto const after_two_calls = [](auto error) {
        return [error, calls = 0](Vector const& x, Vector& gradient) mutable {
            if (++calls > 2) throw error;
            return rosenbrock(x, gradient);
        };
    };
    Vector const start{{-1.2, 1}}, low{{-5, -5}}, high{{5, 5}};
    auto const expect = [&](auto error) {
        using Thrown = decltype(error);
        EXPECT_THROW((void)minimize(after_two_calls(error), start, {}), Thrown);
        EXPECT_THROW((void)minimize_within(after_two_calls(error), start, low, high, {}), Thrown);
    };
    expect(std::logic_error("a bug"));
    expect(std::runtime_error("a breakdown"));
    expect(std::bad_alloc());
    expect(CheckFailed("precondition", "x > 0", "here.cpp", 1));
}

TEST(Minimize, options_out_of_range_are_no_failure_of_the_line_search)
{
    MinimizerOptions options;
    options.memory = 0;
    EXPECT_THROW((void)minimize(rosenbrock, Vector{{-1.2, 1}}, options), std::invalid_argument);
    EXPECT_THROW((void)minimize_within(rosenbrock, Vector{{-1.2, 1}}, Vector{{-5, -5}}, Vector{{5, 5}}, options),
                 std::invalid_argument);
}

TEST(Minimize, never_accepts_a_point_without_a_finite_value)
{
    // -log x + x, defined for positive x only; the first step from 1e-3 leaps far.
    auto const barrier = [](Vector const& x, Vector& gradient) {
        if (x[0] <= 0) return std::numeric_limits<double>::quiet_NaN();
        gradient[0] = 1 - 1 / x[0];
        return x[0] - std::log(x[0]);
    };
    auto const result = minimize(barrier, Vector{{40.0}}, {});
    EXPECT_NEAR(result.point[0], 1, 1e-3);
    EXPECT_TRUE(std::isfinite(result.value));
}

TEST(Minimize, a_start_without_a_value_is_an_outcome)
{
    auto const nowhere = [](Vector const&, Vector&) { return std::numeric_limits<double>::quiet_NaN(); };
    EXPECT_EQ(minimize(nowhere, Vector{{1.0}}, {}).outcome, MinimizerOutcome::not_finite);
}

TEST(Minimize, a_wrong_gradient_ends_as_stalled_with_the_best_point)
{
    auto const wrong = [](Vector const& x, Vector& gradient) {
        gradient = -2 * x; // of the wrong sign
        return x.squaredNorm();
    };
    auto const result = minimize(wrong, Vector{{1, 2}}, {});
    EXPECT_EQ(result.outcome, MinimizerOutcome::stalled);
    EXPECT_LE(result.value, 5);
}

TEST(MinimizeWithin, ends_on_the_bound_that_is_active)
{
    MinimizerOptions options;
    options.relative_tolerance = 1e-14;
    double const infinity = std::numeric_limits<double>::infinity();
    auto const result = minimize_within(rosenbrock, Vector{{-1.2, 1}}, Vector{{-infinity, -infinity}},
                                        Vector{{0.5, infinity}}, options);
    EXPECT_DOUBLE_EQ(result.point[0], 0.5);
    EXPECT_NEAR(result.point[1], 0.25, 1e-4); // the valley's floor x1 = x0^2
}

} // namespace
} // namespace exahca
