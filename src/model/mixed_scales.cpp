#include "exahca/model/mixed_scales.hpp"

#include "exahca/core/name_list.hpp"
#include "model/quantile.hpp"

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

Points points_of(std::vector<double> values)
{
    constexpr std::size_t fewest = 10;
    if (values.size() < fewest) return {};
    return {detail::quantile(values, 0.05), detail::quantile(values, 0.5), detail::quantile(values, 0.95), true};
}

/// Whether most scores are so large that they can be neither shares nor points out of ten: nearly always, and known
/// without sorting anything.
bool middle_is_high(Matrix const& scores, std::vector<Index> const& rows, Index column)
{
    constexpr double most = 20;
    std::size_t high = 0;
    for (Index const row : rows) {
        high += static_cast<std::size_t>(scores(row, column) > most); // false for NaN
        if (2 * high > rows.size()) return true;
    }
    return false;
}

/// \param others  of all base models that are clearly above
/// \param alike   whether these are about as good as each other: where they are not, a tenth is no other unit
bool is_other_unit(Points const& own, Points const& others, bool alike)
{
    constexpr double least_middle = 10, most_standard = 5, close = 2;
    if (others.middle < least_middle || !(own.high < others.low)) return false;
    if (own.low < 0 && own.high > 0) return own.low >= -most_standard && own.high <= most_standard;
    if (!(own.low > 0 && own.low < own.high)) return false;
    auto const fits = [&](double factor) {
        return factor * own.low >= others.low / close && factor * own.high <= close * others.high;
    };
    return fits(100) || (alike && fits(10));
}

/// Whether two base models are about as good as each other.
bool are_alike(Points const& one, Points const& other) { return one.low <= other.high && other.low <= one.high; }

/// The base models that are clearly above one, at least half of the others. None where some are in between: then these
/// are stronger and weaker ones, not two units.
std::vector<std::size_t> clearly_above(std::vector<Points> const& all, std::size_t one)
{
    std::vector<std::size_t> above;
    std::size_t known = 0;
    for (std::size_t l = 0; l < all.size(); ++l) {
        if (l == one || !all[l].known) continue;
        ++known;
        if (all[l].low > all[one].high)
            above.push_back(l);
        else if (!are_alike(all[one], all[l]))
            return {};
    }
    return 2 * above.size() >= known ? above : std::vector<std::size_t>{};
}

std::vector<double> scores_of(Matrix const& scores, std::vector<Index> const& rows, Index column)
{
    std::vector<double> values;
    for (Index const row : rows)
        if (!std::isnan(scores(row, column))) values.push_back(scores(row, column));
    return values;
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
    for (Index j = 0; j < scores.cols(); ++j) {
        if (std::all_of(domains.begin(), domains.end(),
                        [&](std::vector<Index> const& rows) { return middle_is_high(scores, rows, j); }))
            continue;
        std::vector<Points> all;
        for (auto const& rows : domains) all.push_back(points_of(scores_of(scores, rows, j)));
        for (std::size_t k = 0; k < domains.size(); ++k) {
            if (!all[k].known) continue;
            std::vector<double> others;
            auto const above = clearly_above(all, k);
            bool const alike = std::all_of(above.begin(), above.end(),
                                           [&](std::size_t l) { return are_alike(all[l], all[above.front()]); });
            for (std::size_t const l : above) {
                auto const more = scores_of(scores, domains[l], j);
                others.insert(others.end(), more.begin(), more.end());
            }
            auto const there = points_of(std::move(others));
            if (there.known && is_other_unit(all[k], there, alike))
                found.push_back({j, k, all[k].low, all[k].high, there.low, there.high});
        }
    }
    return found;
}

std::string describe(DomainScale const& scale, std::string const& benchmark, std::string const& domain)
{
    return fmt::format(
        "scores of {} are from {:.4g} to {:.4g} for {} and from {:.4g} to {:.4g} for the others (nine of ten of "
        "them): if they are in another unit there, write them alike (a base model that is so much weaker looks the "
        "same)",
        listed_name(benchmark), scale.low, scale.high, listed_name(domain), scale.others_low, scale.others_high);
}

} // namespace exahca
