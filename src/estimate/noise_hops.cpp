#include "noise_hops.hpp"

#include "exahca/core/random.hpp"
#include "noise_turns.hpp"

#include <Eigen/LU>
#include <cmath>
#include <numbers>

namespace exahca {
namespace {

/// Cayley's transform of a random antisymmetric matrix: a rotation by about `angle`, in radians.
Matrix random_turn(RandomStream& random, Index size, double angle)
{
    Matrix axis = Matrix::Zero(size, size);
    for (Index j = 1; j < size; ++j)
        for (Index i = 0; i < j; ++i) {
            axis(i, j) = random.normal();
            axis(j, i) = -axis(i, j);
        }
    axis *= angle / (axis.norm() / std::numbers::sqrt2);
    Matrix const one = Matrix::Identity(size, size);
    // Orthogonal for every antisymmetric matrix; for small angles about exp(axis).
    return (one - axis / 2).lu().solve(one + axis / 2);
}

} // namespace

NoiseOptimum hop(NoiseData const& data, NoiseOptimum optimum, int hops, JointOptions const& options)
{
    if (optimum.fit.parameters.factors() < 2) return optimum; // a line has no other directions inside its span
    for (int i = 0; i < hops; ++i) {
        auto const number = (options.search_index << 32U) + static_cast<std::uint64_t>(i);
        RandomStream random({options.seed, "hop", options.replicate, {}, number});
        double const angle = options.same_flag_degrees * random.uniform() * std::numbers::pi / 180;
        Matrix const turn = random_turn(random, optimum.fit.parameters.factors(), angle);
        // Uphill only. Random numbers are counted by hop, not by success.
        auto found = try_noise_fit(data, turned(optimum.fit.parameters, turn));
        if (found && found->fit.penalised() > optimum.fit.penalised()) optimum = std::move(*found);
    }
    return optimum;
}

} // namespace exahca
