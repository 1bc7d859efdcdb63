#pragma once

#include "exahca/numerics/bivariate_normal.hpp"
#include "exahca/numerics/matrix.hpp"

#include <optional>
#include <vector>

namespace exahca {

/// One or two normal numbers x, correlated with a normal number y, of which no more is known than that they are at most
/// some bounds.
struct CutOffNormals
{
    Vector bounds;     ///< less the means of x, in its units
    Matrix covariance; ///< of x, positive definite also given y
    Vector shared;     ///< Cov[x, y]
};

/// A normal number y given that such numbers x are at most their bounds.
///
/// Its density, phi(y) Phi(bounds of x given y) but for a constant, is log-concave. The distribution function is that
/// integrated by Gauss-Legendre rules of ten points between breaks at multiples of y's deviation, and at the place and
/// of the width where each bound begins to matter; to about 1e-9, in absolute terms.
class ConditionedNormal
{
public:
    /// \param mean, variance             of y before anything is known of x; variance above 0
    /// \param true_mean, true_deviation  of y afterwards (truncate_normal, BivariateNormal::truncate), which place the
    ///                                   breaks
    ConditionedNormal(double mean, double variance, CutOffNormals const& cut, double true_mean, double true_deviation);

    [[nodiscard]] double density(double y) const;
    /// P(y <= value)
    [[nodiscard]] double distribution(double value) const;

private:
    void place_breaks(double true_mean, double true_deviation);
    [[nodiscard]] double log_density(double y) const; // but for a constant
    [[nodiscard]] double integrate(double from, double to) const;

    double mean_, deviation_;
    // The bounds in deviations of x given y: start + slope (y - mean).
    Vector starts_, slopes_;
    std::optional<BivariateNormal> pair_; // x given y, where there are two
    double top_ = 0;                      // of the log density at the breaks
    double total_ = 1;                    // integral of exp(log density - top)
    std::vector<double> breaks_, below_;  // and the integral up to each
};

} // namespace exahca
