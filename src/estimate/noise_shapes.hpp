#pragma once

#include "exahca/estimate/noise_search.hpp"

#include <span>
#include <string>
#include <string_view>

namespace exahca {

/// How many random sources of each domain are tried, and what their random numbers are keyed by.
struct SourceRestarts
{
    int count = 0;
    std::string_view purpose = "shapes";
};

/// Looks for better densities of the sources of an optimum, whose many local optima cost nats and let the answer depend
/// on rounding.
///
/// Given G and psi the likelihood is a sum over domains of functions of their own parameters (DomainFit). So random
/// shapes of one source, or all, and random R_k are tried many times in every domain; where the best new ones come
/// close to what it had or exceed it, the whole model is fitted anew from there, and kept where it is higher. That
/// again until nothing is gained.
///
/// \param names    of the domains: random numbers are keyed by them
/// \param options  seed, replicate, search_index
/// \return at least as high as `optimum`
[[nodiscard]] NoiseOptimum restart_shapes(NoiseData const& data, NoiseOptimum optimum,
                                          std::span<std::string const> names, JointOptions const& options,
                                          SourceRestarts restarts);

/// Each domain's part of the penalised likelihood: its rows and its sources' shapes.
[[nodiscard]] std::vector<double> values_by_domain(NoiseLikelihood const& likelihood,
                                                   NoiseParameters const& parameters);

} // namespace exahca
