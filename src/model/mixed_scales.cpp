#include "exahca/model/mixed_scales.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/model/column_range.hpp"
#include "model/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

// Where most of some scores lie; not known of fewer than ten.
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
// Whether a base model's scores would be where the others' are in another unit: a hundred times as large (shares), ten
// times (points out of ten), or around 0 on both sides (standard scores). The others have to be in per cent.
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

/// Of shares that have a floor at 0, those above it. Not known where anything lies outside of 0 to 1, or more than a
/// quarter is 0: where hardly anything was solved, scores in per cent look the same.
Points above_floor(std::vector<double> shares)
{
    if (std::any_of(shares.begin(), shares.end(), [](double share) { return share < 0 || share > 1; })) return {};
    auto const count = shares.size();
    std::erase(shares, 0.0);
    return 4 * shares.size() >= 3 * count ? points_of(std::move(shares)) : Points{};
}

/// Whether a hundred times the low, the middle and the high one of shares are where others are.
bool are_shares_of(Points const& shares, Points const& others)
{
    constexpr double least_middle = 10, close = 2;
    if (!shares.known || others.middle < least_middle) return false;
    auto const fits = [](double share, double other) {
        return 100 * share >= other / close && 100 * share <= close * other;
    };
    return fits(shares.low, others.low) && fits(shares.middle, others.middle) && fits(shares.high, others.high);
}

constexpr double most_per_cent = 100, beyond_per_cent = 110;

/// One column of some base models.
struct DomainColumn
{
    Matrix const& scores;
    std::span<std::vector<Index> const> domains;
    Index column;
    std::vector<Points> points = {}; ///< of each base model

    [[nodiscard]] std::vector<double> values(std::size_t domain) const
    {
        return scores_of(scores, domains[domain], column);
    }
    [[nodiscard]] Points points_of_all(std::vector<std::size_t> const& some) const
    {
        std::vector<double> all;
        for (auto const k : some) {
            auto const more = values(k);
            all.insert(all.end(), more.begin(), more.end());
        }
        return points_of(std::move(all));
    }
};

/// Base models whose scores go far beyond 100 beside others whose scores do not, with a wide gap between the two kinds:
/// the fewer are named. Where a column numbers the rows there is no such gap. \returns whether there are such
bool find_beyond_per_cent(DomainColumn const& one, std::vector<DomainScale>& found)
{
    constexpr double least_gap = 2; // as a ratio
    std::vector<std::size_t> within, beyond;
    double most_within = -std::numeric_limits<double>::infinity(), least_beyond = -most_within;
    for (std::size_t k = 0; k < one.points.size(); ++k) {
        auto const& points = one.points[k];
        if (!points.known) continue;
        if (points.high > beyond_per_cent) {
            beyond.push_back(k);
            least_beyond = std::min(least_beyond, points.low);
        } else {
            within.push_back(k);
            most_within = std::max(most_within, points.high);
        }
    }
    if (within.empty() || beyond.empty() || most_within > most_per_cent || !(least_gap * most_within <= least_beyond))
        return false;
    auto const& fewer = beyond.size() <= within.size() ? beyond : within;
    auto const there = one.points_of_all(&fewer == &beyond ? within : beyond);
    for (auto const k : fewer)
        found.push_back({one.column, k, one.points[k].low, one.points[k].high, there.low, there.high});
    return true;
}

/// Base models below the others, in shares, points out of ten or standard scores.
void find_below_others(DomainColumn const& one, std::vector<DomainScale>& found)
{
    auto const& all = one.points;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (!all[k].known) continue;
        auto const above = clearly_above(all, k);
        bool const alike = std::all_of(above.begin(), above.end(),
                                       [&](std::size_t l) { return are_alike(all[l], all[above.front()]); });
        auto const there = one.points_of_all(above);
        if (!there.known) continue;
        // At a floor of 0 the low point says nothing of the unit, so shares are compared without their zeros.
        bool const has_floor = all[k].low == 0 && all[k].high <= 1;
        if (has_floor ? all[k].high < there.low && are_shares_of(above_floor(one.values(k)), there)
                      : is_other_unit(all[k], there, alike))
            found.push_back({one.column, k, all[k].low, all[k].high, there.low, there.high});
    }
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
        // Nothing lies between 1 and 10, and a hundred times the median share is where the others are, within a factor
        // of 2.
        double const as_per_cent = 100 * shares[shares.size() / 2];
        if (as_per_cent >= mixed.least_other / 2 && as_per_cent <= 2 * mixed.most_other) found.push_back(mixed);
    }
    return found;
}

std::vector<DomainScale> find_domain_scales(Matrix const& scores, std::span<std::vector<Index> const> domains)
{
    std::vector<DomainScale> found;
    for (Index j = 0; j < scores.cols(); ++j) {
        // Most columns are neither, and are told by one pass without sorting.
        bool const goes_beyond = range_of(scores, j).most > beyond_per_cent;
        bool const may_be_below = !std::all_of(domains.begin(), domains.end(), [&](std::vector<Index> const& rows) {
            return middle_is_high(scores, rows, j);
        });
        if (!goes_beyond && !may_be_below) continue;
        DomainColumn one{scores, domains, j};
        for (std::size_t k = 0; k < domains.size(); ++k) one.points.push_back(points_of(one.values(k)));
        bool const is_found = goes_beyond && find_beyond_per_cent(one, found);
        if (may_be_below && !is_found) find_below_others(one, found);
    }
    return found;
}

std::string describe(DomainScale const& scale, std::string const& benchmark, std::string const& domain)
{
    bool const is_beyond = std::max(scale.high, scale.others_high) > beyond_per_cent;
    return fmt::format(
        "scores of {} are from {:.4g} to {:.4g} for {} and from {:.4g} to {:.4g} for the others (nine of ten of "
        "them): if they are in another unit there, write them alike ({})",
        listed_name(benchmark), scale.low, scale.high, listed_name(domain), scale.others_low, scale.others_high,
        is_beyond ? "no score in per cent is so large" : "a base model that is so much weaker looks the same");
}

} // namespace exahca
