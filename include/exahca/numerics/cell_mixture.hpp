#pragma once

#include "exahca/numerics/conditioned_normal.hpp"
#include "exahca/numerics/normal_mixture.hpp"

#include <vector>

namespace exahca {

/// Normal numbers given that one or two others are at most their bounds, as a mixture of normal ones (compare
/// ConditionedNormal, which is exact but cannot be added to another one).
///
/// x, cut off at its bound b, is divided into cells of equal probability: with h = (b - E x)/sd x cell i is
/// Phi^-1(Phi(h) i/n) .. Phi^-1(Phi(h) (i+1)/n) in deviations of x, and a standard normal number between l and u has
///
///     E z = (phi(l) - phi(u))/P,   E z^2 = 1 + (l phi(l) - u phi(u))/P,   P = Phi(u) - Phi(l)
///
/// In a cell x counts as normal with these moments, and what hangs on it linearly follows: with g = Cov[y, x]/Var x,
/// y has the mean E y + g (E_cell x - E x) and the variance Var y - g^2 (Var x - Var_cell x). One bound: exact means
/// and variances. A second x is cut inside each cell of the first.
class CellMixture
{
public:
    static constexpr int cells_of_one = 32, cells_of_two = 12; ///< per number that is cut off

    /// Adds such a number, as a part of the mixture. \param weight  its probability
    /// \param mean, variance  of y before anything is known of x; variance above 0
    void add(double weight, double mean, double variance, CutOffNormals const& cut);

    /// All that was added, weights divided by their sum. \pre something was
    [[nodiscard]] NormalMixture mixture() const;

private:
    /// y and those x of which the bounds are still to be obeyed.
    struct Part
    {
        double weight, mean, variance; ///< of y
        Vector means;                  ///< of x
        Matrix covariance;             ///< of x
        Vector shared;                 ///< Cov[x, y]
    };

    void split(Part const& part, Vector const& bounds, int cells, std::vector<Part>& whole) const;

    std::vector<double> weights_, means_, variances_;
};

} // namespace exahca
