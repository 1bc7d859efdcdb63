#pragma once

#include "exahca/estimate/noise_search.hpp"

#include <span>

namespace exahca {

/// A better optimum put together from several that share a flag.
///
/// Given G and psi the likelihood is a sum over domains, each with an R_k, mu_k and shapes of its own, and each may sit
/// in a poor local optimum of its shapes while another search found a better one there. The domains in which another
/// optimum is higher are carried over, R_k by least squares into the first one's G, and everything is fitted anew; what
/// is higher is kept, and that again until nothing helps.
///
/// \param best     the highest of all
/// \param others   any; those whose flag differs by `degrees` or more are left out
/// \return at least as high as `best`
[[nodiscard]] NoiseOptimum cross(NoiseData const& data, NoiseOptimum best, std::span<NoiseOptimum const> others,
                                 double degrees);

} // namespace exahca
