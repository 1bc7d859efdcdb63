#include "exahca/text/story.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace exahca {
namespace {

/// Shares of the largest weight from which on a benchmark is named.
struct NamingLimits
{
    double with, against; ///< "against" starts earlier: a contrast is what a reader would miss
};
constexpr std::array naming_limits{NamingLimits{0.4, 0.25}, NamingLimits{0.2, 0.15}, NamingLimits{0.1, 0.1},
                                   NamingLimits{0.05, 0.05}};

std::string words_of(std::vector<double> const& weights, std::vector<std::string> const& benchmarks,
                     NamingLimits const& limits)
{
    std::vector<std::size_t> order(weights.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return std::abs(weights[a]) > std::abs(weights[b]); });
    double const largest = weights[order[0]];
    std::vector<std::string> with, against;
    for (auto const i : order) {
        double const relative = weights[i] / largest;
        if (relative >= limits.with) with.push_back(benchmarks.at(i));
        if (relative <= -limits.against) against.push_back(benchmarks.at(i));
    }
    auto const text = fmt::format("{}", fmt::join(with, " + "));
    return against.empty() ? text : fmt::format("{} against {}", text, fmt::join(against, " + "));
}

/// The same with the factor's own sign.
std::string signed_words(std::vector<double> weights, std::vector<std::string> const& benchmarks,
                         NamingLimits const& limits)
{
    double const most = *std::max_element(weights.begin(), weights.end());
    if (!(most > 0)) return {};
    // words_of takes the sign of the largest: nothing that is negative may be larger.
    for (double& weight : weights) weight = std::max(weight, -most * 0.999);
    return words_of(weights, benchmarks, limits);
}

/// Degrees between two directions, whatever their signs.
double angle_between(std::vector<double> const& a, std::vector<double> const& b)
{
    double dot = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        dot += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    constexpr double degrees = 57.29577951308232;
    return degrees * std::acos(std::min(1.0, std::abs(dot) / std::sqrt(aa * bb)));
}

} // namespace

std::string direction_words(std::vector<double> const& weights, std::vector<std::string> const& benchmarks)
{
    return words_of(weights, benchmarks, naming_limits[0]);
}

std::vector<std::string> factor_words(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    auto const& factors = setting.factors_found;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < factors.size(); ++i)
        words.push_back(signed_words(setting.factor_weights.at(i), benchmarks, naming_limits[0]));
    for (std::size_t first = 0; first < factors.size(); ++first) {
        std::vector<std::size_t> namesakes;
        for (std::size_t i = 0; i < factors.size(); ++i)
            if (factors[i].benchmark == factors[first].benchmark && !words[i].empty()) namesakes.push_back(i);
        if (namesakes.size() < 2 || namesakes[0] != first) continue;
        auto const differ = [&] {
            std::set<std::string> texts;
            for (auto const i : namesakes) texts.insert(words[i]);
            return texts.size() == namesakes.size();
        };
        for (auto const& limits : naming_limits) {
            for (auto const i : namesakes) words[i] = signed_words(setting.factor_weights[i], benchmarks, limits);
            if (differ()) break;
        }
        if (differ()) continue;
        // The same benchmarks, in other proportions.
        for (std::size_t n = 1; n < namesakes.size(); ++n)
            words[namesakes[n]] +=
                fmt::format(" in other proportions ({:.0f}° from z{})",
                            angle_between(setting.factor_weights[namesakes[n]], setting.factor_weights[namesakes[0]]),
                            namesakes[0] + 1);
    }
    return words;
}

} // namespace exahca
