#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/model/noise_likelihood.hpp"
#include "exahca/results/data_tree.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Fewer resamples say nothing of how far a fit may be off.
inline constexpr std::size_t fewest_drifts = 10;

/// The noise-aware model that a results file holds of one setting, ready to be asked about models.
struct StoredModel
{
    std::string name; ///< of the setting, as the file has it
    Setting setting;
    std::vector<std::string> benchmarks;
    /// In score units. G are the aligned loadings, so that R_k e are the factors of a model less those of its domain
    /// where all sources are 0: in causal order, in points of the benchmarks that name them.
    NoiseParameters parameters;
    Matrix factor_weights;           ///< factors x benchmarks: factors as weighted sums of scores
    std::vector<Index> labels;       ///< benchmark that names each factor
    ScoreBounds bounds;              ///< of the whole table that was fitted
    std::vector<Index> kept_columns; ///< see group_rows: benchmarks by how often their scores are cut off in the file
    /// Domains x benchmarks: whether the domain's mean is unknown, since the benchmark is missing or constant there.
    Eigen::Matrix<bool, Eigen::Dynamic, Eigen::Dynamic> unknown;

    /// Benchmarks whose noise the fit has at its lower bound (NoiseFit): factors that they name are taken for measured
    /// with next to no error, and their intervals are too narrow.
    std::vector<Index> at_bound;
    /// Of each bootstrap resample that gives the answer's flag: what it makes of the factors, less what the answer
    /// does, W_r L - I with its weights W_r and the answer's loadings L, factors x factors. Empty below
    /// fewest_drifts.
    std::vector<Matrix> drifts;
    /// How well log psi is known (model/noise_uncertainty.hpp), benchmarks x benchmarks; empty: it counts as known.
    Matrix noise_covariance;
    bool decided = false; ///< whether the likelihood decides between this answer and others

    [[nodiscard]] Index factors() const { return parameters.factors(); }
    /// The domain's number. \throws InvalidInput  for one that was not fitted, naming those that were
    [[nodiscard]] std::size_t domain(std::string const& name) const;
};

/// Settings of a results file that have such a model, by name, in the file's order.
/// \throws InvalidInput  when the tree is not one of a results file
[[nodiscard]] std::vector<std::string> settings_with_model(DataGroup const& results);

/// \param setting  one of settings_with_model
/// \throws InvalidInput  when datasets are missing, of another shape or do not fit each other
[[nodiscard]] StoredModel read_stored_model(DataGroup const& results, std::string const& setting);

/// What is known of the scores of models of domain k, as far as the model can use it: scores at or beyond the bounds
/// are cut off, and benchmarks without a known mean count as missing.
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] PatternedScores patterned_scores(StoredModel const& model, std::size_t k, Matrix const& scores);

/// Digits by which a program recognises the scores that were fitted (fingerprint of io/score_file.hpp).
[[nodiscard]] std::string const& fitted_fingerprint(DataGroup const& results);

} // namespace exahca
