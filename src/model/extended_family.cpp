#include "model/extended_family.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace exahca::detail {
namespace {

// Sum of log f(c s) + n log c, the log likelihood of the values for a source c s of that family: highest over a grid
// of scales c, which is set.
double highest_over_scales(DensityFamily family, Vector const& values, double& scale)
{
    std::vector<double> scores(static_cast<std::size_t>(values.size()));
    Vector scaled(values.size());
    double const n = static_cast<double>(values.size());
    double best = -std::numeric_limits<double>::infinity();
    for (int i = -10; i <= 10; ++i) {
        double const candidate = std::exp(0.1 * i); // 1 is among them, so the likelihood cannot fall
        scaled = candidate * values;
        double const sum =
            sum_log_density(family, {scaled.data(), scores.size()}, {}, scores, {}) + n * std::log(candidate);
        if (sum > best) {
            best = sum;
            scale = candidate;
        }
    }
    return best;
}

} // namespace

ExtendedFamily likeliest_extended_family(Vector const& values)
{
    ExtendedFamily best;
    double highest = -std::numeric_limits<double>::infinity();
    for (DensityFamily const family : extended_families) {
        double scale = 1;
        double const sum = highest_over_scales(family, values, scale);
        if (sum > highest) {
            best = {family, scale};
            highest = sum;
        }
    }
    return best;
}

double gain_over_gauss(Vector const& values)
{
    double scale = 1;
    double const gauss = highest_over_scales(DensityFamily::gauss, values, scale);
    return std::max(highest_over_scales(DensityFamily::sech, values, scale),
                    highest_over_scales(DensityFamily::bimodal, values, scale)) -
           gauss;
}

} // namespace exahca::detail
