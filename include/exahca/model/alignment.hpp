#pragma once

#include "exahca/model/linear_sem.hpp"
#include "exahca/numerics/moments.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Factors expressed in points of benchmarks: which benchmark names each factor, and the change of scale that makes one
/// unit of the factor one point of it. Factor 1 is the first of the causal order, that is, level m.
///
/// Moves only inside what the data leave open (method.md, section 1): the flag stays, the numbers become readable.
/// Source: method.md, section 6; not the formula of the paper, which hangs on an arbitrary sign.
struct Alignment
{
    std::vector<Index> labels; ///< m: the benchmark that names each factor; labels can repeat
    Matrix r2; ///< m x d: R^2 of factor i on a constant, benchmark j and factors 1 .. i-1; NaN where the benchmark
               ///< adds nothing to those factors
    Vector label_r2;  ///< m: R^2 of each factor with its label
    Matrix transform; ///< L, m x m lower triangular: aligned factors z' = L z
    Matrix factors;   ///< m x d: aligned factors from scores, z' = factors x
    Matrix loadings;  ///< d x m, points of each benchmark per unit of z', the pseudo-inverse of `factors`
};

/// Gives every factor in turn the benchmark of highest R^2 (the first of equals), takes out what the earlier factors
/// explain, and scales by the benchmark's coefficient.
///
/// \param unmixing  H, m x d, orthonormal rows, level 1 first
/// \param pooled  moments of the raw rows of the chosen domains together, not centred by domain
/// \throws NumericalFailure  when a factor does not vary, or no benchmark adds anything to the earlier factors
[[nodiscard]] Alignment align_with_benchmarks(Matrix const& unmixing, Moments const& pooled);

/// The same with labels that are given: for replicates, which follow the estimate's labels, and for domains that the
/// estimate has not seen (then `pooled` holds their moments: constant and coefficients are fitted anew).
///
/// `r2` holds every benchmark here too, so that the label which would be chosen afresh is known for factors whose
/// predecessors keep their labels.
/// \throws NumericalFailure  as above, and when a factor's coefficient on its label is zero
/// \throws InvalidInput  when there are not m labels, or one is outside 0 .. d-1
[[nodiscard]] Alignment align_to_labels(Matrix const& unmixing, Moments const& pooled, std::span<Index const> labels);

/// The causal reading in aligned units: W_k' = L W_k, A_k = I - diag(W_k') W_k'^-1, aligned loadings.
///
/// \param mixing  W_k, m x m lower triangular, before alignment (CausalReading::mixing)
[[nodiscard]] CausalReading align_reading(Alignment const& alignment, std::span<Matrix const> mixing);

} // namespace exahca
