#include "exahca/numerics/normal.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

namespace exahca {
namespace {

double const log_sqrt_two_pi = 0.5 * std::log(2 * std::numbers::pi);
constexpr double far_tail = -30; // erfc underflows at -38; from here on the series has its full precision

double log_phi(double x) { return -0.5 * x * x - log_sqrt_two_pi; }

// Phi(x) |x| / phi(x) for x below far_tail: 1 - 1/x^2 + 3/x^4 - 15/x^6 ...
double tail_series(double x)
{
    double const u = 1 / (x * x);
    return 1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
}

} // namespace

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_quantile(double p)
{
    EXAHCA_EXPECT(p > 0 && p < 1);
    // In double throughout: Boost would take the processor's long double, which differs between machines.
    using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
    return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, Policy());
}

double log_normal_cdf(double x)
{
    // Three ranges: the series of Mills' ratio far below 0, erfc, and above 0 the small complement, whose logarithm
    // keeps its digits where Phi is next to 1.
    if (x < far_tail) return log_phi(x) - std::log(-x) + std::log(tail_series(x));
    if (x > 0) return std::log1p(-normal_cdf(-x));
    return std::log(normal_cdf(x));
}

double normal_cdf_slope(double x)
{
    if (x < far_tail) return -x / tail_series(x);
    return std::exp(log_phi(x)) / normal_cdf(x);
}

TruncatedNormal truncate_normal(double bound)
{
    double const slope = normal_cdf_slope(bound);
    // Far below the bound the two terms cancel to about 1/bound^2, which rounding may make negative.
    double const variance = std::clamp(1 - slope * (bound + slope), 0.0, 1.0);
    return {log_normal_cdf(bound), -slope, variance};
}

} // namespace exahca
