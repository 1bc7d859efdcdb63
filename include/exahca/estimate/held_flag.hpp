#pragma once

#include "noise_search.hpp"

#include <optional>
#include <span>
#include <string>

namespace exahca {

/// H in standardised units, orthonormal rows, of a flag of loadings: their first j columns span what the first j levels
/// move.
/// \param loadings  G in score units, benchmarks x factors in levels: H', or some of its rows
/// \throws NumericalFailure  when these benchmarks do not tell the factors apart
[[nodiscard]] Matrix standardised_flag(Matrix const& loadings, NoiseData const& data);

/// And back: what a fit in standardised units says of H in score units.
[[nodiscard]] Matrix flag_in_score_units(NoiseParameters const& parameters, NoiseData const& data);

/// Maxima of the noise-aware likelihood at flags that are held: means, noise, sources and weights are fitted anew. All
/// flags have one span, that of the first.
///
/// A fit at a flag has several starts, and the highest maximum counts: from the sources that the ICA of each domain
/// finds in the span, each placed where it suits the flag best (refit_at_flag); and from fits at other flags, if some
/// are given, whose triangles are turned to this one.
class FlagFits
{
public:
    /// \param data      outlives this object
    /// \param unmixing  see standardised_flag
    /// \throws NumericalFailure  where a factor analysis with this span, or what comes after it, fails
    FlagFits(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
             Matrix const& unmixing);

    /// \param unmixing  standardised units, orthonormal rows, with the span of the first
    /// \param near      in standardised units of the data
    /// \return nothing where all starts fail
    [[nodiscard]] std::optional<NoiseFit> at(Matrix const& unmixing, std::span<NoiseParameters const> near) const;

private:
    NoiseData const& data_;
    FactorSpan span_;
    SourceStarts sources_;
};

/// The same model at another flag: R_k becomes the upper triangle of what it is in the other factors.
[[nodiscard]] NoiseParameters at_other_flag(NoiseParameters parameters, Matrix const& unmixing);

} // namespace exahca
