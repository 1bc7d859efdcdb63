#include "exahca/model/row_posterior.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/cell_mixture.hpp"
#include "exahca/numerics/conditioned_normal.hpp"
#include "exahca/numerics/normal.hpp"
#include "exahca/numerics/quantile_search.hpp"
#include "noise_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace exahca {
namespace {

constexpr double negligible = 1e-12; // probability of a component that no distribution function shows

// The same rows with the scores that are cut off taken for missing.
RowPattern without_censored(RowPattern pattern)
{
    pattern.censored.clear();
    pattern.signs.clear();
    return pattern;
}

} // namespace

LinearTarget score_target(NoiseParameters const& parameters, std::size_t k, Index benchmark)
{
    Vector const loading = parameters.mixing[k].transpose() * parameters.loadings.row(benchmark).transpose();
    double variance = std::exp(parameters.log_psi[benchmark] + parameters.log_scales[static_cast<Index>(k)]);
    if (!parameters.known_noise.empty()) variance += parameters.known_noise[k][benchmark];
    return {parameters.means[k][benchmark], loading, variance};
}

class RowPosterior::Implementation
{
public:
    Implementation(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                   std::vector<LinearTarget> targets);

    [[nodiscard]] std::size_t targets() const { return targets_.size(); }
    void condition(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores);
    void widen(std::size_t target, double variance);
    [[nodiscard]] double mean(std::size_t target) const { return weights_.dot(means_.col(column(target))); }
    [[nodiscard]] double deviation(std::size_t target) const;
    [[nodiscard]] double distribution(std::size_t target, double value) const;
    [[nodiscard]] double normal_score(std::size_t target, double value) const;
    [[nodiscard]] double quantile(std::size_t target, double p) const;
    [[nodiscard]] NormalMixture mixture(std::size_t target) const;

private:
    /// What a mixture says at one value, by component or in all.
    struct Place
    {
        double below = 0, above = 0, density = 0;
    };

    static Index column(std::size_t target) { return static_cast<Index>(target); }
    [[nodiscard]] bool is_cut_off() const { return !pattern_.censored.empty(); }
    /// Standard deviation of a target given a combination.
    [[nodiscard]] double spread(Index combination, std::size_t target) const
    {
        double const own = deviations_(combination, column(target)), more = added_[column(target)];
        return more == 0 ? own : std::sqrt(own * own + more);
    }
    [[nodiscard]] Place place(std::size_t target, double value) const;
    [[nodiscard]] std::vector<ConditionedNormal> const& conditioned(std::size_t target) const;
    [[nodiscard]] CutOffNormals cut_off(Vector const& sources, Matrix const& covariance,
                                        LinearTarget const& target) const;

    // `rows_` knows the scores that are cut off, and gives the exact probabilities of the combinations and the moments
    // of e. `bare_rows_` knows the observed scores only; from its normal distributions, cut at the bounds, come the
    // densities of targets.
    RowPattern pattern_, bare_pattern_;
    std::vector<LinearTarget> targets_;
    detail::DomainModel domain_;
    detail::PatternModel model_, bare_model_;
    detail::RowModel rows_, bare_rows_;
    // Of the row: the components' probabilities, those worth a look, and by component and target mean and deviation.
    Vector weights_;
    std::vector<Index> likely_;
    Matrix means_, deviations_;
    Vector added_;  // variance that was added to each target
    Vector bounds_; // of the scores that are cut off, mirrored at ceilings
    // What is made of it only where a target's distribution is asked for.
    mutable std::vector<std::optional<std::vector<ConditionedNormal>>> conditioned_;
};

RowPosterior::Implementation::Implementation(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                                             std::vector<LinearTarget> targets)
    : pattern_(std::move(pattern)), bare_pattern_(without_censored(pattern_)), targets_(std::move(targets)),
      domain_(parameters, k), model_(domain_, pattern_), bare_model_(domain_, bare_pattern_), rows_(model_),
      bare_rows_(bare_model_)
{
    Index components = 0;
    bare_rows_.visit_sources([&](double, Vector const&, Matrix const&) { ++components; });
    weights_.resize(components);
    means_.resize(components, column(targets_.size()));
    deviations_.resize(components, column(targets_.size()));
    added_.setZero(column(targets_.size()));
    // Without scores that are cut off, covariances are the pattern's own.
    Index c = 0;
    bare_rows_.visit_sources([&](double, Vector const&, Matrix const& covariance) {
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            Vector const& w = targets_[t].weights;
            deviations_(c, column(t)) = std::sqrt(targets_[t].variance + w.dot(covariance * w));
        }
        ++c;
    });
}

