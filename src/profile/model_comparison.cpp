#include "exahca/profile/model_comparison.hpp"

#include "exahca/core/check.hpp"
#include "exahca/model/row_posterior.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "factor_targets.hpp"
#include "fit_error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// s_j, the standard deviation of each benchmark's scores under the fit, noise included, in points: s_j^2 is the mean
/// of the variances a_j' D_k a_j + Psi_kj over the domains that have the benchmark, D_k those of the sources.
Vector score_deviations(StoredModel const& model)
{
    Index const d = model.parameters.benchmarks();
    Vector squares = Vector::Zero(d), counts = squares;
    for (std::size_t k = 0; k < model.parameters.domains(); ++k) {
        Vector const variances = source_moments(source_mixtures(model.parameters.shapes[k])).variances;
        for (Index j = 0; j < d; ++j) {
            if (model.unknown(static_cast<Index>(k), j)) continue;
            auto const score = score_target(model.parameters, k, j);
            squares[j] += score.variance + variances.dot(score.weights.cwiseAbs2());
            counts[j] += 1;
        }
    }
    return (squares.array() / counts.array()).sqrt();
}

/// Weight of each benchmark's true score in the mean of all, 1/(|S| s_j): 0 where a domain does not know it.
Vector weights_in_all(StoredModel const& model)
{
    Vector weights = score_deviations(model).cwiseInverse();
    for (Index j = 0; j < weights.size(); ++j)
        if (model.unknown.col(j).any()) weights[j] = 0;
    auto const counted = static_cast<double>((weights.array() > 0).count());
    return counted > 0 ? Vector(weights / counted) : weights;
}

/// What models of one domain are compared in, as functions of their sources e.
struct DomainQuantities
{
    std::vector<LinearTarget> targets; ///< less the mean over the domain's models
    Vector centres;                    ///< these means; NaN where the fit knows none
};

/// The factors, the true scores mu_j + a_j' e, and the mean of all of these, in the order of ModelComparer.
/// \param factors  means of the domain's factors
/// \param in_all   weights_in_all
DomainQuantities quantities_of(StoredModel const& model, std::size_t k, Vector const& factors, Vector const& in_all)
{
    Index const d = model.parameters.benchmarks(), m = model.factors();
    auto const row = static_cast<Index>(k);
    Vector const sources = source_moments(source_mixtures(model.parameters.shapes[k])).means;
    DomainQuantities found{factor_targets(model, k), Vector::Constant(m + d + 1, nan)};
    found.centres.head(m) = factors;
    Vector all = Vector::Zero(m);
    double all_centre = 0;
    for (Index j = 0; j < d; ++j) {
        Vector const weights = score_target(model.parameters, k, j).weights; // a_j, of the sources of this domain
        double const centre = model.parameters.means[k][j] + weights.dot(sources);
        found.targets.push_back({-weights.dot(sources), weights, 0});
        if (!model.unknown(row, j)) found.centres[m + j] = centre;
        all += in_all[j] * weights;
        all_centre += in_all[j] * centre; // means that are unknown have no weight
    }
    found.targets.push_back({-all.dot(sources), all, 0});
    if (in_all.sum() > 0) found.centres[m + d] = all_centre;
    return found;
}

/// Medians of some quantities over all models of domain k that the fit can imagine: what it says of a model of which
/// nothing is known. Sources are skewed, so that medians are not means.
Vector population_medians(StoredModel const& model, std::size_t k, std::vector<LinearTarget> const& targets)
{
    RowPosterior population(model.parameters, k, {}, targets);
    Eigen::RowVectorXd const nothing = Eigen::RowVectorXd::Constant(model.parameters.benchmarks(), nan);
    population.condition(nothing);
    Vector medians(std::ssize(targets));
    for (std::size_t q = 0; q < targets.size(); ++q) medians[static_cast<Index>(q)] = population.quantile(q, 0.5);
    return medians;
}

} // namespace

ModelComparer::ModelComparer(StoredModel const& model) : model_(model)
{
    Index const d = model.parameters.benchmarks(), m = model.factors();
    auto const domains = model.parameters.domains();
    Vector const in_all = weights_in_all(model);
    centres_.setConstant(static_cast<Index>(domains), m + d + 1, nan);
    medians_ = centres_;
    readout_.resize(m + d + 1, m);
    readout_ << Matrix::Identity(m, m), model.parameters.loadings, in_all.transpose() * model.parameters.loadings;
    Matrix const factors = factor_means(model);
    for (std::size_t k = 0; k < domains; ++k) {
        auto const row = static_cast<Index>(k);
        auto quantities = quantities_of(model, k, factors.row(row).transpose(), in_all);
        centres_.row(row) = quantities.centres.transpose();
        medians_.row(row) = population_medians(model, k, quantities.targets).transpose();
        targets_.push_back(std::move(quantities.targets));
    }
}

