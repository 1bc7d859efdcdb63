#pragma once

#include "exahca/estimate/noise_search.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// How many random sources of each domain are tried, and what their random numbers are keyed by.
struct SourceRestarts
{
    int count = 0;
    std::string_view purpose = "shapes";
};

/// New sources of one domain that may lead higher.
struct SourceCandidate
{
    std::size_t domain;
    double gain; ///< in the domain's part of the likelihood, nats
    NoiseParameters part;
};

/// Restarts of the sources of one domain: `first` .. `last` - 1 of all in a pass.
struct SourceBlock
{
    std::size_t domain = 0;
    int pass = 0;
    int first = 0, last = 0; ///< 0 to SourceRestarts::count
};

/// How often, at most, the sources of an optimum are restarted.
inline constexpr int most_source_passes = 4;

/// The best new sources of a domain that come close to what it has or exceed it, of those tried; the first of several
/// as good. Nothing where none does. The best of all blocks of a pass (better_of) is that of one block of all.
/// \param parameters  of the optimum, in standardised units
/// \param names       of the domains: random numbers are keyed by them
/// \param options     seed, replicate, search_index
[[nodiscard]] std::optional<SourceCandidate> best_new_sources(NoiseData const& data, NoiseParameters const& parameters,
                                                              std::span<std::string const> names,
                                                              JointOptions const& options, SourceRestarts restarts,
                                                              SourceBlock const& block);
/// The candidate of more gain; the first of two with the same.
[[nodiscard]] std::optional<SourceCandidate> better_of(std::optional<SourceCandidate> first,
                                                       std::optional<SourceCandidate> second);

/// Fits the whole model from an optimum with the new sources of one domain after the other, the most promising first,
/// and keeps what is higher. Nothing where nothing is.
/// \param candidates  one per domain at most, in the order of the domains
[[nodiscard]] std::optional<NoiseOptimum> climb(NoiseData const& data, NoiseOptimum const& optimum,
                                                std::vector<SourceCandidate> candidates);

/// Looks for better densities of the sources of an optimum, whose many local optima cost nats and let the answer depend
/// on rounding.
///
/// Given G and psi the likelihood is a sum over domains of functions of their own parameters (DomainFit). So random
/// shapes of one source, or all, and random R_k are tried many times in every domain (best_new_sources); where the best
/// new ones come close to what it had or exceed it, the whole model is fitted anew from there (climb). That again until
/// nothing is gained, or most_source_passes times.
///
/// \return at least as high as `optimum`
[[nodiscard]] NoiseOptimum restart_shapes(NoiseData const& data, NoiseOptimum optimum,
                                          std::span<std::string const> names, JointOptions const& options,
                                          SourceRestarts restarts);

/// Each domain's part of the penalised likelihood: its rows and its sources' shapes.
[[nodiscard]] std::vector<double> values_by_domain(NoiseLikelihood const& likelihood,
                                                   NoiseParameters const& parameters);

} // namespace exahca
