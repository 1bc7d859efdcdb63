#include "exahca/model/mixed_scales.hpp"

#include "exahca/core/name_list.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

struct Points
{
    double low = 0, middle = 0, high = 0; // 5, 50 and 95 %
    bool known = false;
};

double quantile(std::vector<double>& values, double share)
{
    auto const place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

Points points_of(std::vector<double> values)
{
    constexpr std::size_t fewest = 10;
    if (values.size() < fewest) return {};
    return {quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95), true};
}

/// Whether most scores are so large that they can be neither shares nor points out of ten: nearly always, and known
/// without sorting anything.
bool middle_is_high(Matrix const& scores, std::vector<Index> const& rows, Index column)
{
    constexpr double most = 20;
    std::size_t high = 0;
    for (Index const row : rows) high += static_cast<std::size_t>(scores(row, column) > most); // false for NaN
    return 2 * high > rows.size();
}

bool is_other_unit(Points const& own, Points const& others)
{
    constexpr double least_middle = 10, least_percent = 5, most_standard = 5, close = 2;
    if (others.middle < least_middle) return false;
    if (own.low < 0 && own.high > 0)
        return own.low >= -most_standard && own.high <= most_standard && others.low > least_percent;
    if (!(own.low > 0 && own.low < own.high && own.high < others.low)) return false;
    for (double const factor : {10.0, 100.0})
        if (factor * own.low >= others.low / close && factor * own.high <= close * others.high) return true;
    return false;
}

} // namespace

std::vector<MixedScale> find_mixed_scales(Matrix const& scores)
{
    constexpr std::int64_t fewest = 5;
    constexpr double least_per_cent = 10;
    std::vector<MixedScale> found;
    for (Index j = 0; j < scores.cols(); ++j) {
        MixedScale mixed{j};
        mixed.least_other = std::numeric_limits<double>::infinity();
        std::vector<double> shares;
        bool apart = true;
        for (double const score : scores.col(j)) {
            if (score > 0 && score <= 1) {
                shares.push_back(score);
            } else if (score >= least_per_cent) {
                ++mixed.others;
                mixed.least_other = std::min(mixed.least_other, score);
                mixed.most_other = std::max(mixed.most_other, score);
            } else if (score > 1 || score < 0) { // neither NaN nor 0
                apart = false;
                break;
            }
        }
        mixed.shares = std::ssize(shares);
        if (!apart || mixed.shares < fewest || mixed.others < fewest) continue;
        std::sort(shares.begin(), shares.end());
        mixed.least_share = shares.front();
        mixed.most_share = shares.back();
        double const as_per_cent = 100 * shares[shares.size() / 2];
        if (as_per_cent >= mixed.least_other / 2 && as_per_cent <= 2 * mixed.most_other) found.push_back(mixed);
    }
    return found;
}

std::vector<DomainScale> find_domain_scales(Matrix const& scores, std::span<std::vector<Index> const> domains)
{
    std::vector<DomainScale> found;
    for (Index j = 0; j < scores.cols(); ++j)
        for (std::size_t k = 0; k < domains.size(); ++k) {
            if (middle_is_high(scores, domains[k], j)) continue;
            std::vector<double> own, others;
            for (std::size_t l = 0; l < domains.size(); ++l)
                for (Index const row : domains[l])
                    if (!std::isnan(scores(row, j))) (l == k ? own : others).push_back(scores(row, j));
            auto const here = points_of(std::move(own)), there = points_of(std::move(others));
            if (here.known && there.known && is_other_unit(here, there))
                found.push_back({j, k, here.low, here.high, there.low, there.high});
        }
    return found;
}

std::string describe(DomainScale const& scale, std::string const& benchmark, std::string const& domain)
{
    return fmt::format(
        "scores of {} are from {:.4g} to {:.4g} for {} and from {:.4g} to {:.4g} for the others (nine of ten of "
        "them): if they are in another unit there, write them alike",
        listed_name(benchmark), scale.low, scale.high, listed_name(domain), scale.others_low, scale.others_high);
}

} // namespace exahca
