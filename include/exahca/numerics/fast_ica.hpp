#pragma once

#include "exahca/core/random.hpp"
#include "exahca/numerics/contrast.hpp"

#include <optional>

namespace exahca {

/// How the rows of the rotation are kept apart.
enum class Decorrelation {
    symmetric, ///< all components together, (W W')^{-1/2} W
    deflation, ///< one after the other, Gram and Schmidt
};

/// "symmetric" or "deflation".
[[nodiscard]] std::string_view name_of(Decorrelation decorrelation);
/// \throws UsageError  for any other name
[[nodiscard]] Decorrelation decorrelation_from_name(std::string_view name);

/// How FastICA ended.
enum class IcaOutcome { converged, not_converged };

struct FastIcaOptions
{
    Contrast contrast = Contrast::logcosh;
    Decorrelation decorrelation = Decorrelation::symmetric;
    double tolerance = 1e-12;         ///< on 1 - |<w, w_new>| of every component; 1e-15 to 0.1
    int max_iterations = 1000;        ///< per start, 1 or more
    int restarts = 1;                 ///< random starts, 1 or more; the best objective wins
    std::optional<Matrix> start = {}; ///< m x m, of full rank: the only start, instead of random ones
};

/// What FastICA found.
struct FastIcaResult
{
    Matrix rotation;      ///< m x m, orthonormal rows; sources = data rotation'
    Vector excess;        ///< m: E Gc(s_j) - E Gc(nu); rows are sorted by falling square
    double objective = 0; ///< sum of the squares of `excess`
    IcaOutcome outcome = IcaOutcome::not_converged;
    int iterations = 0;       ///< of the start that was kept
    int total_iterations = 0; ///< of all starts
    bool damped = false;      ///< the start that was kept needed damping
    int distinct_optima =
        0; ///< rotations met that differ by more than 2.5 degrees, order and sign apart; converged ones
    int rejected_starts = 0; ///< starts given up because two sources became parallel
};

/// Independent components of white data by fixed-point iteration (Hyvärinen and Oja 2000; method.md, section 2).
///
/// Per step w_new = E{x g(w.x)} - E{g'(w.x)} w for every row, then decorrelation. When the change has not fallen for
/// some steps, the old and the new rotation are averaged (damping): the plain iteration can cycle for ever. A start
/// whose sources come out correlated by more than 0.05 is replaced by another. Of all starts the converged one with the
/// highest objective is kept, the first of equals; an unconverged one only when there is no other. Each row's largest
/// entry is positive.
///
/// \param white  n x m, n > m, covariance (divisor n) the identity
/// \param key  its content is extended by the number of the start
/// \throws NumericalFailure  when every start was rejected
/// \throws UsageError  when an option is outside its range
[[nodiscard]] FastIcaResult fast_ica(Matrix const& white, FastIcaOptions const& options, RandomKey const& key);

} // namespace exahca
