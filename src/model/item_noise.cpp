#include "exahca/model/item_noise.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

// Mean of the scores that are there; NaN without any.
double known_mean(Eigen::Ref<Vector const> scores)
{
    double sum = 0, count = 0;
    for (double const score : scores)
        if (!std::isnan(score)) {
            sum += score;
            ++count;
        }
    return sum / count;
}

double binomial_variance(double mean, double full, double chance, double count)
{
    double const least = std::min(0.5, 0.5 / count); // nobody knows that a model solves all, or none
    double const solved = std::clamp(chance + (1 - chance) * mean / full, least, 1 - least);
    // A score changes by full/(1 - chance) from no item solved to all of them.
    double const unit = full / (1 - chance);
    return unit * unit * solved * (1 - solved) / count;
}

} // namespace

bool any_items(BenchmarkItems const& items)
{
    return std::any_of(items.count.begin(), items.count.end(), [](double count) { return count > 0; });
}

BenchmarkItems with_item_share(BenchmarkItems items, double share)
{
    std::fill(items.share.begin(), items.share.end(), share);
    return items;
}

BenchmarkItems with_full_scores(BenchmarkItems items, Matrix const& scores)
{
    items.full.clear();
    if (!any_items(items)) return items;
    for (Index j = 0; j < scores.cols(); ++j) {
        auto const column = scores.col(j);
        // Shares never exceed 1; per cents hardly ever stay below.
        bool const above = std::any_of(column.begin(), column.end(), [](double score) { return score > 1; });
        items.full.push_back(above ? 100 : 1);
    }
    return items;
}

std::string item_scale_fault(BenchmarkItems const& items, Matrix const& scores, std::span<std::string const> benchmarks)
{
    for (std::size_t j = 0; j < items.count.size(); ++j) {
        if (items.count[j] == 0) continue;
        for (double const score : scores.col(static_cast<Index>(j)))
            if (std::abs(score) > 100)
                return fmt::format("{} has a score of {:g}, and means of items lie between 0 and 100, or 0 and 1",
                                   benchmarks[j], score);
    }
    return {};
}

std::vector<Vector> item_noise(std::span<Matrix const> scores, BenchmarkItems const& items)
{
    if (!any_items(items)) return {};
    auto const d = static_cast<Index>(items.count.size());
    EXAHCA_EXPECT(scores[0].cols() == d && std::ssize(items.share) == d);
    std::vector<Vector> noise(scores.size(), Vector::Zero(d));
    for (Index j = 0; j < d; ++j) {
        auto const place = static_cast<std::size_t>(j);
        if (items.count[place] == 0 || items.share[place] == 0) continue;
        double const chance = items.chance.empty() ? 0 : items.chance[place];
        double const full = items.full.empty() ? 100 : items.full[place];
        double sum = 0, domains = 0;
        for (std::size_t k = 0; k < scores.size(); ++k) {
            // Taken at the mean of the domain: one noise for all its models (docs/noise.md, Known noise).
            double const mean = known_mean(scores[k].col(j));
            if (std::isnan(mean)) continue;
            noise[k][j] = items.share[place] * binomial_variance(mean, full, chance, items.count[place]);
            sum += noise[k][j];
            ++domains;
        }
        // Nothing of the likelihood depends on this, but covariances that the model implies do.
        for (Vector& domain : noise)
            if (domain[j] == 0 && domains > 0) domain[j] = sum / domains;
    }
    bool const none = std::all_of(noise.begin(), noise.end(), [](Vector const& v) { return (v.array() == 0).all(); });
    return none ? std::vector<Vector>{} : noise;
}

} // namespace exahca
