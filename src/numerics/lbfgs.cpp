#include "exahca/numerics/lbfgs.hpp"

#include "exahca/core/stop_flag.hpp"

#include <LBFGS.h>
#include <LBFGSB.h>
#include <cmath>
#include <exception>
#include <limits>
#include <stdexcept>

namespace exahca {
namespace {

constexpr int max_trials = 30; // of one line search

// Keeps the best point itself, because the solvers of LBFGSpp may return a worse one or throw, and hides values that
// are not finite, with which their line searches would go on for ever outwards. Keeps what the objective throws, too:
// the solvers' own exceptions are of the same types, and mean something else.
class Tracker
{
public:
    explicit Tracker(ObjectiveFunction const& objective) : objective_(objective) {}

    double operator()(Vector const& point, Vector& gradient)
    {
        // A request to stop is thrown through the solver, which knows nothing of that type.
        StopScope::look();
        ++best_.evaluations;
        double const value = call(point, gradient);
        if (!std::isfinite(value) || !gradient.allFinite()) {
            if (best_.evaluations == 1) start_is_bad_ = true;
            // To the line search such a point looks worse than everything seen so far, and finite: it shortens the
            // step.
            gradient.setZero(); // at a bad start this ends the search at once
            return worst_ + 1 + std::abs(worst_);
        }
        worst_ = std::max(worst_, value);
        if (best_.point.size() == 0 || value < best_.value) {
            best_.point = point;
            best_.value = value;
            since_best_ = 0;
        } else {
            ++since_best_;
        }
        return value;
    }

    [[nodiscard]] MinimizerResult& best() { return best_; }
    // The solvers end alike when they converge and when a line search runs out of trials next to its starting point.
    [[nodiscard]] bool line_search_ran_out() const { return since_best_ > max_trials - 5; }
    [[nodiscard]] bool start_is_bad() const { return start_is_bad_; }
    [[nodiscard]] std::exception_ptr objective_failure() const { return objective_failure_; }

private:
    // Remembers what the objective throws, so that run_tracked can tell it from what the solver throws, and pass it
    // on.
    double call(Vector const& point, Vector& gradient)
    {
        try {
            return objective_(point, gradient);
        } catch (...) {
            objective_failure_ = std::current_exception();
            throw;
        }
    }

    ObjectiveFunction const& objective_;
    MinimizerResult best_; // point, value and number of evaluations; the outcome comes from run_tracked
    // Divided by 8 so that worst_ + 1 + |worst_| stays finite, also when no value has been seen.
    double worst_ = std::numeric_limits<double>::lowest() / 8;
    bool start_is_bad_ = false;
    // Evaluations since the best one.
    int since_best_ = 0;
    std::exception_ptr objective_failure_;
};

// The gradient counts by its absolute norm alone (epsilon_rel 0); past and delta stop on the relative decrease.
template <class Parameters>
void copy_options(MinimizerOptions const& options, Parameters& parameters)
{
    parameters.m = options.memory;
    parameters.epsilon = options.gradient_tolerance;
    parameters.epsilon_rel = 0;
    parameters.past = options.past;
    parameters.delta = options.relative_tolerance;
    parameters.max_iterations = options.max_iterations;
    parameters.max_linesearch = max_trials;
}

// Runs a solver and sorts out how it ended. The point returned is the best that was evaluated, whatever the solver
// itself returns or throws.
template <class Run>
MinimizerResult run_tracked(ObjectiveFunction const& objective, Vector const& start, MinimizerOptions const& options,
                            Run run)
{
    Tracker tracker(objective);
    MinimizerOutcome outcome = MinimizerOutcome::stalled;
    int iterations = 0;
    Vector point = start;
    try {
        double value = 0;
        iterations = run(tracker, point, value);
        outcome = iterations < options.max_iterations ? MinimizerOutcome::converged : MinimizerOutcome::iteration_limit;
        if (tracker.line_search_ran_out()) outcome = MinimizerOutcome::stalled;
    } catch (std::runtime_error const&) { // line search: no progress
        if (tracker.objective_failure()) throw;
    } catch (std::logic_error const&) { // line search: not a direction of descent, or no step left to a bound
        if (tracker.objective_failure()) throw;
    }
    MinimizerResult result = std::move(tracker.best());
    if (result.point.size() != start.size() || tracker.start_is_bad()) {
        result.point = start;
        result.value = std::numeric_limits<double>::quiet_NaN();
        outcome = MinimizerOutcome::not_finite;
    }
    result.iterations = iterations;
    result.outcome = outcome;
    return result;
}

} // namespace

std::string_view minimizer_outcome_name(MinimizerOutcome outcome)
{
    switch (outcome) {
    case MinimizerOutcome::converged:
        return "converged";
    case MinimizerOutcome::stalled:
        return "stalled";
    case MinimizerOutcome::iteration_limit:
        return "iteration limit";
    case MinimizerOutcome::not_finite:
        return "not finite";
    }
    return "";
}

MinimizerResult minimize(ObjectiveFunction const& objective, Vector const& start, MinimizerOptions const& options)
{
    LBFGSpp::LBFGSParam<double> parameters;
    copy_options(options, parameters);
    parameters.linesearch = LBFGSpp::LBFGS_LINESEARCH_BACKTRACKING_STRONG_WOLFE;
    // Outside of the run: what the constructor throws are options out of range, a bug of the caller.
    LBFGSpp::LBFGSSolver<double, LBFGSpp::LineSearchNocedalWright> solver(parameters);
    return run_tracked(objective, start, options, [&](Tracker& tracker, Vector& point, double& value) {
        return solver.minimize(tracker, point, value);
    });
}

MinimizerResult minimize_within(ObjectiveFunction const& objective, Vector const& start, Vector const& lower,
                                Vector const& upper, MinimizerOptions const& options)
{
    LBFGSpp::LBFGSBParam<double> parameters;
    copy_options(options, parameters);
    // A start outside of the bounds is moved to the nearest point within.
    Vector const inside = start.cwiseMax(lower).cwiseMin(upper);
    LBFGSpp::LBFGSBSolver<double> solver(parameters);
    return run_tracked(objective, inside, options, [&](Tracker& tracker, Vector& point, double& value) {
        return solver.minimize(tracker, point, value, lower, upper);
    });
}

} // namespace exahca