void ModelComparer::visit(std::size_t k, Matrix const& scores,
                          std::function<void(Index row, ModelPosterior const&)> const& visitor,
                          std::span<Index const> wanted) const
{
    auto const is_wanted = [&](std::size_t q) {
        return wanted.empty() || std::find(wanted.begin(), wanted.end(), static_cast<Index>(q)) != wanted.end();
    };
    auto const grouped = patterned_scores(model_, k, scores);
    NoiseNodes const nodes(model_, k);
    for (RowPattern const& pattern : grouped.patterns) {
        RowPosterior posterior(model_.parameters, k, pattern, targets_[k]);
        FitError const error(nodes, pattern, readout_);
        for (Index const row : pattern.rows) {
            posterior.condition(grouped.scores.row(row));
            ModelPosterior model{k, {}, Vector(factors()), error.shifts(grouped.scores.row(row)), error.variances()};
            for (std::size_t q = 0; q < posterior.targets(); ++q)
                model.quantities.push_back(is_wanted(q) ? posterior.mixture(q) : NormalMixture{});
            for (Index i = 0; i < factors(); ++i) model.factors[i] = posterior.mean(static_cast<std::size_t>(i));
            visitor(row, model);
        }
    }
}

std::vector<double> ModelComparer::shifts(ModelPosterior const& model, Index quantity) const
{
    std::vector<double> shifts;
    if (quantity >= factors()) return shifts;
    // A drift turns the factors about the origin of score space, not about the domain's mean: the mean moves, too.
    Vector apart = centres_.row(static_cast<Index>(model.domain)).head(factors()).transpose();
    if (!apart.allFinite()) apart.setZero(); // its models are compared with each other alone
    for (Matrix const& drift : model_.drifts) shifts.push_back(drift.row(quantity).dot(model.factors + apart));
    return shifts;
}

namespace {

/// A difference that stands alone: its rate is the probability that the likelier sign is wrong, until set_rates.
Difference summary_of(NormalMixture const& difference)
{
    Difference result;
    result.mean = difference.mean();
    result.low = difference.quantile((1 - interval_share) / 2);
    result.high = difference.quantile((1 + interval_share) / 2);
    result.better = difference.beyond(0);
    result.worse = difference.distribution(0);
    result.rate = std::min(result.better, result.worse);
    return result;
}

} // namespace

std::vector<Difference> ModelComparer::compare(ModelPosterior const& a, ModelPosterior const& b) const
{
    auto const first = static_cast<Index>(a.domain), second = static_cast<Index>(b.domain);
    // Within a domain factors can be compared though their means are not known; benchmarks it has or lacks.
    Vector apart = (centres_.row(first) - centres_.row(second)).transpose();
    if (first == second) apart.head(factors()).setZero();
    Vector errors = (a.noise_shifts - b.noise_shifts).rowwise().squaredNorm() + a.noise_variances + b.noise_variances;
    errors.head(factors()) += drift_variances(model_, a.factors - b.factors + apart.head(factors()));
    std::vector<Difference> differences(static_cast<std::size_t>(quantities()), {nan, nan, nan, nan, nan, nan});
    for (Index q = 0; q < quantities(); ++q) {
        if (std::isnan(apart[q])) continue;
        auto const place = static_cast<std::size_t>(q);
        auto whole = shifted(difference(a.quantities[place], b.quantities[place]), apart[q]);
        if (errors[q] > 0) whole = widened(std::move(whole), errors[q]);
        differences[place] = summary_of(whole);
    }
    return differences;
}

std::vector<Difference> ModelComparer::compare_with_median(ModelPosterior const& a) const
{
    auto const row = static_cast<Index>(a.domain);
    Vector const medians = medians_.row(row).transpose();
    Vector drifts = Vector::Zero(quantities());
    drifts.head(factors()) = drift_variances(model_, a.factors - medians.head(factors()));
    std::vector<Difference> differences(static_cast<std::size_t>(quantities()), {nan, nan, nan, nan, nan, nan});
    for (Index q = 0; q < quantities(); ++q) {
        if (q >= factors() && std::isnan(centres_(row, q))) continue; // the domain lacks the benchmark
        auto const place = static_cast<std::size_t>(q);
        auto whole = shifted(a.quantities[place], -medians[q]);
        whole = widened(std::move(whole), drifts[q] + a.noise_error(q));
        differences[place] = summary_of(whole);
    }
    return differences;
}

Verdict verdict_of(Difference const& difference, double rate)
{
    double const wrong = std::min(difference.better, difference.worse);
    if (!(difference.rate <= rate && wrong <= least_sure)) return Verdict::open; // NaN, too
    return difference.better > difference.worse ? Verdict::better : Verdict::worse;
}

std::vector<double> false_sign_rates(std::span<double const> wrong)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < wrong.size(); ++i)
        if (!std::isnan(wrong[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wrong[a] < wrong[b]; });
    std::vector<double> rates(wrong.size(), nan);
    double sum = 0;
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        // Equal probabilities are told together or not at all.
        for (; end < order.size() && wrong[order[end]] == wrong[order[first]]; ++end) sum += wrong[order[end]];
        for (std::size_t i = first; i < end; ++i) rates[order[i]] = sum / static_cast<double>(end);
    }
    return rates;
}

void set_rates(std::span<std::vector<Difference>* const> models)
{
    if (models.empty()) return;
    for (std::size_t q = 0; q < models.front()->size(); ++q) {
        std::vector<double> wrong;
        for (auto const* differences : models) {
            auto const& difference = differences->at(q);
            // std::min would make a number of NaN on one side
            wrong.push_back(std::isnan(difference.mean) ? nan : std::min(difference.better, difference.worse));
        }
        auto const rates = false_sign_rates(wrong);
        for (std::size_t i = 0; i < models.size(); ++i) models[i]->at(q).rate = rates[i];
    }
}

} // namespace exahca
