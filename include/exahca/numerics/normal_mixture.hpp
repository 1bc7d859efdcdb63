#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// A mixture of normal numbers: the distribution of one number y with P(y <= x) = sum_c w_c Phi((x - m_c) / s_c).
struct NormalMixture
{
    Vector weights;    ///< of the components, sum 1
    Vector means;      ///< in the units of the number
    Vector deviations; ///< standard deviations, positive

    [[nodiscard]] double mean() const;
    [[nodiscard]] double deviation() const; ///< standard deviation
    [[nodiscard]] double density(double value) const;
    /// Probability of at most this. Small ones keep their digits.
    [[nodiscard]] double distribution(double value) const;
    /// Probability of more than this. Small ones keep their digits.
    [[nodiscard]] double beyond(double value) const;
    /// The value below which the probability is p, to 1e-9 of the deviation. \pre 0 < p < 1
    [[nodiscard]] double quantile(double p) const;
};

/// Components of a mixture that are together less likely than this may be left out where mixtures are made.
inline constexpr double negligible_share = 1e-9;

/// The mixture without its least likely components, which are together less likely than `share`; the others' weights
/// make up for them. \pre 0 <= share < 1
[[nodiscard]] NormalMixture without_unlikely(NormalMixture const& mixture, double share = negligible_share);

/// The distribution of a - b for independent a and b: one component for each pair. Pairs that are together less likely
/// than negligible_share are left out.
[[nodiscard]] NormalMixture difference(NormalMixture const& a, NormalMixture const& b);

/// The distribution of the number plus a constant.
[[nodiscard]] NormalMixture shifted(NormalMixture mixture, double constant);

/// The distribution of the number plus an independent normal one of mean 0. \pre variance >= 0
[[nodiscard]] NormalMixture widened(NormalMixture mixture, double variance);

} // namespace exahca
