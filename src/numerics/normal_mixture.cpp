#include "exahca/numerics/normal_mixture.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/normal.hpp"
#include "exahca/numerics/quantile_search.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

namespace exahca {
namespace {

/// Components in the order of their weights, ascending, ties by place: what is left out does not depend on how a
/// library sorts.
std::vector<Index> ascending(Vector const& weights)
{
    std::vector<Index> order(static_cast<std::size_t>(weights.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return weights[a] < weights[b]; });
    return order;
}

} // namespace

double NormalMixture::mean() const { return weights.dot(means); }

double NormalMixture::deviation() const
{
    double const centre = mean();
    return std::sqrt((weights.array() * (deviations.array().square() + (means.array() - centre).square())).sum());
}

double NormalMixture::density(double value) const
{
    double sum = 0;
    for (Index c = 0; c < weights.size(); ++c) {
        double const z = (value - means[c]) / deviations[c];
        sum += weights[c] * std::exp(-0.5 * z * z) / (deviations[c] * std::sqrt(2 * std::numbers::pi));
    }
    return sum;
}

double NormalMixture::distribution(double value) const
{
    double sum = 0;
    for (Index c = 0; c < weights.size(); ++c) sum += weights[c] * normal_cdf((value - means[c]) / deviations[c]);
    return sum;
}

// Not 1 - distribution(value), which would lose small probabilities.
double NormalMixture::beyond(double value) const
{
    double sum = 0;
    for (Index c = 0; c < weights.size(); ++c) sum += weights[c] * normal_cdf((means[c] - value) / deviations[c]);
    return sum;
}

double NormalMixture::quantile(double p) const
{
    EXAHCA_EXPECT(p > 0 && p < 1);
    // At the least of the components' own quantiles none has passed p, at the largest all have reached it.
    Vector const own = means + normal_quantile(p) * deviations;
    double const whole = deviation();
    auto const at = [&](double value) { return DistributionAt{distribution(value), density(value)}; };
    return find_quantile(at, p, own.minCoeff(), own.maxCoeff(), mean() + normal_quantile(p) * whole, 1e-9 * whole);
}

NormalMixture without_unlikely(NormalMixture const& mixture, double share)
{
    EXAHCA_EXPECT(share >= 0 && share < 1);
    auto const order = ascending(mixture.weights);
    std::vector<Index> kept(order);
    double dropped = 0;
    std::size_t first = 0;
    // At least one component stays, whatever the share.
    while (first + 1 < order.size() && (dropped += mixture.weights[order[first]]) < share) ++first;
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(first));
    std::sort(kept.begin(), kept.end()); // sums run in the components' own order
    NormalMixture left{mixture.weights(kept), mixture.means(kept), mixture.deviations(kept)};
    left.weights /= left.weights.sum();
    return left;
}

NormalMixture difference(NormalMixture const& a, NormalMixture const& b)
{
    // Half of what may be left out goes with the components, so that few pairs are made, half with the pairs.
    auto const left = without_unlikely(a, negligible_share / 4), right = without_unlikely(b, negligible_share / 4);
    // One component for each pair: weights multiply, means subtract, variances add.
    Index const rows = left.weights.size(), columns = right.weights.size();
    NormalMixture pairs{Vector(rows * columns), Vector(rows * columns), Vector(rows * columns)};
    for (Index i = 0; i < rows; ++i) {
        auto const place = Eigen::seqN(i * columns, columns);
        pairs.weights(place) = left.weights[i] * right.weights;
        pairs.means(place) = left.means[i] - right.means.array();
        pairs.deviations(place) =
            (left.deviations[i] * left.deviations[i] + right.deviations.array().square()).sqrt().matrix();
    }
    return without_unlikely(pairs, negligible_share / 2);
}

NormalMixture shifted(NormalMixture mixture, double constant)
{
    mixture.means.array() += constant;
    return mixture;
}

NormalMixture widened(NormalMixture mixture, double variance)
{
    EXAHCA_EXPECT(variance >= 0);
    mixture.deviations = (mixture.deviations.array().square() + variance).sqrt().matrix();
    return mixture;
}

} // namespace exahca
