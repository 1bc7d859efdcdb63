#include "exahca/estimate/noise_items.hpp"

#include "exahca/model/flag.hpp"
#include "exahca/model/item_noise.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace exahca {
namespace {

// The optima at another share, each in its place; none where a fit fails.
std::vector<std::optional<NoiseOptimum>> refit(NoiseData const& data, std::vector<Vector> const& known_noise,
                                               std::span<std::pair<NoiseOptimum, int> const> optima)
{
    std::vector<std::optional<NoiseOptimum>> fits;
    for (auto const& [optimum, count] : optima)
        fits.push_back(try_noise_fit(data, with_known_noise(optimum.fit.parameters, known_noise)));
    return fits;
}

// What the fits at one share say; not numbers where the answer's own has failed.
ItemShare judge(NoiseData const& data, std::vector<std::optional<NoiseOptimum>> const& fits, NoiseOptimum const& answer,
                double same_flag_degrees)
{
    ItemShare result;
    result.log_likelihood = result.behind = std::nan("");
    result.optimum = -1;
    result.angles = Vector::Constant(answer.unmixing.rows(), std::nan(""));
    // Without the answer's own refit there is nothing to compare with.
    if (!fits[0]) return result;
    std::size_t best = 0;
    for (std::size_t i = 1; i < fits.size(); ++i)
        if (fits[i] && fits[i]->fit.penalised() > fits[best]->fit.penalised()) best = i;
    NoiseOptimum const& highest = *fits[best];
    result.optimum = static_cast<int>(best);
    result.log_likelihood = highest.fit.log_likelihood - data.log_volume;
    result.behind = highest.fit.penalised() - fits[0]->fit.penalised();
    result.angles = flag_angles(shown_flag(data, highest.fit), shown_flag(data, answer.fit));
    for (auto const& other : fits) {
        if (!other || flags_agree(other->unmixing, highest.unmixing, same_flag_degrees)) continue;
        double const lead = highest.fit.penalised() - other->fit.penalised();
        if (!(result.lead <= lead)) result.lead = lead; // not a number at first
    }
    return result;
}

} // namespace

BenchmarkItems items_of(Setting const& setting, BenchmarkItems const& items)
{
    if (setting.item_share == 0) return {};
    return setting.item_share == stored_item_share ? items : with_item_share(items, setting.item_share);
}

std::vector<ItemShare> vary_item_share(NoiseData const& data, std::span<Matrix const> scores,
                                       std::span<std::pair<NoiseOptimum, int> const> optima,
                                       JointOptions const& options)
{
    std::vector<ItemShare> shares;
    // The best few, the answer among them in the first place.
    auto const tried = optima.first(std::min(optima.size(), static_cast<std::size_t>(options.polished)));
    for (double const share : tried_item_shares) {
        auto known = item_noise(scores, with_item_share(options.items, share));
        // In standardised units, as data.known_noise is.
        for (Vector& variance : known) variance = variance.cwiseQuotient(data.deviations.cwiseAbs2());
        shares.push_back(judge(data, refit(data, known, tried), optima[0].first, options.same_flag_degrees));
        shares.back().share = share;
    }
    return shares;
}

} // namespace exahca
