#pragma once

#include "exahca/profile/treatment_effects.hpp"

#include <string>
#include <vector>

namespace exahca {

/// One capability of the models of a quarter: points of the benchmark that names it, above the mean of the base model's
/// models. NaN where fewer than fewest_of_level models are there.
struct CapabilityQuartiles
{
    double median = 0, lower = 0, upper = 0; ///< quartiles, linear between models (Hyndman and Fan 1996, type 7)
    double median_low = 0, median_high = 0;  ///< interval that holds the median of such models in 90 % or more
};

/// Models of one base model whose values of the column lie beside each other.
struct CurveQuarter
{
    int number = 0;          ///< 1: a quarter of the base model's models, those of the lowest values, to 4
    double from = 0, to = 0; ///< lowest and highest value
    Index models = 0;
    std::vector<CapabilityQuartiles> capabilities; ///< in causal order
};

/// How capabilities go with a number that was kept beside the scores.
struct CapabilityCurves
{
    std::string column;
    Index models = 0;          ///< with a value and known factors
    Index left_out = 0;        ///< without a value
    Index without_factors = 0; ///< of the others, those that know too few scores to say anything of the factors
    std::vector<std::vector<CurveQuarter>> domains; ///< by rising values, at most four each
};

/// Quartiles of the factors of models by quarters of a number, within each domain.
///
/// Models belong to the quarter that the middle of the ranks of their value lies in, so that equal values stay
/// together: with many of one value quarters are of different size, or fewer. Factors are generalised least squares, as
/// in treatment_effects, less the domain's mean: unlike posterior means they are not drawn towards it, and their spread
/// is that of the models and of the noise of their scores. The interval of the median is [x_(r), x_(n+1-r)] with the
/// largest r for which a binomial number of n and 1/2 is below r with 5 % or less (H. A. David and H. N. Nagaraja,
/// Order Statistics, 3rd edition, section 7.1), so that five models are the fewest that give one. \pre models.treatment
/// is the column \throws UsageError  when the column holds texts, or no domain two values of it
[[nodiscard]] CapabilityCurves capability_curves(StoredModel const& model, TreatedModels const& models);

} // namespace exahca
