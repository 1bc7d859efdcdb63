#include "exahca/profile/prediction_check.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/model/completion.hpp"
#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_fit.hpp"
#include "exahca/numerics/normal.hpp"
#include "exahca/profile/model_profiles.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// The fold of every score, models x benchmarks; -1: missing, or never hidden.
using Folds = Eigen::Matrix<int, Eigen::Dynamic, Eigen::Dynamic>;

/// Known scores of a model go to the folds in turn, in random order, so that none takes all of two and more.
Folds assign_folds(Matrix const& scores, std::string const& domain, PredictionCheckOptions const& options)
{
    RandomStream random({options.seed, "prediction-check", 0, domain, static_cast<std::uint64_t>(options.folds)});
    Folds folds = Folds::Constant(scores.rows(), scores.cols(), -1);
    for (Index i = 0; i < scores.rows(); ++i) {
        std::vector<Index> known;
        for (Index j = 0; j < scores.cols(); ++j)
            if (!std::isnan(scores(i, j))) known.push_back(j);
        auto const order = random.permutation(static_cast<std::uint64_t>(known.size()) + (known.empty() ? 1 : 0));
        auto const first = random.below(static_cast<std::uint64_t>(options.folds));
        if (known.size() < 2) continue;
        for (std::size_t p = 0; p < known.size(); ++p)
            folds(i, known[static_cast<std::size_t>(order[p])]) =
                static_cast<int>((first + p) % static_cast<std::uint64_t>(options.folds));
    }
    return folds;
}

/// The scores of all domains without those of one fold.
std::vector<Matrix> hide(std::span<Matrix const> scores, std::vector<Folds> const& folds, int fold)
{
    std::vector<Matrix> left(scores.begin(), scores.end());
    for (std::size_t k = 0; k < left.size(); ++k) left[k] = (folds[k].array() == fold).select(std::nan(""), left[k]);
    return left;
}

/// The stored model fitted to other scores of the same models, from where it is. Of what it returns parameters, bounds
/// and unknown means count: its factors are another representative, without names.
StoredModel refit(StoredModel model, std::span<Matrix const> scores)
{
    auto& parameters = model.parameters;
    // By level, the last factor of the causal order first: then the R_k are upper triangular, as fits have them.
    parameters.loadings = parameters.loadings.rowwise().reverse().eval();
    for (Matrix& mixing : parameters.mixing)
        mixing = Matrix(Matrix(mixing.colwise().reverse()).triangularView<Eigen::Upper>());
    auto const data = noise_data(scores, model.bounds, parameters.known_noise);
    auto const fit = fit_noise(data.domains, in_standard_units(parameters, data));
    parameters = in_score_units(fit.parameters, data);
    for (std::size_t k = 0; k < scores.size(); ++k)
        for (Index j = 0; j < scores[k].cols(); ++j)
            if (is_constant(scores[k].col(j))) model.unknown(static_cast<Index>(k), j) = true;
    return model;
}

/// Within-domain standard deviation of each benchmark, over all known scores.
Vector pooled_deviations(std::span<Matrix const> scores)
{
    Index const d = scores.front().cols();
    Vector squares = Vector::Zero(d), counts = Vector::Zero(d);
    for (Matrix const& domain : scores) {
        auto const moments = column_moments(domain);
        squares += moments.squares;
        counts += moments.counts;
    }
    return (squares.array() / counts.array().max(1)).sqrt().max(1e-300);
}

/// Predictions of everything that is missing, by the rivals, and the Gaussians' standard deviations.
struct Rivals
{
    std::vector<Matrix> means, gaussian, gaussian_deviations, low_rank;
};

/// What the rivals predict, in score units.
/// \param deviations  within domains, in score units \param rank  of the low-rank completion
Rivals complete(std::span<Matrix const> left, Vector const& deviations, Index rank)
{
    Rivals rivals;
    Index rows = 0, row = 0;
    for (Matrix const& domain : left) rows += domain.rows();
    // Low rank is one matrix for all: about the domains' means, in deviations. A column that a domain lacks has no
    // mean.
    Matrix stacked(rows, deviations.size());
    std::vector<Vector> centres;
    for (Matrix const& domain : left) {
        rivals.means.push_back(complete_by_means(domain, deviations));
        auto gaussian = complete_by_gaussian(domain);
        rivals.gaussian.push_back(std::move(gaussian.means));
        rivals.gaussian_deviations.push_back(std::move(gaussian.deviations));
        Vector centre = column_moments(domain).means;
        stacked.middleRows(row, domain.rows()) =
            ((domain.rowwise() - centre.transpose()) * deviations.cwiseInverse().asDiagonal()).matrix();
        row += domain.rows();
        centres.push_back(std::move(centre));
    }
    Matrix const filled = complete_by_low_rank(stacked, std::min(rank, deviations.size() - 1));
    row = 0;
    for (std::size_t k = 0; k < left.size(); ++k) {
        Matrix const part = filled.middleRows(row, left[k].rows()) * deviations.asDiagonal();
        rivals.low_rank.emplace_back(part.rowwise() + centres[k].transpose());
        row += left[k].rows();
    }
    return rivals;
}

