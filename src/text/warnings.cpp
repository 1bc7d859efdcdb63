#include "exahca/text/warnings.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

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
    // A note of the run that counts them against the fit's parameters says it better.
    bool const noted = std::any_of(setting.notes.begin(), setting.notes.end(),
                                   [](std::string const& note) { return note.starts_with("few models"); });
    std::vector<std::string> small;
    for (auto const& domain : setting.domains)
        if (domain.models < few_models && !noted)
            small.push_back(fmt::format("{} ({})", listed_name(domain.name), domain.models));
    if (!small.empty())
        warnings.add(fmt::format("fewer than {} models, so estimates are rough: {}", few_models, listed(small)), true);
    for (auto const& domain : setting.domains) {
        auto const dropped = domain.models - domain.models_unusable - domain.models_used;
        if (static_cast<double>(dropped) > large_screened_share * static_cast<double>(domain.models))
            warnings.add(fmt::format("screening drops {} of {} models of {} ({:.1f} %)", dropped, domain.models,
                                     listed_name(domain.name),
                                     100.0 * static_cast<double>(dropped) / static_cast<double>(domain.models)),
                         false);
        if (!domain.ica_converged)
            warnings.add(fmt::format("ICA did not converge in {}", listed_name(domain.name)), true);
        if (domain.ica_optima > 1)
            warnings.add(
                fmt::format("ICA has {} optima in {}: the best was kept", *domain.ica_optima, listed_name(domain.name)),
                false);
    }
}

void warn_of_fit(Warnings& warnings, SettingSummary const& setting)
{
    // The joint estimate's own warning says it better: its search is for starts only.
    bool const noted = std::any_of(setting.notes.begin(), setting.notes.end(),
                                   [](std::string const& note) { return note.starts_with("the search for"); });
    if (setting.search_outcome != "optimum proven" && !noted)
        warnings.add(fmt::format("the search ended early ({}): a better {} may exist", proof_text(setting),
                                 setting.of_flags ? "flag" : "order"),
                     true);
    if (std::any_of(setting.orders.begin(), setting.orders.end(), [](auto const& o) { return o.converged == false; }))
        warnings.add("some joint fits did not converge", false);
    if (!setting.joint) return;
    if (!setting.joint->unscreened_angles.empty() && screening_decides(*setting.joint))
        warnings.add(unscreened_text(*setting.joint), true);
    if (missing_shift_decides(*setting.joint))
        warnings.add(fmt::format("if missing scores are {} points {} than predicted, the answer is different: it "
                                 "depends on why they are missing",
                                 fmt::format("{:g}", std::abs(setting.joint->noise->missing_shift)),
                                 setting.joint->noise->missing_shift < 0 ? "lower" : "higher"),
                     true);
    if (auto const& choice = setting.joint->factor_choice)
        if (auto const& shortfall = choice->shortfall_of(setting.factors))
            warnings.add(fmt::format("the fit of {} is {} in log-likelihood below that of {}, which it contains, so it "
                                     "is not at its maximum and its BIC means nothing (try more --orders)",
                                     counted(setting.factors, "factor", "factors"), plain_number(shortfall.below, 1),
                                     shortfall.fewer),
                         true);
    if (setting.joint->cut_off_as_exact > 0 || setting.joint->dependent_benchmarks > 0)
        warnings.add(false_grounds_text(*setting.joint), true);
    if (auto const* anchors = anchors_of(setting); anchors != nullptr && anchors->rejected())
        warnings.add(fmt::format("the data reject {}: the order rests on them", anchors_name(*anchors)), true);
    if (exact_scores_decide(*setting.joint))
        warnings.add("with the scores taken as exact, the fit is better and the answer different: this noise model "
                     "suits the data less well (see what --noise span finds, and quote neither)",
                     true);
    if (auto const* rival = undecided_rival(setting))
        warnings.add(fmt::format("another optimum is not clearly less likely: {} is {}",
                                 other_direction(setting, rival->labels, rival->angles),
                                 shortfall_text(*setting.joint, *rival)),
                     true);
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
    if (has_too_few_resamples(setting))
        warnings.add(too_few_text(setting), false);
    else if (!setting.settled)
        warnings.add(fmt::format("{} not settled: {} of {} agree with it", answer_noun(setting),
                                 share_text(bootstrap.support), counted(bootstrap.replicates, "resample", "resamples")),
                     false);
}

} // namespace

std::string too_few_text(SettingSummary const& setting)
{
    return fmt::format("{} too few to tell whether the {} is settled: that takes {} or more",
                       setting.bootstrap->replicates == 1
                           ? "1 resample is"
                           : counted(setting.bootstrap->replicates, "resample", "resamples") + " are",
                       answer_noun(setting), fewest_resamples());
}

std::vector<Warning> warnings_of(SettingSummary const& setting)
{
    if (!setting.failure.empty() || setting.factors_found.empty()) return {};
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
