#include "exahca/numerics/mixture_regression.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numbers>
#include <vector>

namespace exahca {
namespace {

/// Where the rule is cut: at multiples of each component's deviation, none closer than a tenth of the least deviation.
std::vector<double> breaks_of(MixtureRegression const& mixture)
{
    constexpr double multiples[] = {-8, -5, -3.2, -1.8, -0.8, 0, 0.8, 1.8, 3.2, 5, 8};
    std::vector<double> all;
    for (Index c = 0; c < mixture.weights.size(); ++c)
        for (double const multiple : multiples)
            all.push_back(mixture.known_means[c] + multiple * mixture.known_deviations[c]);
    std::sort(all.begin(), all.end());
    double const close = 0.1 * mixture.known_deviations.minCoeff();
    std::vector<double> breaks{all.front()};
    for (double const value : all)
        if (value - breaks.back() > close) breaks.push_back(value);
    return breaks;
}

} // namespace

Vector explained_variances(MixtureRegression const& mixture)
{
    using Rule = boost::math::quadrature::gauss<double, 10>;
    Index const targets = mixture.means.cols();
    // Means of y are less their overall mean, so the variance of E[y | x] is its mean square: the integral of (sum_c
    // w_c phi_c E_c[y | x])^2 / sum_c w_c phi_c. Densities lack the factor 1/sqrt(2 pi) until the end, where one of it
    // is left.
    Vector sums = Vector::Zero(targets), numerator(targets);
    auto const add = [&](double x, double weight) {
        double density = 0;
        numerator.setZero();
        for (Index c = 0; c < mixture.weights.size(); ++c) {
            double const z = (x - mixture.known_means[c]) / mixture.known_deviations[c];
            double const here = mixture.weights[c] * std::exp(-0.5 * z * z) / mixture.known_deviations[c];
            density += here;
            numerator += here * (mixture.means.row(c) + z * mixture.slopes.row(c)).transpose();
        }
        // Where all densities underflow nothing is lost.
        if (density > 0) sums += weight / density * numerator.cwiseAbs2();
    };
    auto const breaks = breaks_of(mixture);
    for (std::size_t i = 1; i < breaks.size(); ++i) {
        double const middle = 0.5 * (breaks[i - 1] + breaks[i]), half = 0.5 * (breaks[i] - breaks[i - 1]);
        for (std::size_t p = 0; p < Rule::abscissa().size(); ++p) {
            double const weight = half * Rule::weights()[p];
            add(middle - half * Rule::abscissa()[p], weight);
            add(middle + half * Rule::abscissa()[p], weight);
        }
    }
    return sums / std::sqrt(2 * std::numbers::pi);
}

} // namespace exahca
