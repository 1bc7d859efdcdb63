#include "exahca/numerics/cell_mixture.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

/// A piece of a standard normal number.
struct Cell
{
    double mean, variance; ///< of the number within the piece
};

double normal_density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

/// Cells of equal probability of a standard normal number that is at most h.
std::vector<Cell> cells_below(double h, int count)
{
    // Farther out than that probabilities underflow, and what is left has a deviation of 1/|h|: one cell.
    if (h < -30) {
        auto const whole = truncate_normal(h);
        return {{whole.mean, whole.variance}};
    }
    std::vector<Cell> cells;
    double const share = normal_cdf(h) / count;
    double low_density = 0, low_product = 0; // phi(l) and l phi(l) at minus infinity
    for (int i = 1; i <= count; ++i) {
        double const high = i == count ? h : normal_quantile(share * i), density = normal_density(high);
        double const mean = (low_density - density) / share;
        double const square = 1 + (low_product - high * density) / share;
        cells.push_back({mean, std::max(0.0, square - mean * mean)});
        low_density = density;
        low_product = high * density;
    }
    return cells;
}

} // namespace

// Replaces the first x of a part by cells and goes on with the others. In each cell x counts as normal with the cell's
// mean and variance, and everything that depends on it linearly is conditioned on that: y, the other x, and their
// covariance with y. After the last x the part is a plain normal number and is kept.
void CellMixture::split(Part const& part, Vector const& bounds, int cells, std::vector<Part>& whole) const
{
    if (part.means.size() == 0) {
        whole.push_back(part);
        return;
    }
    Index const others = part.means.size() - 1;
    double const variance = part.covariance(0, 0), deviation = std::sqrt(variance);
    // The bound in deviations of x, and the regressions of y and of the other x on it.
    double const h = (bounds[0] - part.means[0]) / deviation, gain = part.shared[0] / variance;
    Vector const gains = part.covariance.col(0).tail(others) / variance;
    auto const pieces = cells_below(h, cells);
    // A bound that is far out of reach leaves no weight to speak of, but never none: only ratios count.
    double const weight =
        part.weight * std::max(normal_cdf(h), std::numeric_limits<double>::min()) / static_cast<double>(pieces.size());
    for (auto const& [mean, share] : pieces) {
        // `share` is the variance left within the cell as a share of that of x: `moved` is where the cell's mean lies,
        // `lost` by how much it takes the variance down.
        double const moved = deviation * mean, lost = variance * (1 - share);
        split({weight, part.mean + gain * moved, part.variance - gain * gain * lost,
               part.means.tail(others) + gains * moved,
               part.covariance.bottomRightCorner(others, others) - lost * gains * gains.transpose(),
               part.shared.tail(others) - lost * gain * gains},
              bounds.tail(others), cells, whole);
    }
}

// Weights of a component's cells are only known up to the probability of lying within the bounds, which the caller has
// already put into `weight`: hence the division by their sum.
void CellMixture::add(double weight, double mean, double variance, CutOffNormals const& cut)
{
    EXAHCA_EXPECT(variance > 0 && (cut.bounds.size() == 1 || cut.bounds.size() == 2));
    std::vector<Part> parts;
    split({1, mean, variance, Vector::Zero(cut.bounds.size()), cut.covariance, cut.shared}, cut.bounds,
          cut.bounds.size() == 1 ? cells_of_one : cells_of_two, parts);
    double sum = 0;
    for (auto const& part : parts) sum += part.weight;
    for (auto const& part : parts) {
        weights_.push_back(weight * part.weight / sum);
        means_.push_back(part.mean);
        variances_.push_back(std::max(part.variance, 1e-18 * variance)); // rounding must not make it 0
    }
}

NormalMixture CellMixture::mixture() const
{
    EXAHCA_EXPECT(!weights_.empty());
    auto const vector = [](std::vector<double> const& values) {
        return Vector(Eigen::Map<Vector const>(values.data(), std::ssize(values)));
    };
    Vector const weights = vector(weights_);
    return {weights / weights.sum(), vector(means_), vector(variances_).cwiseSqrt()};
}

} // namespace exahca
