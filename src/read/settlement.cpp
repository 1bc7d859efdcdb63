#include "exahca/read/settlement.hpp"

#include "exahca/core/alike.hpp"
#include "exahca/estimate/support.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace exahca {
namespace {

constexpr double tolerance_of_fits = 0.1; // nats that two fits may be apart and still be equal

/// Orders settings by all but their number of factors.
bool less_but_for_factors(SettingSummary const& a, SettingSummary const& b)
{
    auto const key = [](SettingSummary const& setting) {
        return std::tie(setting.variant, setting.screen, setting.screens_by_fit);
    };
    if (key(a) != key(b)) return key(a) < key(b);
    return std::lexicographical_compare(
        a.domains.begin(), a.domains.end(), b.domains.begin(), b.domains.end(), [](auto const& one, auto const& other) {
            return std::tie(one.name, one.models_used) < std::tie(other.name, other.models_used);
        });
}

/// \param family  of rising number of factors
FactorChoiceSummary choice_among(std::vector<SettingSummary const*> const& family)
{
    FactorChoiceSummary choice;
    SettingSummary const *highest = nullptr, *best = nullptr;
    for (auto const* one : family) {
        auto const& joint = *one->joint;
        bool const falls_short =
            highest != nullptr && highest->joint->log_likelihood - joint.log_likelihood > tolerance_of_fits;
        choice.tried.push_back(one->factors);
        choice.shortfalls.push_back(
            falls_short ? FactorChoiceSummary::Shortfall{highest->joint->log_likelihood - joint.log_likelihood,
                                                         highest->factors}
                        : FactorChoiceSummary::Shortfall{});
        if (falls_short) continue;
        highest = one;
        if (best == nullptr || joint.bic < best->joint->bic) best = one;
    }
    choice.preferred = best->factors;
    for (auto const* one : family) choice.bic_behind.push_back(one->joint->bic - best->joint->bic);
    return choice;
}

} // namespace

double BootstrapSummary::worst_case_low(double share) const
{
    auto const agreeing = std::llround(share * static_cast<double>(replicates));
    return wilson_interval(agreeing, replicates + failed).low;
}

std::int64_t fewest_resamples()
{
    std::int64_t count = 1;
    while (wilson_interval(count, count).low < settled_support) ++count;
    return count;
}

bool has_too_few_resamples(SettingSummary const& setting)
{
    if (setting.joint && !setting.joint->decided) return false;
    auto const& bootstrap = *setting.bootstrap;
    auto const asked = bootstrap.replicates + bootstrap.failed;
    if (bootstrap.replicates == 0 || asked >= fewest_resamples()) return false;
    auto const agreeing = std::llround(bootstrap.support * static_cast<double>(bootstrap.replicates));
    return wilson_interval(agreeing, asked).high >= settled_support;
}

bool is_settled(SettingSummary const& setting)
{
    if (!setting.bootstrap || (setting.joint && !setting.joint->decided)) return false;
    // All resamples keep the anchors: that they agree is no evidence for what the data reject.
    if (setting.joint && setting.joint->noise && setting.joint->noise->anchors &&
        setting.joint->noise->anchors->rejected())
        return false;
    auto const& bootstrap = *setting.bootstrap;
    return bootstrap.low >= settled_support && bootstrap.worst_case_low(bootstrap.support) >= settled_support;
}

void compare_factor_numbers(std::vector<SettingSummary>& settings)
{
    std::vector<SettingSummary*> joint;
    for (auto& setting : settings)
        if (setting.joint) joint.push_back(&setting);
    for (auto const &alike : groups_of_alike(
             joint.size(), [&](std::size_t a, std::size_t b) { return less_but_for_factors(*joint[a], *joint[b]); })) {
        std::vector<SettingSummary const*> family;
        for (auto const i : alike) family.push_back(joint[i]);
        std::stable_sort(family.begin(), family.end(), [](auto* a, auto* b) { return a->factors < b->factors; });
        // Settings that differ in something else as well, such as their starts: there is no one BIC for a number.
        auto const repeated =
            std::adjacent_find(family.begin(), family.end(), [](auto* a, auto* b) { return a->factors == b->factors; });
        if (family.size() < 2 || repeated != family.end()) continue;
        auto const choice = choice_among(family);
        for (auto const i : alike) joint[i]->joint->factor_choice = choice;
    }
}

FactorChoiceSummary::Shortfall const& FactorChoiceSummary::shortfall_of(int factors) const
{
    auto const position = std::find(tried.begin(), tried.end(), factors) - tried.begin();
    return shortfalls.at(static_cast<std::size_t>(position));
}

bool FactorChoiceSummary::largest_is_preferred() const
{
    for (std::size_t i = tried.size(); i-- > 0;)
        if (!shortfalls[i]) return preferred == tried[i];
    return false;
}

} // namespace exahca
