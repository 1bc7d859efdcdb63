#include "exahca/numerics/density.hpp"

#include "exahca/core/check.hpp"
#include "numerics/density_kernels.hpp"

#include <algorithm>
#include <array>

namespace exahca {
namespace {

constexpr std::array<std::string_view, 7> names = {"sech", "gauss", "bimodal", "extended", "sas", "mog2", "mog3"};

// `extended` has no kernel: it is resolved to one of its three families before anything is evaluated.
detail::DensityKernel kernel_of(DensityFamily family)
{
    auto const& table = detail::kernels();
    switch (family) {
    case DensityFamily::sech:
        return table.sech;
    case DensityFamily::gauss:
        return table.gauss;
    case DensityFamily::bimodal:
        return table.bimodal;
    case DensityFamily::sas:
        return table.sas;
    case DensityFamily::mog2:
        return table.mog2;
    case DensityFamily::mog3:
        return table.mog3;
    case DensityFamily::extended:
        break;
    }
    EXAHCA_EXPECT(family != DensityFamily::extended);
    return table.sech;
}

// Scores pile up on exact values: floors, shared evaluations, copies of a model. A component that shrinks onto such a
// value gains a nat per row for every factor e that it narrows, which the quadratic penalty stops only below 1e-8
// standard deviations, where arithmetic ends and every other structure is drowned. Hence a barrier below e^-2.5 = 0.08.
constexpr double narrowest_log_sigma = -2.5;
constexpr double barrier_weight = 100;

} // namespace

std::string_view density_name(DensityFamily family) { return names[static_cast<std::size_t>(family)]; }

std::optional<DensityFamily> density_of_name(std::string_view name)
{
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<DensityFamily>(found - names.begin());
}

Index shape_count(DensityFamily family)
{
    switch (family) {
    case DensityFamily::sas:
        return 3;
    case DensityFamily::mog2:
        return 5;
    case DensityFamily::mog3:
        return 8;
    default:
        return 0;
    }
}

Index counted_shapes(DensityFamily family)
{
    bool const mixture = family == DensityFamily::mog2 || family == DensityFamily::mog3;
    return shape_count(family) - (mixture ? 1 : 0);
}

bool has_location(DensityFamily family) { return shape_count(family) > 0; }

double sum_log_density(DensityFamily family, std::span<double const> s, std::span<double const> shapes,
                       std::span<double> score, std::span<double> shape_gradient)
{
    auto const count = static_cast<std::size_t>(shape_count(family));
    EXAHCA_EXPECT(shapes.size() == count && shape_gradient.size() == count && score.size() == s.size());
    detail::DensitySums sums;
    kernel_of(family)(s.data(), s.size(), shapes.data(), score.data(), sums);
    // The kernels' table has room for the largest family; only the first `count` entries mean something.
    std::copy_n(sums.shape_gradient, count, shape_gradient.begin());
    return sums.log_density;
}

double shape_penalty(DensityFamily family, std::span<double const> shapes, std::span<double> gradient)
{
    std::size_t halved = 0; // logits and means of mixtures, which come first
    if (family == DensityFamily::mog2) halved = 3;
    if (family == DensityFamily::mog3) halved = 5;
    double sum = 0;
    for (std::size_t p = 0; p < shapes.size(); ++p) {
        // Half the square of half the shape is a quarter of its own penalty.
        double const weight = p < halved ? 0.25 : 1;
        sum += weight * shapes[p] * shapes[p] / 2;
        gradient[p] += weight * shapes[p];
        // Only mixtures have log sigmas, behind logits and means; a barrier keeps these above narrowest_log_sigma.
        bool const is_log_sigma = halved > 0 && p >= halved;
        if (!is_log_sigma || shapes[p] >= narrowest_log_sigma) continue;
        double const below = shapes[p] - narrowest_log_sigma;
        sum += barrier_weight * below * below;
        gradient[p] += 2 * barrier_weight * below;
    }
    return sum;
}

} // namespace exahca
