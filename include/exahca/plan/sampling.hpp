#pragma once

#include <cstddef>
#include <span>

namespace exahca {

/// An amount that is estimated: between low and high with some 90 % confidence. high is infinite where nothing is
/// known.
struct Range
{
    double low = 0, middle = 0, high = 0;

    Range& operator+=(Range const& other);
    [[nodiscard]] Range times(double factor) const { return {factor * low, factor * middle, factor * high}; }
};

/// Seconds of processor time that the calling thread has used.
[[nodiscard]] double thread_seconds();

/// Mean of some samples with its 90 % interval by Student's t; one sample says nothing of the spread, and counts for
/// half to double. \pre there is a sample
[[nodiscard]] Range mean_with_range(std::span<double const> samples);

/// The number below 1 whose binary digits are those of `i` mirrored: 1/2, 1/4, 3/4, 1/8, ... for i = 1, 2, 3, 4, ...
/// Positions taken by it cover a list evenly, however soon one stops.
[[nodiscard]] double mirrored(std::size_t i);

} // namespace exahca
