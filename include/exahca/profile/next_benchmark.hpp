#pragma once

#include "exahca/profile/model_comparison.hpp"

#include <span>
#include <vector>

namespace exahca {

/// What one score more would say of a model.
struct NextGain
{
    Index model = 0, benchmark = 0; ///< row and column of the table
    /// Shares of the variance among the models of the domain, averaged over the quantities that are to be known: what
    /// the model's scores say as things stand, and what this score is expected to add. At most 1 together; a model
    /// whose scores are surprising may know less than nothing, as its posterior may be wider than the population.
    double known = 0, gain = 0;
};

/// For every score of models of domain k that is missing, what it would say (NextScore), by row and column. A table of
/// one row without any score stands for a new model. Left out are benchmarks that the domain lacks.
/// \param wanted  quantities of the comparer that are to be known, at least one
/// \param scores  models x benchmarks, NaN where missing
/// \throws NumericalFailure  when a known score is not finite
[[nodiscard]] std::vector<NextGain> next_scores(StoredModel const& model, ModelComparer const& comparer, std::size_t k,
                                                std::span<Index const> wanted, Matrix const& scores);

/// How much each benchmark says that the others say, too: share_explained_by_others.
struct Redundancy
{
    Vector pooled;    ///< within base models, over all; NaN for benchmarks that one of them lacks
    Matrix by_domain; ///< domains x benchmarks; NaN for benchmarks that it lacks
};

/// \param models  how many each domain has, the weights of the pooled share
[[nodiscard]] Redundancy redundancy_of(StoredModel const& model, Vector const& models);

} // namespace exahca
