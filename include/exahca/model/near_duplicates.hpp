#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Two models of a domain count as near duplicates up to this distance.
inline constexpr double near_duplicate_distance = 0.1;

/// Distances between the models of one domain, in units of its benchmarks' standard deviations: the root of the mean
/// over the benchmarks that both have of their squared difference. In benchmarks without variation models do not
/// differ.
class StandardDistance
{
public:
    /// \param scores  models x benchmarks, NaN where missing
    explicit StandardDistance(Matrix const& scores);

    /// Between two rows; infinite when they share fewer than half of the benchmarks: they could be anything.
    [[nodiscard]] double operator()(Index a, Index b) const;
    [[nodiscard]] bool are_near(Index a, Index b) const { return (*this)(a, b) <= near_duplicate_distance; }

private:
    Matrix standardised_; ///< benchmarks x models
};

} // namespace exahca
