#pragma once

#include "exahca/numerics/matrix.hpp"

#include <functional>
#include <string_view>

namespace exahca {

/// How a minimisation ended.
enum class MinimizerOutcome {
    converged,       ///< gradient or relative decrease below its tolerance
    stalled,         ///< the line search found no better point: as good as arithmetic allows, or a bad gradient
    iteration_limit, ///< still descending
    not_finite,      ///< the objective has no finite value at the starting point
};

[[nodiscard]] std::string_view minimizer_outcome_name(MinimizerOutcome outcome);

struct MinimizerOptions
{
    int memory = 20; ///< corrections kept, at least 1
    double relative_tolerance =
        2e-8;     ///< on the decrease of the value over `past` iterations, relative to max(1, |value|)
    int past = 1; ///< iterations over which that decrease is taken, at least 1
    double gradient_tolerance = 1e-9; ///< on the Euclidean norm of the gradient
    int max_iterations = 250;         ///< at least 1
};

struct MinimizerResult
{
    Vector point;     ///< the best point that was evaluated
    double value = 0; ///< the objective there
    int iterations = 0;
    int evaluations = 0;
    MinimizerOutcome outcome = MinimizerOutcome::not_finite;
};

/// Returns the objective at a point and overwrites the gradient, which comes with the right size. May return a value
/// that is not finite: such points are never accepted.
using ObjectiveFunction = std::function<double(Vector const& point, Vector& gradient)>;

/// Minimises a smooth function by L-BFGS with a line search for the strong Wolfe conditions (LBFGSpp).
/// \throws  whatever the objective throws; std::invalid_argument for options out of range
[[nodiscard]] MinimizerResult minimize(ObjectiveFunction const& objective, Vector const& start,
                                       MinimizerOptions const& options);

/// The same within bounds, by L-BFGS-B; infinite bounds are allowed.
[[nodiscard]] MinimizerResult minimize_within(ObjectiveFunction const& objective, Vector const& start,
                                              Vector const& lower, Vector const& upper,
                                              MinimizerOptions const& options);

} // namespace exahca
