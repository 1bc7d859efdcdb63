#pragma once

#include "exahca/numerics/density.hpp"

#include <array>

namespace exahca::detail {

/// The families that `extended` chooses from.
inline constexpr std::array<DensityFamily, 3> extended_families = {DensityFamily::sech, DensityFamily::gauss,
                                                                   DensityFamily::bimodal};

/// A family of `extended` and the factor that a source has to be multiplied by for it.
struct ExtendedFamily
{
    DensityFamily family = DensityFamily::sech;
    double scale = 1; ///< e^-1 to e, in steps of e^0.1
};

/// The family of highest likelihood, each at its own best scale: the families have different variances.
/// \param values  of one source about its mean
[[nodiscard]] ExtendedFamily likeliest_extended_family(Vector const& values);

/// By how many nats sech or bimodal, at its best scale, is likelier than a normal density; negative where it is not.
/// \param values  of one source about its mean, of unit variance
[[nodiscard]] double gain_over_gauss(Vector const& values);

} // namespace exahca::detail
