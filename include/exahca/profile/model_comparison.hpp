#pragma once

#include "exahca/model/row_posterior.hpp"
#include "exahca/numerics/normal_mixture.hpp"
#include "exahca/profile/model_profiles.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace exahca {

/// What a model's scores say of all that models are compared in (ModelComparer), given the fit.
struct ModelPosterior
{
    std::size_t domain = 0;                ///< of the setting
    std::vector<NormalMixture> quantities; ///< less the mean of the domain's models
    Vector factors;                        ///< posterior means of the factors, less the same
    /// What the error of the fitted noise does to the quantities: by node of its distribution, the same for all models,
    /// quantities x nodes, and to their own variances.
    Matrix noise_shifts;
    Vector noise_variances;

    /// Variance of both in one quantity.
    [[nodiscard]] double noise_error(Index quantity) const
    {
        return noise_variances[quantity] + noise_shifts.row(quantity).squaredNorm();
    }
};

/// How much more of something one model has than another one; NaN where the two cannot be compared in it.
struct Difference
{
    /// Posterior mean, and the ends of the central 90 % interval.
    double mean = 0, low = 0, high = 0;
    double better = 0; ///< probability that the difference is above 0
    double worse = 0;  ///< probability that it is not; small ones keep their digits, as those of `better` do
    /// False discovery rate at which the sign of `mean` can be told (false_sign_rates). Of comparisons that stand alone
    /// the smaller of the two probabilities.
    double rate = 0;
};

/// What may be said of a difference.
enum class Verdict { better, worse, open };

/// A sign is told where the false discovery rate is at most `rate` and where that sign itself is wrong with a
/// probability of at most least_sure: among many that are sure, a rate alone would let a coin decide (local false
/// discovery rates: B. Efron, Large-Scale Inference, 2010, section 5.1).
inline constexpr double least_sure = 0.2;
[[nodiscard]] Verdict verdict_of(Difference const& difference, double rate);

/// Compares models in quantities that the fitted model knows, in this order:
///
/// - its m *factors* in causal order, in points of the benchmarks that name them;
/// - the *true scores* mu_j + a_j' e of the d benchmarks, in points: what a model would score without the benchmark's
///   noise. What a benchmark measures that no other does counts as noise;
/// - *all benchmarks*: the mean over benchmarks of true scores in standard deviations, (mu_j + a_j' e)/s_j for j in S,
///   with s_j^2 the mean over domains of the variance of scores of benchmark j under the fit, noise included, and S the
///   benchmarks whose means are known in every domain.
///
/// Given the fit, scores of two models share nothing, so that a difference is one of independent numbers, each a
/// mixture of normal ones (RowPosterior::mixture), and the distribution of the difference is exact but for cells of
/// scores that are cut off. Where the model has drifts D_r from resamples, factors get a normal number of the variance
/// mean_r (D_r (f_a - f_b))_i^2 at the posterior means f: a turn of the factors moves both models. All quantities get
/// what another noise would add (StoredModel::noise_covariance). Not included: the error of sources and of the domains'
/// means, and that of the answer's flag.
class ModelComparer
{
public:
    /// Keeps a reference to the model.
    explicit ModelComparer(StoredModel const& model);

    [[nodiscard]] Index quantities() const { return centres_.cols(); }
    [[nodiscard]] Index factors() const { return model_.factors(); }

    /// Takes the posteriors of models of domain k one by one, those of one pattern of known scores together.
    /// \param scores   models x benchmarks, NaN where missing
    /// \param visitor  gets the row of the table and what it says; every row once
    /// \param wanted   the only quantities that are; none: all. Others have no components
    /// \throws NumericalFailure  when a known score is not finite
    void visit(std::size_t k, Matrix const& scores,
               std::function<void(Index row, ModelPosterior const&)> const& visitor,
               std::span<Index const> wanted = {}) const;

    /// What each resample adds to factor i of a model, for rank_models; empty without drifts and for other quantities.
    [[nodiscard]] std::vector<double> shifts(ModelPosterior const& model, Index quantity) const;

    /// a less b, quantity by quantity.
    [[nodiscard]] std::vector<Difference> compare(ModelPosterior const& a, ModelPosterior const& b) const;

    /// A model less the median of all models of its domain that the fit can imagine, which counts as known.
    [[nodiscard]] std::vector<Difference> compare_with_median(ModelPosterior const& a) const;

    /// Means of the quantities over the models of each domain, domains x quantities; NaN where the fit knows none. To
    /// be added to ModelPosterior to compare models of different domains.
    [[nodiscard]] Matrix const& centres() const { return centres_; }

    /// The quantities of a model of domain k in its sources, less the means of the domain.
    [[nodiscard]] std::vector<LinearTarget> const& targets(std::size_t k) const { return targets_[k]; }

private:
    StoredModel const& model_;
    Matrix centres_;                                 // domains x quantities
    Matrix medians_;                                 // the same, less the centres
    Matrix readout_;                                 // quantities x factors
    std::vector<std::vector<LinearTarget>> targets_; // by domain: quantities less their means
};

/// The false discovery rate at which each of some signs can be told: the expected share of wrong ones among all that
/// are at least as sure. With q_(1) <= q_(2) <= .. the probabilities that the likelier sign is wrong, it is the mean of
/// q_(1) .. q_(i), i the last with the same probability.
///
/// Where the model holds, telling the signs with a rate of at most alpha is wrong in an expected share of at most alpha
/// of them, given the data, whatever their number (P. Müller, G. Parmigiani, C. Robert, J. Rousseau, J. Am. Stat.
/// Assoc. 99 (2004), 990; signs instead of nulls: M. Stephens, Biostatistics 18 (2017), 275, whose s-value this is).
/// \param wrong  probability that the likelier sign is wrong, 0 to .5; NaN: not compared, and NaN is returned
[[nodiscard]] std::vector<double> false_sign_rates(std::span<double const> wrong);

/// Sets the rates of comparisons of many models, quantity by quantity.
/// \param models  differences of each model, equally many
void set_rates(std::span<std::vector<Difference>* const> models);

} // namespace exahca
