#include "judgement.hpp"

#include "exahca/experiment/support.hpp"
#include "story.hpp"
#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr std::int64_t few_models = 50;
constexpr double large_screened_share = 0.1;

/// Adds warnings, each once.
class Warnings
{
public:
    void add(std::string text, bool about_answer)
    {
        bool const known =
            std::any_of(list_.begin(), list_.end(), [&](auto const& other) { return other.text == text; });
        if (!known && !text.empty()) list_.push_back({std::move(text), about_answer});
    }
    [[nodiscard]] std::vector<Warning> take() { return std::move(list_); }

private:
    std::vector<Warning> list_;
};

void warn_of_domains(Warnings& warnings, SettingSummary const& setting)
{
    for (auto const& domain : setting.domains) {
        auto const dropped = domain.models - domain.models_unusable - domain.models_used;
        if (domain.models < few_models)
            warnings.add(fmt::format("{} has only {}: its estimates are rough", domain.name,
                                     counted(domain.models, "model", "models")),
                         true);
        if (static_cast<double>(dropped) > large_screened_share * static_cast<double>(domain.models))
            warnings.add(fmt::format("screening drops {} of {} models of {} ({:.1f} %)", dropped, domain.models,
                                     domain.name,
                                     100.0 * static_cast<double>(dropped) / static_cast<double>(domain.models)),
                         false);
        if (!domain.ica_converged) warnings.add(fmt::format("ICA did not converge in {}", domain.name), true);
        if (domain.ica_optima > 1)
            warnings.add(fmt::format("ICA has {} optima in {}: the best was kept", *domain.ica_optima, domain.name),
                         false);
    }
}

void warn_of_fit(Warnings& warnings, SettingSummary const& setting)
{
    // The joint estimate's own warning says it better: its search is for starts only.
    bool const noted = std::any_of(setting.notes.begin(), setting.notes.end(),
                                   [](std::string const& note) { return note.starts_with("the search for"); });
    if (setting.search_outcome != "optimum proven" && !noted)
        warnings.add(fmt::format("the search ended early ({}): a better order may exist", setting.search_outcome),
                     true);
    if (std::any_of(setting.orders.begin(), setting.orders.end(), [](auto const& o) { return o.converged == false; }))
        warnings.add("some joint fits did not converge", false);
    if (!setting.joint) return;
    if (!setting.joint->unscreened_angles.empty() && screening_decides(*setting.joint))
        warnings.add(unscreened_text(*setting.joint), true);
    if (undecided_rival(setting) != nullptr)
        warnings.add("another optimum is as likely, within what restarts and refits may gain", false);
}

void warn_of_replicates(Warnings& warnings, SettingSummary const& setting)
{
    if (!setting.bootstrap) {
        warnings.add(fmt::format("no resamples: nothing is known about how far the {} is settled (use --bootstrap)",
                                 answer_noun(setting)),
                     false);
        return;
    }
    auto const& bootstrap = *setting.bootstrap;
    if (bootstrap.failed > 0)
        warnings.add(
            fmt::format("{} of {} resamples failed", bootstrap.failed, bootstrap.failed + bootstrap.replicates), true);
    if (!setting.settled)
        warnings.add(fmt::format("{} not settled: {} of {} agree with it", answer_noun(setting),
                                 share_text(bootstrap.support), counted(bootstrap.replicates, "resample", "resamples")),
                     false);
}

/// Whether two settings differ in their number of factors at most.
bool same_but_for_factors(SettingSummary const& a, SettingSummary const& b)
{
    auto const same_domain = [](auto const& one, auto const& other) {
        return one.name == other.name && one.models_used == other.models_used;
    };
    return a.joint && b.joint && a.variant == b.variant && a.screen == b.screen &&
           a.screens_by_fit == b.screens_by_fit &&
           std::equal(a.domains.begin(), a.domains.end(), b.domains.begin(), b.domains.end(), same_domain);
}

} // namespace

double BootstrapSummary::worst_case_low(double share) const
{
    auto const agreeing = std::llround(share * static_cast<double>(replicates));
    return wilson_interval(agreeing, replicates + failed).low;
}

bool is_settled(SettingSummary const& setting)
{
    if (!setting.bootstrap || (setting.joint && !setting.joint->decided)) return false;
    auto const& bootstrap = *setting.bootstrap;
    return bootstrap.low >= settled_support && bootstrap.worst_case_low(bootstrap.support) >= settled_support;
}

void compare_factor_numbers(std::vector<SettingSummary>& settings)
{
    for (auto& setting : settings) {
        if (!setting.joint) continue;
        std::vector<SettingSummary const*> family;
        for (auto const& other : settings)
            if (same_but_for_factors(setting, other)) family.push_back(&other);
        std::stable_sort(family.begin(), family.end(), [](auto* a, auto* b) { return a->factors < b->factors; });
        // Settings that differ in something else as well, such as their starts: there is no one BIC for a number.
        auto const repeated =
            std::adjacent_find(family.begin(), family.end(), [](auto* a, auto* b) { return a->factors == b->factors; });
        if (family.size() < 2 || repeated != family.end()) continue;
        auto const* best = *std::min_element(family.begin(), family.end(),
                                             [](auto* a, auto* b) { return a->joint->bic < b->joint->bic; });
        FactorChoiceSummary choice;
        choice.preferred = best->factors;
        for (auto const* one : family) {
            choice.tried.push_back(one->factors);
            choice.bic_behind.push_back(one->joint->bic - best->joint->bic);
        }
        setting.joint->factor_choice = std::move(choice);
    }
}

std::vector<Warning> warnings_of(SettingSummary const& setting)
{
    Warnings warnings;
    warn_of_domains(warnings, setting);
    warn_of_fit(warnings, setting);
    for (auto const& note : setting.notes) warnings.add(note, true); // the estimate saw the data
    for (auto const& assumption : rejected_assumptions(setting))
        warnings.add(fmt::format("BIC rejects {}", assumption), false);
    warn_of_replicates(warnings, setting);
    return warnings.take();
}

} // namespace exahca
