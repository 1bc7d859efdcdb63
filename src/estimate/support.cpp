#include "exahca/estimate/support.hpp"

#include "exahca/model/flag.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

/// The order statistic at `share` of the way from the least to the greatest, interpolated linearly between neighbours.
/// Reorders the values: two of them are wanted of thousands, not all.
double quantile(std::vector<double>& values, double share)
{
    double const position = share * static_cast<double>(values.size() - 1);
    auto const whole = std::floor(position);
    auto const below = values.begin() + static_cast<std::ptrdiff_t>(whole);
    std::nth_element(values.begin(), below, values.end());
    double const above = below + 1 == values.end() ? *below : *std::min_element(below + 1, values.end());
    return std::lerp(*below, above, position - whole);
}

} // namespace

Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence)
{
    if (trials == 0) return {0, 1};
    double const z = boost::math::quantile(boost::math::normal(), (1 + confidence) / 2);
    auto const n = static_cast<double>(trials);
    double const share = static_cast<double>(successes) / n;
    // Centre and half width of the score interval: the shares p with (share - p)^2 <= z^2 p (1 - p)/n.
    double const centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    double const half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // The share itself lies inside; rounding must not put it outside.
    return {std::clamp(centre - half, 0.0, share), std::clamp(centre + half, share, 1.0)};
}

ReplicateTest replicate_test(std::int64_t as_extreme, std::int64_t replicates, std::int64_t failed)
{
    auto const share = [](std::int64_t part, std::int64_t whole) {
        return static_cast<double>(1 + part) / static_cast<double>(1 + whole);
    };
    // Failed replicates have no value: were none as extreme, or all, is what p lies between.
    auto const all = replicates + failed;
    return {share(as_extreme, replicates), share(as_extreme, all), share(as_extreme + failed, all)};
}

Interval percentile_interval(std::span<double const> values, double confidence)
{
    std::vector<double> present;
    std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](double v) { return !std::isnan(v); });
    if (present.empty()) {
        auto const missing = std::numeric_limits<double>::quiet_NaN();
        return {missing, missing};
    }
    return {quantile(present, (1 - confidence) / 2), quantile(present, (1 + confidence) / 2)};
}

double median(std::vector<double> values)
{
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    auto const middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<double> flag_angles_list(Matrix const& a, Matrix const& b)
{
    Vector const angles = flag_angles(a, b);
    return {angles.begin(), angles.end()};
}

FlagSupport flag_support(Matrix const& estimate, std::span<Matrix const> candidates, std::span<Matrix const> replicates,
                         double degrees)
{
    FlagSupport support{static_cast<std::int64_t>(replicates.size()), 0, {}, {}, {{estimate}}};
    support.agreeing_levels.assign(static_cast<std::size_t>(estimate.rows()), 0);
    for (auto const& candidate : candidates) {
        // Candidates lead groups before any replicate does, so that groups do not hang on which replicate came first.
        bool const known = std::any_of(support.groups.begin(), support.groups.end(), [&](FlagGroup const& group) {
            return flags_agree(group.unmixing, candidate, degrees);
        });
        if (!known) support.groups.push_back({candidate});
    }
    for (std::size_t r = 0; r < replicates.size(); ++r) {
        auto const angles = flag_angles_list(estimate, replicates[r]);
        auto const within = [&](double angle) { return angle <= degrees; };
        for (std::size_t level = 0; level < angles.size(); ++level)
            support.agreeing_levels[level] += within(angles[level]);
        bool const agrees = std::all_of(angles.begin(), angles.end(), within);
        support.agrees.push_back(agrees);
        support.agreeing += agrees;
        // A replicate joins the first group whose leader it agrees with. For the estimate's the angles are known
        // already.
        auto const others = support.groups.begin() + 1;
        auto const home =
            agrees ? support.groups.begin() : std::find_if(others, support.groups.end(), [&](FlagGroup const& group) {
                return flags_agree(group.unmixing, replicates[r], degrees);
            });
        if (home != support.groups.end())
            home->members.push_back(r);
        else
            support.groups.push_back({replicates[r], {r}});
    }
    std::stable_sort(support.groups.begin() + 1, support.groups.end(),
                     [](FlagGroup const& a, FlagGroup const& b) { return a.members.size() > b.members.size(); });
    // The estimate's group stays, empty or not.
    auto const is_empty = [](FlagGroup const& group) { return group.members.empty(); };
    auto const empty = std::remove_if(support.groups.begin() + 1, support.groups.end(), is_empty);
    support.groups.erase(empty, support.groups.end());
    return support;
}

} // namespace exahca
