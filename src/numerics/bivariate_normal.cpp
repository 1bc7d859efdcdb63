#include "exahca/numerics/bivariate_normal.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/normal.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

constexpr double least_by_nodes = 1e-3; // probability that the sum over nodes leaves with 12 good digits
constexpr double negligible = 40;       // e^-40 of the maximum does not count in a sum

double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }

double log_density(double x) { return -0.5 * x * x - 0.5 * std::log(2 * std::numbers::pi); }

// log(e^a + e^b), a finite; not a number where one is not.
double log_of_sum(double a, double b)
{
    double const top = std::max(a, b);
    return top + std::log1p(std::exp(std::min(b, a) - top));
}

// 2 pi times the density at (h, k) of numbers of correlation r = tanh t, times dr/dt, is
//
//     sech t exp(-(h^2 + k^2)/4 - A z - B/z),   A = (h - k)^2/8,   B = (h + k)^2/8,   z = exp 2t,
//
// of which all factors are log-concave in t.
class DensityByCorrelation
{
public:
    // For correlations from r(z_first) to r(z_last); z_first may be 0.
    DensityByCorrelation(double h, double k, double z_first, double z_last)
        : squares_(0.25 * (h * h + k * k)), t_first_(0.5 * std::log(z_first)), t_last_(0.5 * std::log(z_last))
    {
        double const a = (h - k) * (h - k) / 8, b = (h + k) * (h + k) / 8, root = std::sqrt(1 + 16 * a * b);
        // Near the maximum. For z < 1 sech t is about 2 sqrt(z), and the derivative of (1/2) log z - a z - b/z
        // vanishes at `before`; for z > 1 it is about 2/sqrt(z), and that of -(1/2) log z - a z - b/z vanishes at
        // `after`, written so that nothing cancels and a may be 0. Where neither lies on its own side of 1 the maximum
        // is close to z = 1. An exact place is not needed: it only says where to cut.
        double const before = (1 + root) / (4 * a), after = 4 * b / (1 + root);
        top_ = std::clamp(before < 1 ? before : after > 1 ? after : 1.0, z_first, z_last);
        rising_ = a * top_;
        falling_ = b / top_;
    }

    double log_integral() const
    {
        // log of the integral over t. Positions are taken relative to the t of top_, where exp(-A z - B/z) is divided
        // by its value there, so that no factor overflows or underflows.
        double const t = 0.5 * std::log(top_);
        // What the two exponentials have to lose; on the way to t = 0 sech t gains up to e^|t|.
        double const lower = std::max(-half_log_root(falling_, rising_, negligible + std::max(0.0, t)), t_first_ - t);
        double const upper = std::min(half_log_root(rising_, falling_, negligible + std::max(0.0, -t)), t_last_ - t);
        // Farther than that from the maximum sech t has lost it, or there is nothing to find.
        double const from = std::max(lower, -negligible - 1), step = 3;
        double sum = 0;
        // Long ranges are cut 3 from the maximum: one rule spread over a peak and a long tail would resolve neither.
        if (from < -2 * step)
            sum += integrate(from, -step) + integrate(-step, 0);
        else
            sum += integrate(from, 0);
        if (upper > 2 * step)
            sum += integrate(0, step) + integrate(step, upper);
        else
            sum += integrate(0, upper);
        return std::log(sum) - squares_ - rising_ - falling_;
    }

private:
    // (1/2) log x, x > 1 with a (x - 1) + b (1/x - 1) = loss.
    static double half_log_root(double a, double b, double loss)
    {
        double const sum = a + b + loss;
        return 0.5 * std::log((sum + std::sqrt(std::max(0.0, sum * sum - 4 * a * b))) / (2 * a));
    }

    // Over t from the place of top_.
    double integrate(double from, double to) const
    {
        if (!(from < to)) return 0;
        auto const value = [&](double t) {
            double const x = std::exp(2 * t), z = top_ * x;
            return std::exp(rising_ * (1 - x) + falling_ * (1 - 1 / x)) * 2 * std::sqrt(z) / (1 + z);
        };
        return boost::math::quadrature::gauss<double, 30>::integrate(value, from, to);
    }

    // (h^2 + k^2)/4, and the ends of the integral in t; t_first_ is minus infinity for r = -1.
    double squares_, t_first_, t_last_;
    double top_;              // z about where the maximum is
    double rising_, falling_; // A z and B/z there
};

} // namespace

BivariateNormal::BivariateNormal(double correlation)
    : rho_(correlation), s_(std::sqrt((1 - correlation) * (1 + correlation)))
{
    EXAHCA_EXPECT(std::abs(correlation) < 1);
    // So many that the error is below 1e-15 for all bounds.
    double const size = std::abs(correlation);
    if (size <= 0.4)
        place_nodes<7>();
    else if (size <= 0.85)
        place_nodes<15>();
    else if (size <= 0.95)
        place_nodes<25>();
}

