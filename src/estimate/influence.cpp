#include "exahca/estimate/influence.hpp"

#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/numerics/moments.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

namespace exahca {
namespace {

constexpr std::array names{"nothing", "domain", "below", "lowest", "farthest", "near-duplicates", "group"};
constexpr std::array shares{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
constexpr std::array numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24, 32, 48, 64};

/// A model and what it is ranked by.
struct RankedModel
{
    double key;         // rising keys come first
    std::size_t domain; // of the setting, and the row within it
    std::int64_t position;
};

/// The principal axes of some benchmarks, each divided by its standard deviation: whatever their units, directions
/// without variance are told from others alike.
struct Axes
{
    // Of the scores that are compared: those that the row has and that vary.
    std::vector<Index> benchmarks;
    Vector mean, deviations;
    Matrix directions; ///< in columns
    Vector variances;  ///< along them
};

Axes axes_of(Moments const& moments, std::vector<Index> const& known)
{
    Axes axes{{}, {}, {}, {}, {}};
    // A benchmark without variation says nothing of what is far.
    for (Index const j : known)
        if (moments.covariance(j, j) > 0) axes.benchmarks.push_back(j);
    if (axes.benchmarks.empty()) return axes;
    Matrix const covariance = moments.covariance(axes.benchmarks, axes.benchmarks);
    axes.mean = moments.mean(axes.benchmarks);
    axes.deviations = covariance.diagonal().cwiseSqrt();
    Matrix const correlation =
        axes.deviations.cwiseInverse().asDiagonal() * covariance * axes.deviations.cwiseInverse().asDiagonal();
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(correlation);
    axes.directions = solver.eigenvectors();
    axes.variances = solver.eigenvalues();
    return axes;
}

double squared_distance(Vector const& scores, Axes const& axes)
{
    if (axes.benchmarks.empty()) return 0;
    Vector const z = (scores(axes.benchmarks) - axes.mean).cwiseQuotient(axes.deviations);
    Vector const along = axes.directions.transpose() * z;
    // Principal axes of the correlation matrix, so that units do not decide what counts as no variance.
    double const smallest = 1e-10 * axes.variances.maxCoeff();
    double sum = 0;
    for (Index j = 0; j < along.size(); ++j)
        if (axes.variances[j] > smallest) sum += along[j] * along[j] / axes.variances[j];
    return sum;
}

/// Squared Mahalanobis distance of some rows from their own mean, of those that are complete. Directions without
/// variance are passed over; the distance of a row that misses scores is scaled up to all benchmarks.
std::vector<double> squared_distances(Matrix const& scores, std::vector<std::int64_t> const& rows)
{
    auto const used = gather_rows(scores, rows);
    auto const complete = complete_rows(used);
    if (complete.empty()) return std::vector<double>(rows.size());
    auto const moments = moments_of(std::ssize(complete) < used.rows() ? gather_rows(used, complete) : used);
    std::map<std::vector<Index>, Axes> patterns;
    std::vector<double> distances;
    for (Index i = 0; i < used.rows(); ++i) {
        std::vector<Index> known;
        for (Index j = 0; j < used.cols(); ++j)
            if (!std::isnan(used(i, j))) known.push_back(j);
        auto const [place, is_new] = patterns.try_emplace(known);
        if (is_new) place->second = axes_of(moments, known);
        // A sum over fewer benchmarks is smaller; divided by the share of them that is known, rows with gaps compare.
        auto const share = static_cast<double>(known.size()) / static_cast<double>(used.cols());
        distances.push_back(squared_distance(used.row(i).transpose(), place->second) / share);
    }
    return distances;
}

/// All screened models, by rising key.
std::vector<RankedModel> ranked(std::span<Matrix const> scores, std::vector<std::vector<std::int64_t>> const& rows,
                                bool by_distance)
{
    std::vector<RankedModel> models;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        auto const keys = by_distance ? squared_distances(scores[k], rows[k]) : relative_totals(scores[k]);
        for (std::size_t i = 0; i < rows[k].size(); ++i) {
            auto const position = rows[k][i];
            // The farthest come first where distance ranks, the lowest where totals do.
            models.push_back({by_distance ? -keys[i] : keys[static_cast<std::size_t>(position)], k, position});
        }
    }
    std::stable_sort(models.begin(), models.end(), [](auto const& a, auto const& b) { return a.key < b.key; });
    return models;
}

/// Of some rows, those close to an earlier one that is kept.
std::vector<std::int64_t> near_duplicates(Matrix const& scores, std::vector<std::int64_t> const& rows)
{
    StandardDistance const distance(gather_rows(scores, rows));
    std::vector<std::int64_t> found;
    std::vector<Index> kept; // positions among the rows
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const position = static_cast<Index>(i);
        bool const near =
            std::any_of(kept.begin(), kept.end(), [&](Index other) { return distance.are_near(position, other); });
        if (near)
            found.push_back(rows[i]);
        else
            kept.push_back(position);
    }
    return found;
}

