#pragma once

#include "exahca/profile/stored_model.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace exahca {

/// Ways to predict a missing score.
enum class Predictor {
    model,    ///< the fitted model (predict_scores)
    means,    ///< means of rows and columns within the base model (complete_by_means)
    gaussian, ///< a Gaussian for each base model (complete_by_gaussian)
    low_rank, ///< low rank over all base models, about their means (complete_by_low_rank)
};
inline constexpr std::size_t predictors = 4;
/// For tables: "fitted model", "row and column means", "Gaussian", "low rank".
[[nodiscard]] std::string_view to_string(Predictor predictor);

/// How well hidden scores were predicted.
struct PredictionScores
{
    std::int64_t scores = 0; ///< that were hidden and predicted
    /// Root mean square of prediction less score, in pooled standard deviations of the benchmarks within base models:
    /// about 1 for the base model's mean, which is no better than a guess.
    std::array<double, predictors> error{};
    double held = 0, width = 0; ///< of the model's 90 % intervals: share that holds the score; mean width in deviations
    double gaussian_held = 0, gaussian_width = 0; ///< the same of the Gaussians'
};

/// Cross-validation of predictions.
struct PredictionCheck
{
    int folds = 0;
    std::int64_t models = 0;      ///< whose scores were hidden, a fold at a time
    std::int64_t too_few = 0;     ///< models with one known score, of which nothing can be hidden
    std::int64_t unpredicted = 0; ///< hidden scores of benchmarks that the others leave without a mean in their domain
    PredictionScores all;
    std::vector<PredictionScores> domains;    ///< of the setting
    std::vector<PredictionScores> benchmarks; ///< of the table
    Vector deviations;                        ///< of each benchmark, in score units: what errors are divided by
};

struct PredictionCheckOptions
{
    int folds = 5;          ///< a score is hidden in one of them, at least 2
    std::uint64_t seed = 1; ///< which scores are hidden together
};

/// Hides the known scores of the models, a fold at a time: those of each model go to the folds in turn, in random order
/// from a random fold on, so that no fold takes all of them. The model is fitted again to what is left (fit_noise, from
/// the stored parameters, which saw the hidden scores: the optimum that a search of its own would end at may be another
/// one), and so are its rivals.
///
/// Scores at a bound are hidden, too. Their prediction is right as far as the bound, which intervals never leave.
///
/// \param scores  those that were fitted, one matrix per domain of the setting, NaN where missing
/// \throws InvalidInput  when what a fold leaves cannot be fitted
[[nodiscard]] PredictionCheck check_predictions(StoredModel const& model, std::span<Matrix const> scores,
                                                PredictionCheckOptions const& options);

} // namespace exahca
