#include "exahca/numerics/normal.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

double const log_sqrt_two_pi = 0.5 * std::log(2 * std::numbers::pi);
constexpr double far_tail = -30;    // erfc underflows at -38; from here on the series has its full precision
constexpr double owen_needs = 1e-3; // smallest probability that Owen's T leaves with 13 good digits
constexpr double negligible = 40;   // e^-40 of the maximum does not count in a sum
using Rule = boost::math::quadrature::gauss<double, 30>;

double log_phi(double x) { return -0.5 * x * x - log_sqrt_two_pi; }

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// Phi(x) |x| / phi(x) for x below far_tail: 1 - 1/x^2 + 3/x^4 - 15/x^6 ...
double tail_series(double x)
{
    double const u = 1 / (x * x);
    return 1 - u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u * (1 - 9 * u * (1 - 11 * u)))));
}

// Owen's formula for P(Z1 <= h, Z2 <= k). T(0, +-infinity) = +-1/4 is what a bound at zero needs.
double owen_probability(double h, double k, double rho)
{
    double const s = std::sqrt((1 - rho) * (1 + rho));
    if (h == 0 && k == 0) return 0.25 + std::asin(rho) / (2 * std::numbers::pi);
    auto const part = [&](double at, double other) {
        return at == 0 ? std::copysign(0.25, other) : boost::math::owens_t(at, (other / at - rho) / s);
    };
    bool const opposite = h * k < 0 || (h * k == 0 && h + k < 0);
    return 0.5 * (normal_cdf(h) + normal_cdf(k)) - part(h, k) - part(k, h) - (opposite ? 0.5 : 0);
}

// log of phi(x) Phi((k - rho x)/s), a concave function of x whose integral up to h is the probability.
class LogIntegrand
{
public:
    LogIntegrand(double k, double rho) : k_(k), rho_(rho), s_(std::sqrt((1 - rho) * (1 + rho))) {}

    double operator()(double x) const { return log_phi(x) + log_normal_cdf((k_ - rho_ * x) / s_); }
    double slope(double x) const { return -x - rho_ / s_ * normal_cdf_slope((k_ - rho_ * x) / s_); }

    // Between these two points Phi goes from 0 to 1, perhaps very fast.
    std::array<double, 2> transition() const
    {
        double const middle = k_ / rho_, width = 8 * s_ / std::abs(rho_);
        return {middle - width, middle + width};
    }

private:
    double k_, rho_, s_;
};

// A point just below where `holds` begins to be true; it is true at `above` and false far below.
template <class Condition>
double last_below(double above, Condition const& holds, int halvings)
{
    double step = 1;
    while (holds(above - step)) step *= 2;
    double low = above - step, high = above;
    for (int i = 0; i < halvings; ++i) {
        double const middle = low + (high - low) / 2;
        (holds(middle) ? high : low) = middle;
    }
    return low;
}

double quadrature_log_probability(double h, double k, double rho)
{
    LogIntegrand const f(k, rho);
    // The slope falls with x; where it is still positive at h the maximum is there.
    double const mode = f.slope(h) >= 0 ? h
                                        : last_below(
                                              h, [&](double x) { return f.slope(x) < 0; }, 60);
    double const top = f(mode);
    auto const counts = [&](double x) { return f(x) > top - negligible; };
    double const lower = last_below(mode, counts, 30);
    double upper = h;
    if (mode < h && !counts(h))
        upper = -last_below(
            -mode, [&](double x) { return counts(-x); }, 30);

    // Pieces in each of which the integrand is smooth on the scale of the piece.
    auto const transition = rho == 0 ? std::array<double, 2>{lower, lower} : f.transition();
    std::array<double, 5> cuts{lower, mode, transition[0], transition[1], upper};
    for (double& cut : cuts) cut = std::clamp(cut, lower, upper);
    std::sort(cuts.begin(), cuts.end());
    double sum = 0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        double const middle = cuts[i] + (cuts[i + 1] - cuts[i]) / 2;
        auto const scaled = [&](double x) { return std::exp(f(x) - top); };
        if (cuts[i] < middle) sum += Rule::integrate(scaled, cuts[i], middle);
        if (middle < cuts[i + 1]) sum += Rule::integrate(scaled, middle, cuts[i + 1]);
    }
    return top + std::log(sum);
}

} // namespace

double log_normal_cdf(double x)
{
    if (x < far_tail) return log_phi(x) - std::log(-x) + std::log(tail_series(x));
    if (x > 0) return std::log1p(-normal_cdf(-x));
    return std::log(normal_cdf(x));
}

double normal_cdf_slope(double x)
{
    if (x < far_tail) return -x / tail_series(x);
    return std::exp(log_phi(x)) / normal_cdf(x);
}

double log_bivariate_normal_cdf(double h, double k, double rho)
{
    EXAHCA_EXPECT(std::isfinite(h) && std::isfinite(k) && std::abs(rho) < 1);
    double const probability = owen_probability(h, k, rho);
    if (probability > owen_needs) return std::log(probability);
    return quadrature_log_probability(h, k, rho);
}

TruncatedNormal truncate_normal(double bound)
{
    double const slope = normal_cdf_slope(bound);
    // Far below the bound the two terms cancel to about 1/bound^2, which rounding may make negative.
    double const variance = std::clamp(1 - slope * (bound + slope), 0.0, 1.0);
    return {log_normal_cdf(bound), -slope, variance};
}

TruncatedPair truncate_normal_pair(double h, double k, double rho)
{
    TruncatedPair pair;
    double const log_p = pair.log_probability = log_bivariate_normal_cdf(h, k, rho);
    double const s = std::sqrt((1 - rho) * (1 + rho));
    double const h_given_k = (h - rho * k) / s, k_given_h = (k - rho * h) / s;
    // Ratios through logarithms: numerator and denominator may both be too small for a double.
    double const u1 = std::exp(log_phi(h) + log_normal_cdf(k_given_h) - log_p);
    double const u2 = std::exp(log_phi(k) + log_normal_cdf(h_given_k) - log_p);
    double const b = s * std::exp(log_phi(h) + log_phi(k_given_h) - log_p);
    pair.mean << -u1 - rho * u2, -u2 - rho * u1;
    double const first = 1 - h * u1 - rho * rho * k * u2 + rho * b;
    double const second = 1 - k * u2 - rho * rho * h * u1 + rho * b;
    double const product = rho * (1 - h * u1 - k * u2) + b;
    pair.covariance << first, product, product, second;
    pair.covariance -= pair.mean * pair.mean.transpose();
    return pair;
}

} // namespace exahca
