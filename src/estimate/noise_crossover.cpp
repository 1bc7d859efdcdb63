#include "noise_crossover.hpp"

#include "exahca/model/flag.hpp"
#include "noise_shapes.hpp"

#include <Eigen/QR>
#include <optional>
#include <vector>

namespace exahca {
namespace {

constexpr double worth_it = 0.05; ///< nats by which a domain has to be higher, and a fit to have gained
constexpr int most_passes = 3;

/// The first with those domains of the second that are higher there; nothing where none is.
std::optional<NoiseParameters> carried_over(NoiseLikelihood const& likelihood, NoiseParameters const& to,
                                            NoiseParameters const& from)
{
    auto const here = values_by_domain(likelihood, to), there = values_by_domain(likelihood, from);
    // Levels agree, since the flags do: the map from factors to factors is triangular but for their angle.
    Matrix const map = to.loadings.colPivHouseholderQr().solve(from.loadings);
    std::optional<NoiseParameters> mixed;
    for (std::size_t k = 0; k < here.size(); ++k) {
        if (!(there[k] > here[k] + worth_it)) continue;
        if (!mixed) mixed = to;
        // psi and s_k stay those of `to`.
        mixed->mixing[k] = (map * from.mixing[k]).triangularView<Eigen::Upper>();
        mixed->means[k] = from.means[k];
        mixed->shapes[k] = from.shapes[k];
    }
    return mixed;
}

} // namespace

NoiseOptimum cross(NoiseData const& data, NoiseOptimum best, std::span<NoiseOptimum const> others, double degrees)
{
    NoiseLikelihood const likelihood(data.domains);
    bool helped = true;
    for (int pass = 0; helped && pass < most_passes; ++pass) {
        helped = false;
        // `best` changes on the way, so later ones are compared with what has been carried over already.
        for (NoiseOptimum const& other : others) {
            if (!flags_agree(best.unmixing, other.unmixing, degrees)) continue;
            auto const start = carried_over(likelihood, best.fit.parameters, other.fit.parameters);
            auto optimum = start ? try_noise_fit(data, *start) : std::nullopt;
            if (!optimum || !(optimum->fit.penalised() > best.fit.penalised() + worth_it)) continue;
            if (!flags_agree(best.unmixing, optimum->unmixing, degrees)) continue; // another answer is another search's
            best = std::move(*optimum);
            helped = true;
        }
    }
    return best;
}

} // namespace exahca
