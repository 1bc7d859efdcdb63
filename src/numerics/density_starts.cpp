#include "exahca/core/check.hpp"
#include "exahca/numerics/density.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace exahca {
namespace {

/// Weights, means and standard deviations of a mixture's components.
struct Mixture
{
    std::vector<double> weight, mean, sigma;
};

// method.md, section 5.
std::vector<Mixture> fixed_starts(DensityFamily family)
{
    if (family == DensityFamily::mog2)
        return {{{.5, .5}, {-.8, .8}, {.6, .6}},
                {{.8, .2}, {0, 0}, {.6, 1.8}},
                {{.85, .15}, {.2, -1.2}, {.7, 1.5}},
                {{.85, .15}, {-.2, 1.2}, {.7, 1.5}}};
    return {{{.4, .4, .2}, {-.8, .8, 0}, {.5, .5, 1.5}},
            {{.6, .2, .2}, {0, -1, 1}, {.5, 1.2, 1.2}},
            {{.7, .2, .1}, {0, 0, 0}, {.5, 1, 2.5}}};
}

// In the order of DensityFamily: logits against the last component, means, log standard deviations.
Vector shapes_of(Mixture const& mixture)
{
    auto const components = static_cast<Index>(mixture.weight.size());
    Vector shapes(3 * components - 1);
    for (Index c = 0; c < components; ++c) {
        auto const i = static_cast<std::size_t>(c);
        if (c + 1 < components) shapes[c] = std::log(mixture.weight[i] / mixture.weight.back());
        shapes[components - 1 + c] = mixture.mean[i];
        shapes[2 * components - 1 + c] = std::log(mixture.sigma[i]);
    }
    return shapes;
}

// One EM step. The responsibilities' sums follow from the gradient of the log likelihood (Fisher's identity): d/db_c =
// N_c - n w_c, d/dmu_c = sum r (s - mu_c) / sigma_c^2, d/dlog sigma_c = sum r (s - mu_c)^2 / sigma_c^2 - N_c. The last
// component has no logit; its N_c is what the others leave of n. The penalty enters as pseudo-counts: one row for each
// weight, a quarter of a row at 0 for each mean, one row of squared deviation .3 for each sigma. They keep components
// from dying out or collapsing onto one value.
void em_step(Mixture& mixture, Vector const& gradient, double rows)
{
    std::size_t const components = mixture.weight.size();
    auto const at = [&](std::size_t p) { return gradient[static_cast<Index>(p)]; };
    double left = rows;
    for (std::size_t c = 0; c < components; ++c) {
        double const sum = c + 1 < components ? at(c) + rows * mixture.weight[c] : left;
        left -= sum;
        double const count = std::max(sum, 0.0);
        double const variance = mixture.sigma[c] * mixture.sigma[c];
        // Sums of r (s - mu_c) and r (s - mu_c)^2 about the old mean; `spread` is the latter about the new one.
        double const first = variance * at(components - 1 + c);
        double const second = std::max(variance * (at(2 * components - 1 + c) + count), 0.0);
        double const mean = (first + mixture.mean[c] * count) / (count + 0.25);
        double const shift = mean - mixture.mean[c];
        double const spread = std::max(second - 2 * shift * first + shift * shift * count, 0.0);
        mixture.weight[c] = (count + 1) / (rows + static_cast<double>(components));
        mixture.mean[c] = mean;
        mixture.sigma[c] = std::sqrt((spread + 0.3) / (count + 1));
    }
}

} // namespace

Vector starting_shapes(DensityFamily family, std::span<double const> s)
{
    EXAHCA_EXPECT(family != DensityFamily::extended);
    if (family == DensityFamily::sas) return Vector{{0.0, -0.2, 0.0}};
    Index const count = shape_count(family);
    if (count == 0) return {};

    constexpr int em_steps = 25;
    Vector best, gradient(count), penalty_gradient(count);
    std::vector<double> score(s.size());
    auto const evaluate = [&](Vector const& shapes) {
        auto const size = static_cast<std::size_t>(count);
        return sum_log_density(family, s, {shapes.data(), size}, score, {gradient.data(), size});
    };
    double best_value = -std::numeric_limits<double>::infinity();
    // The penalised likelihood of a mixture has several maxima, so all fixed starts are tried.
    for (Mixture mixture : fixed_starts(family)) {
        for (int step = 0; step < em_steps; ++step) {
            evaluate(shapes_of(mixture));
            em_step(mixture, gradient, static_cast<double>(s.size()));
        }
        Vector const shapes = shapes_of(mixture);
        auto const size = static_cast<std::size_t>(count);
        double const value =
            evaluate(shapes) - shape_penalty(family, {shapes.data(), size}, {penalty_gradient.data(), size});
        if (best.size() == 0 || value > best_value) {
            best = shapes;
            best_value = value;
        }
    }
    return best;
}

} // namespace exahca
