#pragma once

#include "exahca/model/flag.hpp"
#include "exahca/numerics/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

struct Interval
{
    double low;
    double high;
};

/// Wilson's score interval for a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927).
/// \param confidence  0 to 1, usually 0.95. \pre 0 <= successes <= trials; [0, 1] when there are no trials
[[nodiscard]] Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

/// The p-value of a test by replicates: p = (1 + as extreme) / (1 + replicates), the observed counted as one of them
/// (A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.1).
struct ReplicateTest
{
    double p_value; ///< of the replicates that have a value
    double low;     ///< were no failed replicate as extreme as the observed
    double high;    ///< were all of them
};
/// \param as_extreme  replicates that are at least as extreme as the observed, of those with a value
/// \param failed      replicates without a value
/// \pre 0 <= as_extreme <= replicates
[[nodiscard]] ReplicateTest replicate_test(std::int64_t as_extreme, std::int64_t replicates, std::int64_t failed);

/// Equal-tailed percentile interval, linear interpolation between order statistics; NaN values are passed over, and no
/// values give NaN.
[[nodiscard]] Interval percentile_interval(std::span<double const> values, double confidence = 0.90);

/// flag_angles as a plain list, for tables: degrees, entry j - 1 compares the spans of the last j rows.
[[nodiscard]] std::vector<double> flag_angles_list(Matrix const& a, Matrix const& b);

/// NaN when there is no value.
[[nodiscard]] double median(std::vector<double> values);

/// One flag and the replicates that share it.
struct FlagGroup
{
    Matrix unmixing; ///< the leader's H
    /// Positions of the replicates within the angle of the leader at every level and of no earlier leader, rising.
    std::vector<std::size_t> members{};
};

/// How far replicates agree with an estimate.
struct FlagSupport
{
    std::int64_t replicates;                   ///< successful ones
    std::int64_t agreeing;                     ///< within the angle of the estimate at every level
    std::vector<std::int64_t> agreeing_levels; ///< within the angle at each level by itself
    std::vector<bool> agrees;                  ///< for each replicate
    std::vector<FlagGroup> groups;             ///< the estimate's first, then by falling number of members
};

/// Leader clustering: the estimate leads the first group, then `candidates` (its runners-up), then each replicate that
/// no group took, in order.
/// \param replicates  H of every successful replicate
[[nodiscard]] FlagSupport flag_support(Matrix const& estimate, std::span<Matrix const> candidates,
                                       std::span<Matrix const> replicates, double degrees = same_flag_degrees);

} // namespace exahca