template <unsigned points>
void BivariateNormal::place_nodes()
{
    using Rule = boost::math::quadrature::gauss<double, points>;
    double const half = 0.5 * std::asin(rho_);
    auto const place = [&](double x, double weight) {
        // Substituting r = sin(theta) cancels the factor 1/sqrt(1 - r^2) of the density, and leaves dtheta.
        double const r = std::sin(half * (1 + x)), square = (1 - r) * (1 + r);
        nodes_[count_++] = {r / square, 0.5 / square, weight * half / (2 * std::numbers::pi)};
    };
    for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) { // those at and above 0
        double const x = Rule::abscissa()[i], weight = Rule::weights()[i];
        place(x, weight);
        if (x > 0) place(-x, weight);
    }
}

// P(Z1 <= h, Z2 <= k), or 0 where it is too small for that or there are no nodes.
double BivariateNormal::sum_nodes(double h, double k) const
{
    if (count_ == 0) return 0;
    double const first = normal_cdf(h), second = normal_cdf(k);
    // P is at most the smaller of the two. For rho < 0 the sum subtracts from the product, so a small result would
    // have lost digits to cancellation; the caller then integrates from r = -1 instead.
    if (std::min(first, second) < least_by_nodes) return 0;
    double const product = h * k, squares = h * h + k * k;
    double sum = first * second;
    for (std::size_t i = 0; i < count_; ++i)
        sum += nodes_[i].weight * std::exp(product * nodes_[i].by_product - squares * nodes_[i].by_squares);
    return sum > least_by_nodes ? sum : 0;
}

double BivariateNormal::log_integral(double h, double k) const
{
    // P is symmetric in h and k. With h the smaller one Phi(h) keeps its relative accuracy in Phi(h) - Phi(-k) below.
    if (h > k) std::swap(h, k);
    double const first = log_normal_cdf(h), second = log_normal_cdf(k);
    if (rho_ == 0) return first + second;
    double const last = (1 + rho_) / (1 - rho_);
    double const two_pi = std::log(2 * std::numbers::pi);
    if (rho_ > 0) return log_of_sum(DensityByCorrelation(h, k, 1, last).log_integral() - two_pi, first + second);
    // At -1 it is Phi(h) - Phi(-k), or 0.
    double const integral = DensityByCorrelation(h, k, 0, last).log_integral() - two_pi;
    if (h + k <= 0) return integral;
    return log_of_sum(integral, first + std::log(-std::expm1(log_normal_cdf(-k) - first)));
}

double BivariateNormal::log_cdf(double h, double k) const
{
    EXAHCA_EXPECT(std::isfinite(h) && std::isfinite(k));
    double const probability = sum_nodes(h, k);
    return probability > 0 ? std::log(probability) : log_integral(h, k);
}

PairSlopes BivariateNormal::slopes(double h, double k) const
{
    EXAHCA_EXPECT(std::isfinite(h) && std::isfinite(k));
    // Given Z2 = k, Z1 is N(rho k, s^2). So dP/dh = phi(h) Phi((k - rho h)/s), and d^2 P/(dh dk) = phi(h) phi((k - rho
    // h)/s)/s.
    double const h_given_k = (h - rho_ * k) / s_, k_given_h = (k - rho_ * h) / s_;
    double const probability = sum_nodes(h, k);
    if (probability > 0) {
        double const at_h = density(h) / probability;
        return {std::log(probability), at_h * normal_cdf(k_given_h), density(k) / probability * normal_cdf(h_given_k),
                at_h * density(k_given_h) / s_};
    }
    // Numerator and denominator may both be too small for a double.
    double const log_p = log_integral(h, k);
    return {log_p, std::exp(log_density(h) + log_normal_cdf(k_given_h) - log_p),
            std::exp(log_density(k) + log_normal_cdf(h_given_k) - log_p),
            std::exp(log_density(h) + log_density(k_given_h) - log_p) / s_};
}

TruncatedPair BivariateNormal::truncate(double h, double k) const
{
    auto const [log_probability, u1, u2, density_here] = slopes(h, k);
    // Rosenbaum's b holds s where the density holds 1/s.
    double const b = s_ * s_ * density_here;
    TruncatedPair pair;
    pair.log_probability = log_probability;
    pair.mean << -u1 - rho_ * u2, -u2 - rho_ * u1;
    // E Z1^2, E Z2^2 and E Z1 Z2.
    double const first = 1 - h * u1 - rho_ * rho_ * k * u2 + rho_ * b;
    double const second = 1 - k * u2 - rho_ * rho_ * h * u1 + rho_ * b;
    double const product = rho_ * (1 - h * u1 - k * u2) + b;
    pair.covariance << first, product, product, second;
    pair.covariance -= pair.mean * pair.mean.transpose();
    return pair;
}

} // namespace exahca
