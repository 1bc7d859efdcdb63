#include "exahca/profile/model_ranks.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace exahca {
namespace {

/// Draws from what is known of one model.
class Drawer
{
public:
    Drawer(RankedPosterior const& model, std::uint64_t occurrence, std::uint64_t seed)
        : model_(model), random_({seed, "model-rank", occurrence, model.name, model.content})
    {
        double sum = 0;
        for (double const weight : model.value.weights) ends_.push_back(sum += weight);
    }

    /// A value from the posterior mixture, moved by the resample that draw `number` stands for: the same resample for
    /// all models, whose factors it turns together.
    double draw(std::size_t number)
    {
        // The last component takes what rounding leaves beyond its end.
        auto const end = std::upper_bound(ends_.begin(), ends_.end() - 1, random_.uniform() * ends_.back());
        auto const c = end - ends_.begin();
        double const value = model_.value.means[c] + model_.value.deviations[c] * random_.normal();
        return model_.shifts.empty() ? value : value + model_.shifts[number % model_.shifts.size()];
    }

private:
    RankedPosterior const& model_;
    RandomStream random_;
    std::vector<double> ends_;
};

/// Of the ranks of one model in all draws, which are sorted by it.
ModelRank summary_of(std::vector<std::uint32_t>& ranks)
{
    std::sort(ranks.begin(), ranks.end());
    auto const count = static_cast<double>(ranks.size());
    ModelRank rank;
    for (auto const one : ranks) rank.expected += one;
    rank.expected /= count;
    // The least ranks that at least 5 and 95 % of the draws do not pass.
    rank.low = ranks[static_cast<std::size_t>(std::ceil(0.05 * count)) - 1];
    rank.high = ranks[static_cast<std::size_t>(std::ceil(0.95 * count)) - 1];
    rank.first = static_cast<double>(std::upper_bound(ranks.begin(), ranks.end(), 1U) - ranks.begin()) / count;
    return rank;
}

} // namespace

std::vector<ModelRank> rank_models(std::span<RankedPosterior const> models, RankOptions const& options)
{
    EXAHCA_EXPECT(options.draws >= 20);
    auto const draws = static_cast<std::size_t>(options.draws);
    std::vector<Drawer> drawers;
    drawers.reserve(models.size());
    // Rows that are the same to the last digit are models of their own all the same.
    std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> seen;
    for (auto const& model : models) drawers.emplace_back(model, seen[{model.name, model.content}]++, options.seed);

    std::vector<std::vector<std::uint32_t>> ranks(models.size(), std::vector<std::uint32_t>(draws));
    std::vector<double> values(models.size());
    std::vector<std::size_t> order(models.size());
    for (std::size_t s = 0; s < draws; ++s) {
        for (std::size_t i = 0; i < models.size(); ++i) values[i] = drawers[i].draw(s);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] > values[b] : a < b; });
        for (std::size_t place = 0; place < order.size(); ++place)
            ranks[order[place]][s] = static_cast<std::uint32_t>(place + 1);
    }
    std::vector<ModelRank> result;
    for (auto& own : ranks) result.push_back(summary_of(own));
    return result;
}

} // namespace exahca
