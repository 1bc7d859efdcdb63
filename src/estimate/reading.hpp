#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/model/alignment.hpp"

namespace exahca {

/// Everything that is reported of one fitted order: aligned factors, weights and effects (method.md, sections 3, 6, 7).
struct Reading
{
    Alignment alignment;
    CausalReading causal; ///< in aligned units
    std::vector<Matrix> total_effects;
    std::vector<Matrix> benchmark_effects;
};

/// Reads an order under given labels, or under fresh ones when none are given.
///
/// \param unmixing       H, m x d, orthonormal rows
/// \param factor_scores  m x d: factors of centred scores; H itself when residuals are isotropic
/// \throws NumericalFailure  see align_with_benchmarks, read_causally
[[nodiscard]] Reading read_order(Matrix const& unmixing, Matrix const& factor_scores, std::span<Matrix const> triangles,
                                 Moments const& pooled, std::span<Index const> labels = {});

/// Fills the fields that the records of estimates and replicates share.
void put_reading(RecordBuilder& record, Reading const& reading);

} // namespace exahca
