#include "exahca/profile/treatment_effects.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/model/row_posterior.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/model/within_regression.hpp"
#include "exahca/numerics/student.hpp"
#include "exahca/profile/model_profiles.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace exahca {
namespace {

constexpr double unknown_effect = std::numeric_limits<double>::quiet_NaN();

/// A column in the form in which a regression takes it.
struct Regressors
{
    Matrix columns; ///< models x one per level but the reference, or one of numbers; NaN where there is no value
    std::vector<std::string> levels;
    std::vector<Index> counts; ///< of the levels; of numbers the models that have one
    std::string reference;
    Index reference_count = 0;
};

/// Levels by falling frequency, ties by name; rare ones are left out.
std::vector<std::pair<std::string, Index>> levels_of(std::vector<std::string> const& texts)
{
    std::map<std::string, Index> counts;
    for (auto const& text : texts)
        if (!text.empty()) ++counts[text];
    std::vector<std::pair<std::string, Index>> levels;
    for (auto const& [level, count] : counts)
        if (count >= fewest_of_level) levels.emplace_back(level, count);
    std::stable_sort(levels.begin(), levels.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
    return levels;
}

/// Numbers as they are; of texts a column of 0 and 1 for every frequent level but the most frequent, the reference.
Regressors regressors_of(KeptColumn const& column)
{
    Regressors found;
    if (auto const* numbers = std::get_if<std::vector<double>>(&column.values)) {
        found.columns = Eigen::Map<Vector const>(numbers->data(), std::ssize(*numbers));
        found.levels = {""};
        found.counts = {(found.columns.array().isFinite()).count()};
        return found;
    }
    auto const& texts = std::get<std::vector<std::string>>(column.values);
    auto const levels = levels_of(texts);
    auto const models = std::ssize(texts);
    found.columns.setZero(models, std::max<Index>(0, std::ssize(levels) - 1));
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (i == 0) {
            found.reference = levels[0].first;
            found.reference_count = levels[0].second;
            continue;
        }
        found.levels.push_back(levels[i].first);
        found.counts.push_back(levels[i].second);
    }
    for (Index row = 0; row < models; ++row) {
        auto const& text = texts[static_cast<std::size_t>(row)];
        if (text == found.reference) continue;
        auto const place = std::find(found.levels.begin(), found.levels.end(), text) - found.levels.begin();
        if (place < found.columns.cols())
            found.columns(row, place) = 1;
        else
            found.columns.row(row).setConstant(unknown_effect); // no value, or a rare one
    }
    return found;
}

/// An outcome of all models for each quantity, and how reliable it is.
struct Outcomes
{
    Matrix values, weights; ///< models x quantities

    Outcomes(Index models, Index quantities)
        : values(Matrix::Constant(models, quantities, unknown_effect)), weights(Matrix::Ones(models, quantities))
    {
    }
    /// Sets outcomes that are linear in the factors, from the column `first` on.
    /// \param rows  of these models, whose factors vary by `spread`
    /// \param maps  one row per outcome
    void set(std::vector<Index> const& rows, Index first, LeastSquaresFactors const& factors, Matrix const& spread,
             Matrix const& maps)
    {
        Matrix const linear = factors.values * maps.transpose();
        Vector const variances = (maps * spread * maps.transpose()).diagonal();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto const row = rows[i];
            values.row(row).segment(first, maps.rows()) = linear.row(static_cast<Index>(i));
            if (factors.noise[i].size() == 0) continue;
            Vector const noise = (maps * factors.noise[i] * maps.transpose()).diagonal();
            weights.row(row).segment(first, maps.rows()) =
                (variances.array() / (variances + noise).array().max(std::numeric_limits<double>::min())).transpose();
        }
    }
};

/// Effects are on `whole`, their parts through the hierarchy on `through`: in columns the factors z in causal order,
/// then the benchmarks. All in points: z of the benchmarks that name them, scores of their own.
struct AllOutcomes
{
    Outcomes whole;   ///< least-squares factors; scores as they stand
    Outcomes through; ///< C_k z, what earlier factors make of each; G z, what all factors make of each score
};

