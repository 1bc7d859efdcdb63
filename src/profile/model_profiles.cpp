#include "exahca/profile/model_profiles.hpp"

#include "exahca/model/row_posterior.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "factor_targets.hpp"
#include "fit_error.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {

std::vector<LinearTarget> factor_targets(StoredModel const& model, std::size_t k)
{
    Vector const centre = source_moments(source_mixtures(model.parameters.shapes[k])).means;
    std::vector<LinearTarget> targets;
    for (Index i = 0; i < model.factors(); ++i) {
        Vector const weights = model.parameters.mixing[k].row(i).transpose();
        targets.push_back({-weights.dot(centre), weights, 0});
    }
    return targets;
}

Vector drift_variances(StoredModel const& model, Vector const& factors)
{
    Vector squares = Vector::Zero(factors.size());
    if (model.drifts.empty()) return squares;
    for (Matrix const& drift : model.drifts) squares += (drift * factors).cwiseAbs2();
    return squares / static_cast<double>(model.drifts.size());
}

namespace {

constexpr double low_end = (1 - interval_share) / 2, high_end = (1 + interval_share) / 2;

/// The pattern of the same rows with one score taken away.
RowPattern without(RowPattern pattern, Index benchmark)
{
    std::erase(pattern.observed, benchmark);
    return pattern;
}

/// Where the factors of all models of a domain lie, before any score is known.
RowPosterior population(StoredModel const& model, std::size_t k)
{
    RowPosterior all(model.parameters, k, {}, factor_targets(model, k));
    Eigen::RowVectorXd const nothing = Eigen::RowVectorXd::Constant(model.parameters.benchmarks(), std::nan(""));
    all.condition(nothing);
    return all;
}

/// What the other scores of rows of one pattern say of each observed one.
void add_surprises(StoredModel const& model, std::size_t k, PatternedScores const& scores, RowPattern const& pattern,
                   std::vector<ModelProfile>& profiles)
{
    for (Index const j : pattern.observed) {
        RowPosterior others(model.parameters, k, without(pattern, j), {score_target(model.parameters, k, j)});
        for (Index const row : pattern.rows) {
            others.condition(scores.scores.row(row));
            profiles[static_cast<std::size_t>(row)].surprises[static_cast<std::size_t>(j)] = {
                others.mean(0), others.normal_score(0, scores.scores(row, j))};
        }
    }
}

/// Adds what another noise, and resampling the models, do to the factors of a model.
/// \param noise  variances that the error of the noise adds
void add_fit_error(StoredModel const& model, Vector const& noise, RowPosterior& posterior)
{
    Vector factors(model.factors());
    for (Index i = 0; i < factors.size(); ++i) factors[i] = posterior.mean(static_cast<std::size_t>(i));
    Vector const squares = drift_variances(model, factors) + noise;
    for (Index i = 0; i < factors.size(); ++i) posterior.widen(static_cast<std::size_t>(i), squares[i]);
}

/// Where a model stands in one factor.
/// \param posterior  of the model, less the domain's mean \param all  of all models of the domain, likewise
FactorPosition position_of(RowPosterior const& posterior, std::size_t factor, RowPosterior const& all)
{
    FactorPosition position;
    position.mean = posterior.mean(factor);
    position.low = posterior.quantile(factor, low_end);
    position.high = posterior.quantile(factor, high_end);
    position.percentile = 100 * all.distribution(factor, position.mean);
    position.percentile_low = 100 * all.distribution(factor, position.low);
    position.percentile_high = 100 * all.distribution(factor, position.high);
    return position;
}

} // namespace

Matrix factor_means(StoredModel const& model)
{
    auto const domains = model.parameters.domains();
    Matrix means(static_cast<Index>(domains), model.factors());
    for (std::size_t k = 0; k < domains; ++k) {
        auto const row = static_cast<Index>(k);
        Vector const sources = source_moments(source_mixtures(model.parameters.shapes[k])).means;
        // W E x = W mu_k + R_k E e, as W G = I.
        means.row(row) = model.factor_weights * model.parameters.means[k] + model.parameters.mixing[k] * sources;
        if (model.unknown.row(row).any()) means.row(row).setConstant(std::nan(""));
    }
    return means;
}

std::vector<ModelProfile> profile_models(StoredModel const& model, std::size_t k, Matrix const& scores)
{
    auto const grouped = patterned_scores(model, k, scores);
    auto const d = static_cast<std::size_t>(scores.cols());
    std::vector<ModelProfile> profiles(static_cast<std::size_t>(scores.rows()));
    auto const all = population(model, k);
    NoiseNodes const nodes(model, k);
    Matrix const factors = Matrix::Identity(model.factors(), model.factors());
    for (RowPattern const& pattern : grouped.patterns) {
        RowPosterior posterior(model.parameters, k, pattern, factor_targets(model, k));
        FitError const error(nodes, pattern, factors);
        for (Index const row : pattern.rows) {
            auto& profile = profiles[static_cast<std::size_t>(row)];
            profile.known = std::ssize(pattern.observed) + std::ssize(pattern.censored);
            profile.surprises.assign(d, {std::nan(""), std::nan("")});
            posterior.condition(grouped.scores.row(row));
            add_fit_error(model, error.variances() + error.shifts(grouped.scores.row(row)).rowwise().squaredNorm(),
                          posterior);
            for (std::size_t i = 0; i < posterior.targets(); ++i)
                profile.factors.push_back(position_of(posterior, i, all));
        }
        add_surprises(model, k, grouped, pattern, profiles);
    }
    return profiles;
}

// Predicted without bounds, then moved to the scale's end: of a score beyond it all that can be seen is the end.
std::vector<PredictedScore> predict_scores(StoredModel const& model, std::size_t k, Matrix const& scores)
{
    auto const grouped = patterned_scores(model, k, scores);
    std::vector<PredictedScore> predicted;
    for (RowPattern const& pattern : grouped.patterns) {
        // Columns that are missing in some row: all of them, but where a third score is cut off.
        std::vector<Index> wanted;
        std::vector<LinearTarget> targets;
        for (Index j = 0; j < scores.cols(); ++j) {
            if (!scores(pattern.rows, j).array().isNaN().any() || model.unknown(static_cast<Index>(k), j)) continue;
            wanted.push_back(j);
            targets.push_back(score_target(model.parameters, k, j));
        }
        if (wanted.empty()) continue;
        RowPosterior posterior(model.parameters, k, pattern, std::move(targets));
        for (Index const row : pattern.rows) {
            posterior.condition(grouped.scores.row(row));
            for (std::size_t t = 0; t < wanted.size(); ++t) {
                Index const j = wanted[t];
                if (!std::isnan(scores(row, j))) continue;
                auto const inside = [&](double score) {
                    return std::clamp(score, model.bounds.floor[j], model.bounds.ceiling[j]);
                };
                predicted.push_back({row, j, inside(posterior.mean(t)), inside(posterior.quantile(t, low_end)),
                                     inside(posterior.quantile(t, high_end))});
            }
        }
    }
    std::sort(predicted.begin(), predicted.end(), [](PredictedScore const& a, PredictedScore const& b) {
        return std::pair(a.model, a.benchmark) < std::pair(b.model, b.benchmark);
    });
    return predicted;
}

} // namespace exahca
