#pragma once

#include <algorithm>
#include <cmath>

namespace exahca {

/// A distribution function and its slope at one value.
struct DistributionAt
{
    double probability = 0, density = 0;
};

/// The value at which a continuous distribution function reaches p. Newton's steps where they stay inside the bracket
/// and halve what is left, else bisection: between the components of a mixture the density may nearly vanish.
///
/// \param at         DistributionAt of a value
/// \param low, high  values with probabilities of at most and at least p; low <= high
/// \param start      where to begin, in between
/// \param close      how close to come, above 0
template <class At>
[[nodiscard]] double find_quantile(At const& at, double p, double low, double high, double start, double close)
{
    double value = std::clamp(start, low, high);
    for (double last = high - low; high - low > close;) {
        DistributionAt const here = at(value);
        double const excess = here.probability - p;
        (excess < 0 ? low : high) = value;
        double next = value - excess / here.density;
        if (!(next > low && next < high) || std::abs(next - value) > 0.5 * last) next = 0.5 * (low + high);
        last = std::abs(next - value);
        if (last < close || next <= low || next >= high) return next;
        value = next;
    }
    return 0.5 * (low + high);
}

} // namespace exahca