AllOutcomes outcomes_of(StoredModel const& model, TreatedModels const& models)
{
    Index const m = model.factors(), d = model.parameters.benchmarks(), n = models.scores.rows();
    AllOutcomes all{Outcomes(n, m + d), Outcomes(n, m + d)};
    for (std::size_t k = 0; k < model.parameters.domains(); ++k) {
        std::vector<Index> rows;
        for (Index i = 0; i < n; ++i)
            if (models.domains[static_cast<std::size_t>(i)] == static_cast<Index>(k)) rows.push_back(i);
        if (rows.empty()) continue;
        Matrix const scores = models.scores(rows, Eigen::all);
        auto const factors = least_squares_factors(model, k, scores);
        Matrix const& mixing = model.parameters.mixing[k];
        Vector const sources = source_moments(source_mixtures(model.parameters.shapes[k])).variances;
        Matrix const spread = mixing * sources.asDiagonal() * mixing.transpose();
        all.whole.set(rows, 0, factors, spread, Matrix::Identity(m, m));
        all.through.set(rows, 0, factors, spread, hierarchy_of(model, k));
        all.through.set(rows, m, factors, spread, model.parameters.loadings);
        for (Index j = 0; j < d; ++j)
            if (!model.unknown(static_cast<Index>(k), j)) all.whole.values(rows, m + j) = scores.col(j);
    }
    return all;
}

/// By Student's t; NaN where the regression leaves the coefficient open.
EffectInterval interval_of(WithinRegression const& fit, Index column)
{
    double const estimate = fit.estimates[column];
    if (std::isnan(estimate)) return {unknown_effect, unknown_effect, unknown_effect, unknown_effect};
    double const error = std::sqrt(fit.covariance(column, column));
    double const reach = student_quantile((1 + interval_share) / 2, fit.degrees) * error;
    return {estimate, error, estimate - reach, estimate + reach};
}

/// Refuses what no regression can tell anything of.
void check_treatment(TreatedModels const& models, Regressors const& treatment, Matrix const& design)
{
    if (treatment.columns.cols() == 0)
        throw UsageError(fmt::format("column \"{}\" has {} that {} models or more have", models.treatment.name,
                                     treatment.reference.empty() ? "no value" : "only one value", fewest_of_level),
                         "there is nothing to compare", "name another column with --treatment");
    // A column that tells the base models apart and nothing else says nothing within them.
    auto const fit = regress_within(Vector::Zero(design.rows()), design, models.domains);
    Index const first = design.cols() - treatment.columns.cols();
    if (fit.estimates.tail(design.cols() - first).array().isNaN().all())
        throw UsageError(fmt::format("column \"{}\" cannot be told apart within base models", models.treatment.name),
                         first == 0 ? "each base model has one value of it, or too few models"
                                    : "within them it follows from the columns that are adjusted for",
                         first == 0 ? "name another column with --treatment" : "adjust for fewer columns");
}

/// Levels of the treatment and what was counted; the effects are left to the caller.
TreatmentEffects count_models(TreatedModels const& models, Regressors const& treatment, Matrix const& design,
                              Matrix const& outcomes)
{
    TreatmentEffects found;
    found.treatment = models.treatment.name;
    found.reference = treatment.reference;
    found.reference_count = treatment.reference_count;
    found.levels = treatment.levels;
    found.counts = treatment.counts;
    for (auto const& column : models.adjust) found.adjusted.push_back(column.name);
    for (Index i = 0; i < design.rows(); ++i) {
        if (!design.row(i).allFinite()) {
            ++found.left_out;
            continue;
        }
        ++found.models;
        found.without_factors += std::isnan(outcomes(i, 0));
    }
    return found;
}

/// What is adjusted for, then the treatment: a level that follows from what is adjusted for has no estimate, not the
/// other way round.
Matrix design_of(TreatedModels const& models, Regressors const& treatment)
{
    std::vector<Matrix> parts;
    for (auto const& column : models.adjust) parts.push_back(regressors_of(column).columns);
    parts.push_back(treatment.columns);
    Index columns = 0;
    for (Matrix const& part : parts) columns += part.cols();
    Matrix design(models.scores.rows(), columns);
    Index next = 0;
    for (Matrix const& part : parts) {
        design.middleCols(next, part.cols()) = part;
        next += part.cols();
    }
    return design;
}

/// One level's effect on one quantity.
/// \param column  of the level in the design
TreatmentEffect effect_of(std::string const& level, Index quantity, Index column, WithinRegression const& whole,
                          WithinRegression const& through)
{
    TreatmentEffect found;
    found.level = level;
    found.quantity = quantity;
    found.effect = interval_of(whole, column);
    found.through = quantity == 0 ? EffectInterval{} : interval_of(through, column); // nothing stands before the first
    found.p_value = std::isnan(found.effect.estimate) || !(found.effect.standard_error > 0)
                        ? unknown_effect
                        : student_two_sided(found.effect.estimate / found.effect.standard_error, whole.degrees);
    found.models = whole.rows;
    return found;
}

} // namespace

