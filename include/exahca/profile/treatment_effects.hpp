#pragma once

#include "exahca/model/kept_column.hpp"
#include "exahca/profile/stored_model.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What models of several domains scored, and columns that were kept with them.
struct TreatedModels
{
    std::vector<Index> domains; ///< of the setting, one per model
    Matrix scores;              ///< models x benchmarks of the fit, NaN where missing
    KeptColumn treatment;       ///< one value per model
    std::vector<KeptColumn> adjust;
};

/// A difference with its 90 % interval, in points.
struct EffectInterval
{
    double estimate = 0, standard_error = 0, low = 0, high = 0; ///< NaN where the models tell none
};

/// What goes with one level of the treatment, or with one unit of it, in one quantity.
struct TreatmentEffect
{
    std::string level;     ///< of a treatment of texts, against the reference; empty for numbers
    Index quantity = 0;    ///< factors in causal order, then benchmarks
    EffectInterval effect; ///< within domains, adjusted
    /// The part of it that comes through earlier factors (of a factor: 0 of the first) or through all factors (of a
    /// benchmark), by the hierarchy of each model's own domain.
    EffectInterval through;
    double p_value = 0; ///< of no difference, two-sided
    double rate = 0;    ///< false discovery rate at which a difference is told, among all of the treatment
    Index models = 0;   ///< that the estimate rests on
};

/// What `treatment_effects` found.
struct TreatmentEffects
{
    std::string treatment;
    std::string reference;           ///< the most frequent level; empty for numbers
    std::vector<std::string> levels; ///< compared with the reference, by falling frequency; one empty text for numbers
    std::vector<Index> counts;       ///< models of each of these; of numbers all models
    Index reference_count = 0;
    std::vector<std::string> adjusted;
    Index models = 0;          ///< with a treatment and all columns adjusted for
    Index left_out = 0;        ///< without
    Index without_factors = 0; ///< of the models, those that know too few scores to say anything of the factors
    Index varying_domains = 0; ///< domains in which the treatment, or a column adjusted for, varies
    std::vector<TreatmentEffect> effects; ///< by level, then by quantity
};

/// Levels with fewer models are pooled into none: they are left out, with their models.
inline constexpr Index fewest_of_level = 5;

/// Differences of factors and benchmarks between levels of a treatment, or per unit of it, within domains:
/// regress_within with a column for each level but the reference, and with columns adjusted for likewise.
///
/// The outcome of a factor is not its posterior mean, which is drawn towards the mean of the domain and would make
/// every difference too small, but the generalised least squares of the factors from the scores that a model knows
/// exactly, (A' Psi_k^-1 A)^-1 A' Psi_k^-1 (x - mu_k) with A the aligned loadings: given the factors its mean is the
/// factors (scores for outcomes: A. Skrondal and P. Laake, Psychometrika 66 (2001), 563). Its noise makes intervals
/// wider and nothing else; models weigh as much as what they know of the outcome is reliable: the variance of the
/// outcome in the domain over that plus its noise, so that one with hardly enough scores does not drown the others.
/// Scores that are cut off count as missing there; of a benchmark its scores count as they stand.
///
/// Through the hierarchy: in domain k factors are z = L_k e with L_k triangular, so that z = C_k z + u with C_k = I -
/// diag(L_k) L_k^-1 strictly lower triangular in causal order. The part of an effect on z_i through earlier factors is
/// the effect on (C_k z)_i, that on a benchmark through the factors is the effect on (A z)_j.
///
/// Intervals hold the spread of models and the noise of their scores, whatever their variances (HC3, Student's t). The
/// fitted model counts as known, and models as independent of each other.
/// \throws UsageError  when the treatment has one level only, or no domain holds two values of it
[[nodiscard]] TreatmentEffects treatment_effects(StoredModel const& model, TreatedModels const& models);

/// Generalised least squares of the factors of some models.
struct LeastSquaresFactors
{
    Matrix
        values; ///< models x factors in causal order; NaN where fewer scores are known exactly than there are factors
    std::vector<Matrix> noise; ///< covariance of each model's values given its factors; empty where there are none
};
/// \param scores  of models of domain k
[[nodiscard]] LeastSquaresFactors least_squares_factors(StoredModel const& model, std::size_t k, Matrix const& scores);
/// C_k. \throws NumericalFailure  where a factor of the domain does not vary by itself
[[nodiscard]] Matrix hierarchy_of(StoredModel const& model, std::size_t k);

} // namespace exahca