/// Positions to leave out, one list per domain, in any order.
std::vector<std::vector<std::int64_t>> chosen_models(InfluenceCase const& chosen, std::span<Matrix const> scores,
                                                     std::vector<std::vector<std::int64_t>> const& rows,
                                                     std::int64_t groups)
{
    std::vector<std::vector<std::int64_t>> lists(scores.size());
    auto const take = [&](std::vector<RankedModel> const& models, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < std::min(last, models.size()); ++i)
            lists[models[i].domain].push_back(models[i].position);
    };
    switch (chosen.exclusion) {
    case Exclusion::nothing:
        break;
    case Exclusion::domain:
        lists.at(static_cast<std::size_t>(chosen.amount)) = rows.at(static_cast<std::size_t>(chosen.amount));
        break;
    case Exclusion::below:
        for (std::size_t k = 0; k < scores.size(); ++k) {
            auto const relative = relative_totals(scores[k]);
            std::copy_if(rows[k].begin(), rows[k].end(), std::back_inserter(lists[k]),
                         [&](auto row) { return relative[static_cast<std::size_t>(row)] < chosen.amount; });
        }
        break;
    case Exclusion::lowest:
    case Exclusion::farthest:
        take(ranked(scores, rows, chosen.exclusion == Exclusion::farthest), 0, static_cast<std::size_t>(chosen.amount));
        break;
    case Exclusion::near_duplicates:
        for (std::size_t k = 0; k < scores.size(); ++k) lists[k] = near_duplicates(scores[k], rows[k]);
        break;
    case Exclusion::group: {
        auto const models = ranked(scores, rows, false);
        auto const group = static_cast<std::size_t>(chosen.amount), count = static_cast<std::size_t>(groups);
        // Groups of equal size to within one, in the order of relative totals.
        take(models, group * models.size() / count, (group + 1) * models.size() / count);
        break;
    }
    }
    return lists;
}

} // namespace

std::string_view to_string(Exclusion exclusion) { return names.at(static_cast<std::size_t>(exclusion)); }

std::vector<InfluenceCase> influence_cases(Setting const& setting, std::int64_t groups)
{
    if (groups <= 0) return {};
    std::vector<InfluenceCase> cases{{Exclusion::nothing, 0}};
    if (setting.domains.size() > 2)
        for (std::size_t k = 0; k < setting.domains.size(); ++k)
            cases.push_back({Exclusion::domain, static_cast<double>(k)});
    for (double const share : shares)
        if (share > setting.screen) cases.push_back({Exclusion::below, share});
    for (auto const exclusion : {Exclusion::lowest, Exclusion::farthest})
        for (int const number : numbers) cases.push_back({exclusion, static_cast<double>(number)});
    cases.push_back({Exclusion::near_duplicates, 0});
    for (std::int64_t g = 0; g < groups; ++g) cases.push_back({Exclusion::group, static_cast<double>(g)});
    return cases;
}

std::int64_t influence_case_count(Setting const& setting, std::int64_t groups)
{
    // Without the list: the number of groups may be absurd, and asks for an error, not for memory.
    return groups <= 0 ? 0 : groups - 1 + static_cast<std::int64_t>(influence_cases(setting, 1).size());
}

std::vector<DomainExclusion> exclude(InfluenceCase const& chosen, Setting const& setting,
                                     std::span<Matrix const> scores, std::int64_t groups)
{
    std::vector<std::vector<std::int64_t>> rows;
    for (auto const& domain : scores) rows.push_back(analysed_rows(setting, domain));
    auto lists = chosen_models(chosen, scores, rows, groups);
    std::vector<DomainExclusion> result(scores.size());
    for (std::size_t k = 0; k < scores.size(); ++k) {
        std::sort(lists[k].begin(), lists[k].end());
        std::set_difference(rows[k].begin(), rows[k].end(), lists[k].begin(), lists[k].end(),
                            std::back_inserter(result[k].kept));
        result[k].left_out = std::move(lists[k]);
    }
    return result;
}

} // namespace exahca