/// Sums that become PredictionScores.
void add(PredictionScores& sums, std::array<double, predictors> const& squares, bool held, double width,
         bool gaussian_held, double gaussian_width)
{
    ++sums.scores;
    for (std::size_t p = 0; p < predictors; ++p) sums.error[p] += squares[p];
    sums.held += held;
    sums.width += width;
    sums.gaussian_held += gaussian_held;
    sums.gaussian_width += gaussian_width;
}

/// Sums become root mean squares, shares and means.
void finish(PredictionScores& sums)
{
    auto const count = static_cast<double>(sums.scores);
    for (double& error : sums.error) error = std::sqrt(error / count);
    for (double* share : {&sums.held, &sums.width, &sums.gaussian_held, &sums.gaussian_width}) *share /= count;
}

/// What one fold's predictions are worth. Errors and widths count in deviations of the benchmark, so that benchmarks
/// can be averaged; predictions and intervals are moved into the scale first, the rivals' like the model's.
void judge(StoredModel const& refitted, std::span<Matrix const> scores, std::vector<Matrix> const& left,
           std::vector<Folds> const& folds, int fold, PredictionCheck& check)
{
    auto const rivals = complete(left, check.deviations, refitted.factors());
    double const reach = normal_quantile((1 + interval_share) / 2);
    for (std::size_t k = 0; k < scores.size(); ++k) {
        std::int64_t hidden = (folds[k].array() == fold).count();
        for (auto const& predicted : predict_scores(refitted, k, left[k])) {
            Index const i = predicted.model, j = predicted.benchmark;
            if (folds[k](i, j) != fold) continue; // missing to begin with
            --hidden;
            auto const inside = [&](double x) {
                return std::clamp(x, refitted.bounds.floor[j], refitted.bounds.ceiling[j]);
            };
            double const score = inside(scores[k](i, j)), unit = check.deviations[j];
            double const guesses[predictors] = {predicted.mean, inside(rivals.means[k](i, j)),
                                                inside(rivals.gaussian[k](i, j)), inside(rivals.low_rank[k](i, j))};
            std::array<double, predictors> squares{};
            for (std::size_t p = 0; p < predictors; ++p) squares[p] = std::pow((guesses[p] - score) / unit, 2);
            double const half = reach * rivals.gaussian_deviations[k](i, j), centre = rivals.gaussian[k](i, j);
            double const low = inside(centre - half), high = inside(centre + half);
            for (auto* sums : {&check.all, &check.domains[k], &check.benchmarks[static_cast<std::size_t>(j)]})
                add(*sums, squares, predicted.low <= score && score <= predicted.high,
                    (predicted.high - predicted.low) / unit, low <= score && score <= high, (high - low) / unit);
        }
        check.unpredicted += hidden;
    }
}

} // namespace

std::string_view to_string(Predictor predictor)
{
    switch (predictor) {
    case Predictor::model:
        return "fitted model";
    case Predictor::means:
        return "row and column means";
    case Predictor::gaussian:
        return "Gaussian";
    case Predictor::low_rank:
        return "low rank";
    }
    throw std::logic_error("a predictor has no name");
}

PredictionCheck check_predictions(StoredModel const& model, std::span<Matrix const> scores,
                                  PredictionCheckOptions const& options)
{
    EXAHCA_EXPECT(options.folds >= 2 && scores.size() == model.setting.domains.size());
    PredictionCheck check;
    check.folds = options.folds;
    check.domains.resize(scores.size());
    check.benchmarks.resize(model.benchmarks.size());
    check.deviations = pooled_deviations(scores);
    std::vector<Folds> folds;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        folds.push_back(assign_folds(scores[k], model.setting.domains[k], options));
        for (Index i = 0; i < scores[k].rows(); ++i)
            ++((folds.back().row(i).array() >= 0).any() ? check.models : check.too_few);
    }
    for (int fold = 0; fold < options.folds; ++fold) {
        auto const left = hide(scores, folds, fold);
        try {
            judge(refit(model, left), scores, left, folds, fold, check);
        } catch (NumericalFailure const& failure) {
            throw InvalidInput(fmt::format("fold {} of {} cannot be fitted", fold + 1, options.folds), failure.what(),
                               "hide fewer scores at a time with more --folds");
        }
    }
    finish(check.all);
    for (auto* parts : {&check.domains, &check.benchmarks})
        for (auto& part : *parts) finish(part);
    return check;
}

} // namespace exahca
