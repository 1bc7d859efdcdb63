#include "exahca/model/published_unmixing.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/whitening.hpp"

#include <cmath>
#include <fmt/format.h>

namespace exahca {

DomainUnmixing unmix_domain(Matrix const& scores, UnmixingOptions const& options, RandomKey const& key)
{
    if (options.factors < 1 || options.factors > scores.cols())
        throw UsageError(fmt::format("{} factors are asked for", options.factors),
                         fmt::format("there are {} benchmarks", scores.cols()),
                         fmt::format("choose 1 to {}", scores.cols()));
    auto const whitened = whiten(scores, options.factors);
    auto const ica = fast_ica(whitened.data, options.ica, key);

    // The pseudo-inverse of the mixing matrix: the rotation is orthogonal and the whitening acts in orthogonal
    // directions.
    // Whitened with divisor n, the sources get unit variance with divisor n - 1, as in the published program.
    auto const n = static_cast<double>(scores.rows());
    DomainUnmixing unmixing{std::sqrt((n - 1) / n) * (ica.rotation * whitened.transform),
                            whitened.moments,
                            whitened.explained,
                            ica.outcome,
                            ica.iterations,
                            ica.distinct_optima,
                            ica.damped};
    fix_row_signs(unmixing.matrix);
    return unmixing;
}

} // namespace exahca
