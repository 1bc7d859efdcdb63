#pragma once

#include "exahca/model/row_posterior.hpp"
#include "exahca/profile/stored_model.hpp"

#include <vector>

namespace exahca {

/// Factors R_k e less their mean over the models of domain k.
[[nodiscard]] std::vector<LinearTarget> factor_targets(StoredModel const& model, std::size_t k);

/// Variance that resampling the models adds to numbers that are factors, or differences of factors, as far as it turns
/// and scales them: mean_r (D_r f)_i^2 with the drifts D_r; 0 without them.
[[nodiscard]] Vector drift_variances(StoredModel const& model, Vector const& factors);

} // namespace exahca
