#include "exahca/numerics/conditioned_normal.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/normal.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

namespace exahca {
namespace {

// A log-concave density has at most e^-24 of its mass farther than 25 of its deviations from its mean.
constexpr double reach[] = {-25, -16, -11, -8, -6, -4.5, -3.2, -2.1, -1, 0, 1, 2.1, 3.2, 4.5, 6, 8, 11, 16, 25};
// Around the place where a bound begins to bite, in units of the width of that step.
constexpr double steps[] = {-9, -6, -4, -2.5, -1.2, 0, 1.2, 2.5, 4, 6, 9};

} // namespace

ConditionedNormal::ConditionedNormal(double mean, double variance, CutOffNormals const& cut, double true_mean,
                                     double true_deviation)
    : mean_(mean), deviation_(std::sqrt(variance))
{
    EXAHCA_EXPECT(variance > 0 && true_deviation > 0 && cut.bounds.size() >= 1 && cut.bounds.size() <= 2);
    // x given y is normal: mean nu + Cov (y - mean)/variance, covariance T - Cov Cov'/variance.
    Matrix const left = cut.covariance - cut.shared * cut.shared.transpose() / variance;
    Vector const deviations = left.diagonal().cwiseSqrt();
    // Given y, bound q lies starts_q + slopes_q (y - mean) of its x's deviations above the mean of that x.
    starts_ = cut.bounds.cwiseQuotient(deviations);
    slopes_ = -(cut.shared / variance).cwiseQuotient(deviations);
    if (cut.bounds.size() == 2) pair_.emplace(left(0, 1) / (deviations[0] * deviations[1]));
    place_breaks(true_mean, true_deviation);
    // The density is only known up to a constant and may underflow everywhere. Values relative to the largest one at a
    // break are of moderate size.
    top_ = log_density(breaks_.front());
    for (double const y : breaks_) top_ = std::max(top_, log_density(y));
    double sum = 0;
    below_.push_back(0);
    for (std::size_t i = 1; i < breaks_.size(); ++i) below_.push_back(sum += integrate(breaks_[i - 1], breaks_[i]));
    total_ = sum;
}

void ConditionedNormal::place_breaks(double true_mean, double true_deviation)
{
    double const first = true_mean + reach[0] * true_deviation,
                 last = true_mean + reach[std::size(reach) - 1] * true_deviation;
    // Multiples of the true deviation around the true mean, beyond which there is next to no mass; and finer ones
    // around the place where a bound begins to bite, clipped to that range.
    for (double const z : reach) breaks_.push_back(true_mean + z * true_deviation);
    for (Index q = 0; q < starts_.size(); ++q) {
        if (slopes_[q] == 0) continue;
        // Where the bound passes the mean of its x, and in units of y the width over which its probability goes from 0
        // to 1.
        double const place = mean_ - starts_[q] / slopes_[q], width = 1 / std::abs(slopes_[q]);
        for (double const z : steps) breaks_.push_back(std::clamp(place + z * width, first, last));
    }
    std::sort(breaks_.begin(), breaks_.end());
    breaks_.erase(std::unique(breaks_.begin(), breaks_.end()), breaks_.end());
}

// log of phi(y) P(x below their bounds | y), but for a constant.
double ConditionedNormal::log_density(double y) const
{
    double const z = (y - mean_) / deviation_, away = y - mean_;
    double const first = starts_[0] + slopes_[0] * away;
    double const probability = pair_ ? pair_->log_cdf(first, starts_[1] + slopes_[1] * away) : log_normal_cdf(first);
    return -0.5 * z * z + probability;
}

double ConditionedNormal::integrate(double from, double to) const
{
    if (!(from < to)) return 0;
    return boost::math::quadrature::gauss<double, 10>::integrate(
        [&](double y) { return std::exp(log_density(y) - top_); }, from, to);
}

double ConditionedNormal::density(double y) const { return std::exp(log_density(y) - top_) / total_; }

double ConditionedNormal::distribution(double value) const
{
    // Whole pieces are known from the constructor, so only the one that holds `value` has to be integrated.
    if (value <= breaks_.front()) return 0;
    if (value >= breaks_.back()) return 1;
    auto const next = std::upper_bound(breaks_.begin(), breaks_.end(), value);
    auto const i = static_cast<std::size_t>(next - breaks_.begin()) - 1;
    return std::clamp((below_[i] + integrate(breaks_[i], value)) / total_, 0.0, 1.0);
}

} // namespace exahca