LeastSquaresFactors least_squares_factors(StoredModel const& model, std::size_t k, Matrix const& scores)
{
    Index const m = model.factors();
    LeastSquaresFactors factors{Matrix::Constant(scores.rows(), m, unknown_effect),
                                std::vector<Matrix>(static_cast<std::size_t>(scores.rows()))};
    auto const known = patterned_scores(model, k, scores);
    for (RowPattern const& pattern : known.patterns) {
        if (std::ssize(pattern.observed) < m) continue;
        Matrix const loadings = model.parameters.loadings(pattern.observed, Eigen::all);
        Vector weights(std::ssize(pattern.observed)), means(weights.size());
        for (Index u = 0; u < weights.size(); ++u) {
            auto const target = score_target(model.parameters, k, pattern.observed[static_cast<std::size_t>(u)]);
            weights[u] = 1 / target.variance;
            means[u] = target.offset;
        }
        Matrix const weighted = weights.asDiagonal() * loadings; // Psi^-1 G, of the scores that are known exactly
        Eigen::FullPivLU<Matrix> const gram(loadings.transpose() * weighted);
        if (!gram.isInvertible()) continue; // these benchmarks do not tell the factors apart
        Matrix const noise = gram.inverse();
        Matrix const to_factors = noise * weighted.transpose();
        for (Index const row : pattern.rows) {
            Vector const observed = known.scores.row(row)(pattern.observed).transpose();
            factors.values.row(row) = (to_factors * (observed - means)).transpose();
            factors.noise[static_cast<std::size_t>(row)] = noise;
        }
    }
    return factors;
}

Matrix hierarchy_of(StoredModel const& model, std::size_t k)
{
    // Sources stand by level, factors in causal order: the other way round, each factor has its own source on the
    // diagonal.
    Matrix const mixing = model.parameters.mixing[k].rowwise().reverse();
    Matrix const lower = mixing.triangularView<Eigen::Lower>();
    double const scale = lower.cwiseAbs().maxCoeff();
    if (!(lower.diagonal().cwiseAbs().minCoeff() > 1e-12 * scale))
        throw NumericalFailure("a factor does not vary by itself, so that nothing can be said of what comes before it");
    Matrix const own = lower.diagonal().asDiagonal();
    Matrix hierarchy = Matrix::Identity(lower.rows(), lower.cols()) -
                       own * lower.triangularView<Eigen::Lower>().solve(Matrix::Identity(lower.rows(), lower.cols()));
    return hierarchy.triangularView<Eigen::StrictlyLower>();
}

// A regression for each quantity on one design; all effects of the treatment share one false discovery rate.
TreatmentEffects treatment_effects(StoredModel const& model, TreatedModels const& models)
{
    EXAHCA_EXPECT(std::ssize(models.domains) == models.scores.rows());
    auto const treatment = regressors_of(models.treatment);
    Matrix const design = design_of(models, treatment);
    check_treatment(models, treatment, design);

    auto const outcomes = outcomes_of(model, models);
    auto found = count_models(models, treatment, design, outcomes.whole.values);
    std::vector<WithinRegression> whole, through;
    auto const regress = [&](Outcomes const& of, Index q) {
        return regress_within(of.values.col(q), design, models.domains, of.weights.col(q));
    };
    for (Index q = 0; q < outcomes.whole.values.cols(); ++q) {
        whole.push_back(regress(outcomes.whole, q));
        through.push_back(regress(outcomes.through, q));
        found.varying_domains = std::max(found.varying_domains, whole.back().varying);
    }
    std::vector<double> p_values;
    auto const first = design.cols() - treatment.columns.cols();
    for (std::size_t level = 0; level < treatment.levels.size(); ++level)
        for (std::size_t q = 0; q < whole.size(); ++q) {
            found.effects.push_back(effect_of(treatment.levels[level], static_cast<Index>(q),
                                              first + static_cast<Index>(level), whole[q], through[q]));
            p_values.push_back(found.effects.back().p_value);
        }
    auto const rates = false_discovery_rates(p_values);
    for (std::size_t i = 0; i < rates.size(); ++i) found.effects[i].rate = rates[i];
    return found;
}

} // namespace exahca