void RowPosterior::Implementation::condition(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
{
    auto& rows = is_cut_off() ? rows_ : bare_rows_;
    // Means and deviations of targets by component: of normal distributions, or of truncated ones where scores are cut
    // off.
    rows.evaluate_row(scores);
    Index c = 0;
    likely_.clear();
    added_.setZero();
    rows.visit_sources([&](double probability, Vector const& sources, Matrix const& covariance) {
        weights_[c] = probability;
        if (probability > negligible) likely_.push_back(c);
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            Vector const& w = targets_[t].weights;
            means_(c, column(t)) = targets_[t].offset + w.dot(sources);
            if (is_cut_off()) deviations_(c, column(t)) = std::sqrt(targets_[t].variance + w.dot(covariance * w));
        }
        ++c;
    });
    weights_ /= weights_.sum(); // 1 but for rounding
    if (!is_cut_off()) return;
    // For the conditional densities of cut_off() and conditioned(), which are made when they are asked for.
    bare_rows_.evaluate_row(scores);
    Index const censored = model_.censored();
    bounds_ = scores(pattern_.censored).transpose() - model_.means.tail(censored);
    conditioned_.assign(targets_.size(), std::nullopt);
}

void RowPosterior::Implementation::widen(std::size_t target, double variance)
{
    EXAHCA_EXPECT(variance >= 0);
    added_[column(target)] = variance;
    if (is_cut_off()) conditioned_[target].reset();
}

double RowPosterior::Implementation::deviation(std::size_t target) const
{
    // Variance of a mixture: the mean variance of its components plus the variance of their means.
    auto const means = means_.col(column(target)).array(), deviations = deviations_.col(column(target)).array();
    double const centre = mean(target);
    return std::sqrt((weights_.array() * (deviations.square() + (means - centre).square())).sum() +
                     added_[column(target)]);
}

// The scores that are cut off, given a combination and the observed ones, with what they share with the target.
// Mirrored where the bound is a ceiling, so that they are at most their bounds.
CutOffNormals RowPosterior::Implementation::cut_off(Vector const& sources, Matrix const& covariance,
                                                    LinearTarget const& target) const
{
    Index const censored = model_.censored();
    Matrix const loadings = model_.mixing.bottomRows(censored);
    auto const signs = Eigen::Map<Vector const>(pattern_.signs.data(), censored);
    CutOffNormals cut;
    cut.bounds = signs.cwiseProduct(bounds_ - loadings * sources);
    cut.covariance = loadings * covariance * loadings.transpose();
    cut.covariance.diagonal() += model_.noise.tail(censored);
    cut.covariance = signs.asDiagonal() * cut.covariance * signs.asDiagonal();
    cut.shared = signs.cwiseProduct(loadings * covariance * target.weights);
    return cut;
}

std::vector<ConditionedNormal> const& RowPosterior::Implementation::conditioned(std::size_t t) const
{
    if (conditioned_[t]) return *conditioned_[t];
    LinearTarget const& target = targets_[t];
    // One for each likely combination, in the order of likely_. Each needs the target before the bounds are known
    // (from bare_rows_) and its true mean and deviation (means_, spread), which place the breaks of its integrals.
    std::vector<ConditionedNormal> components;
    Index c = 0;
    std::size_t next = 0;
    bare_rows_.visit_sources([&](double, Vector const& sources, Matrix const& covariance) {
        bool const counts = next < likely_.size() && likely_[next] == c;
        if (counts) {
            ++next;
            Vector const& w = target.weights;
            components.emplace_back(target.offset + w.dot(sources),
                                    target.variance + added_[column(t)] + w.dot(covariance * w),
                                    cut_off(sources, covariance, target), means_(c, column(t)), spread(c, t));
        }
        ++c;
    });
    conditioned_[t] = std::move(components);
    return *conditioned_[t];
}

RowPosterior::Implementation::Place RowPosterior::Implementation::place(std::size_t target, double value) const
{
    Place sum;
    // Both sides of the value and the density there, over the likely combinations.
    auto const* components = is_cut_off() ? &conditioned(target) : nullptr;
    for (std::size_t i = 0; i < likely_.size(); ++i) {
        Index const c = likely_[i];
        double const weight = weights_[c];
        if (components != nullptr) {
            double const below = (*components)[i].distribution(value);
            sum.below += weight * below;
            sum.above += weight * (1 - below);
            sum.density += weight * (*components)[i].density(value);
            continue;
        }
        double const deviation = spread(c, target), z = (value - means_(c, column(target))) / deviation;
        // The smaller tail by erfc, the larger one as its complement: both keep their digits.
        double const tail = normal_cdf(-std::abs(z));
        sum.below += weight * (z < 0 ? tail : 1 - tail);
        sum.above += weight * (z < 0 ? 1 - tail : tail);
        sum.density += weight * std::exp(-0.5 * z * z) / (deviation * std::sqrt(2 * std::numbers::pi));
    }
    return sum;
}

double RowPosterior::Implementation::distribution(std::size_t target, double value) const
{
    auto const here = place(target, value);
    return here.below / (here.below + here.above);
}

double RowPosterior::Implementation::normal_score(std::size_t target, double value) const
{
    auto const here = place(target, value);
    double const all = here.below + here.above, least = 1e-315; // still a number that erfc can give
    return here.below < here.above ? normal_quantile(std::max(here.below / all, least))
                                   : -normal_quantile(std::max(here.above / all, least));
}

double RowPosterior::Implementation::quantile(std::size_t target, double p) const
{
    EXAHCA_EXPECT(p > 0 && p < 1);
    // Every normal component has reached p at the largest of their own quantiles, none at the smallest. Components that
    // are cut off are within some deviations of their means.
    auto const means = means_.col(column(target));
    double const z = is_cut_off() ? 26 : normal_quantile(p);
    double low = means[likely_[0]] + z * spread(likely_[0], target), high = low;
    for (Index const c : likely_) {
        low = std::min(low, means[c] + (is_cut_off() ? -z : z) * spread(c, target));
        high = std::max(high, means[c] + z * spread(c, target));
    }
    double const whole = deviation(target);
    auto const at = [&](double value) {
        auto const here = place(target, value);
        // Both sides are summed, as unlikely components are left out and integrals have errors of their own: the two
        // add up to about 1.
        return DistributionAt{here.below / (here.below + here.above), here.density};
    };
    return find_quantile(at, p, low, high, mean(target) + normal_quantile(p) * whole, 1e-9 * whole);
}

NormalMixture RowPosterior::Implementation::mixture(std::size_t t) const
{
    // Normal given c; with bounds each combination's distribution is cut into cells.
    if (!is_cut_off()) {
        Vector spreads(weights_.size());
        for (Index c = 0; c < spreads.size(); ++c) spreads[c] = spread(c, t);
        return without_unlikely({weights_, means_.col(column(t)), spreads});
    }
    LinearTarget const& target = targets_[t];
    CellMixture cells;
    Index c = 0;
    std::size_t next = 0;
    bare_rows_.visit_sources([&](double, Vector const& sources, Matrix const& covariance) {
        if (next < likely_.size() && likely_[next] == c) {
            ++next;
            Vector const& w = target.weights;
            cells.add(weights_[c], target.offset + w.dot(sources),
                      target.variance + added_[column(t)] + w.dot(covariance * w),
                      cut_off(sources, covariance, target));
        }
        ++c;
    });
    return without_unlikely(cells.mixture());
}

RowPosterior::RowPosterior(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                           std::vector<LinearTarget> targets)
    : implementation_(std::make_unique<Implementation>(parameters, k, std::move(pattern), std::move(targets)))
{
}
RowPosterior::~RowPosterior() = default;
RowPosterior::RowPosterior(RowPosterior&&) noexcept = default;
RowPosterior& RowPosterior::operator=(RowPosterior&&) noexcept = default;

std::size_t RowPosterior::targets() const { return implementation_->targets(); }
void RowPosterior::condition(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
{
    implementation_->condition(scores);
}
void RowPosterior::widen(std::size_t target, double variance) { implementation_->widen(target, variance); }
double RowPosterior::mean(std::size_t target) const { return implementation_->mean(target); }
double RowPosterior::deviation(std::size_t target) const { return implementation_->deviation(target); }
double RowPosterior::distribution(std::size_t target, double value) const
{
    return implementation_->distribution(target, value);
}
double RowPosterior::normal_score(std::size_t target, double value) const
{
    return implementation_->normal_score(target, value);
}
double RowPosterior::quantile(std::size_t target, double p) const { return implementation_->quantile(target, p); }
NormalMixture RowPosterior::mixture(std::size_t target) const { return implementation_->mixture(target); }

} // namespace exahca
