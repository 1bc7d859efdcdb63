#include "exahca/run/search_request.hpp"

#include "exahca/estimate/anchors.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/estimate/data_check.hpp"
#include "exahca/model/item_noise.hpp"
#include "exahca/model/screening.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace exahca {
namespace {

/// Settings of a grid for each set of domains, at most.
double settings_per_set(SettingGrid const& grid)
{
    double variants = 0;
    for (auto const estimator : grid.estimators)
        variants += static_cast<double>(estimator == Estimator::joint
                                            ? grid.densities.size() * grid.noises.size() * grid.item_shares.size()
                                            : grid.contrasts.size());
    auto const screens = std::max<std::size_t>(1, grid.screens.size());
    return static_cast<double>(grid.factors.size()) * static_cast<double>(screens) * variants;
}

/// With as many factors as benchmarks nothing shows the noise: those settings take scores as exact, and say so.
std::vector<std::string> choose_possible_noise(std::vector<Setting>& settings, std::int64_t benchmarks)
{
    std::vector<Setting> kept;
    std::set<Setting, LessContent> known;
    bool changed = false;
    for (auto setting : settings) {
        bool const impossible = setting.noise == NoiseModel::aware && setting.factors >= benchmarks;
        if (impossible) {
            setting.noise = NoiseModel::span;
            setting.item_share = setting.missing_shift = 0;
            setting.anchors.clear();
        }
        changed = changed || impossible;
        if (known.insert(setting).second) kept.push_back(setting);
    }
    settings = std::move(kept);
    if (!changed) return {};
    return {fmt::format("{} factors of {} benchmarks leave nothing that shows the noise: scores are taken as exact, as "
                        "with --noise span",
                        benchmarks, benchmarks)};
}

/// What --item-share means for these scores: `file` is one number where all benchmarks have the same share, and 0 where
/// no number of items is known.
void settle_item_shares(SettingGrid& grid, ScoreMatrix const& scores)
{
    auto const& items = scores.items;
    bool const known = any_items(items), joint = std::any_of(grid.noises.begin(), grid.noises.end(),
                                                             [](auto noise) { return noise == NoiseModel::aware; });
    std::set<double> stored;
    for (std::size_t j = 0; j < items.count.size(); ++j)
        if (items.count[j] > 0) stored.insert(items.share[j]);
    for (double& share : grid.item_shares) {
        if (share > 0 && !known)
            throw UsageError(fmt::format("--item-share {} needs numbers of items", share), "the score file has none",
                             "give them to exahca import, with --items NAME=M");
        if (share != stored_item_share) continue;
        if (stored.size() < 2) share = stored.empty() ? 0 : *stored.begin();
    }
    bool const used =
        joint && std::any_of(grid.item_shares.begin(), grid.item_shares.end(), [](double x) { return x != 0; });
    if (!used) return;
    if (auto const fault = item_scale_fault(items, scores.scores, scores.benchmarks); !fault.empty())
        throw UsageError("the numbers of items do not go with the scores", fault, "use --item-share 0");
}

/// A threshold below 1 keeps at least half of a domain, unless its totals are negative.
void check_screens(std::vector<Setting> const& settings, ScoreMatrix const& scores)
{
    std::map<std::string, Domain> domains;
    for (auto const& setting : settings) {
        if (setting.screen <= 0) continue;
        for (auto const& name : setting.domains) {
            if (!domains.contains(name)) domains[name] = select_domains(scores, std::vector{name})[0];
            auto const& domain = domains[name].scores;
            if (!usable_rows(setting, domain).empty() && analysed_rows(setting, domain).empty())
                throw UsageError(fmt::format("--screen {} drops all {} models of base model \"{}\"", setting.screen,
                                             domain.rows(), name),
                                 fmt::format("the median of their totals is {:.4g}", median_total(domain)),
                                 "screen only scores that are not negative: use --screen auto or off, or leave the "
                                 "base model out");
        }
    }
}

/// Placebos that choose need something to choose from.
void check_choices(Experiment const& experiment)
{
    auto const& counts = experiment.counts();
    bool const asked = std::any_of(choice_kinds.begin(), choice_kinds.end(),
                                   [&](auto const& choice) { return counts.of(choice.kind) > 0; });
    if (!asked) return;
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s)
        if (experiment.has_choice(SettingId(s))) return;
    throw UsageError("--choice-placebo has nothing to choose from",
                     "it chooses the set of lowest MIC among sets of equally many base models, with --estimator "
                     "published and --objective mic",
                     "name several sets (--domains-from and --subset-sizes), or ask for --placebo");
}

} // namespace

Experiment make_experiment(SearchRequest const& request, ScoreMatrix const& scores, std::vector<std::string>& warnings)
{
    auto grid = request.grid;
    auto const sets = count_domain_sets(request.domains, scores);
    check_setting_count(sets * settings_per_set(grid), request.replicates, request.limits);
    grid.domain_sets = make_domain_sets(request.domains, scores, request.scores);
    settle_item_shares(grid, scores);
    auto settings = expand(grid);
    auto noise_warnings = choose_possible_noise(settings, std::ssize(scores.benchmarks));
    if (grid.common.missing_shift != 0 && std::none_of(settings.begin(), settings.end(), [](Setting const& setting) {
            return setting.missing_shift != 0;
        }))
        throw UsageError("--missing-shift has nothing to shift", "no setting knows of missing scores",
                         "choose --estimator joint --noise aware, with fewer factors than benchmarks");
    if (!grid.common.anchors.empty() &&
        std::none_of(settings.begin(), settings.end(), [](Setting const& setting) { return !setting.anchors.empty(); }))
        throw UsageError("--anchor has nothing to restrict", "no setting has loadings of its own",
                         "choose --estimator joint --noise aware, with fewer factors than benchmarks");
    for (auto const& setting : settings) {
        validate(setting, static_cast<std::int64_t>(scores.benchmarks.size()));
        (void)anchors_of(setting, scores.benchmarks);
    }
    check_task_count(settings, request.replicates, request.limits);
    check_screens(settings, scores);
    warnings = check_data(settings, scores, request.replicates.bootstrap > 0);
    warnings.insert(warnings.end(), noise_warnings.begin(), noise_warnings.end());
    Experiment experiment(settings, request.replicates, request.seed, scores.benchmarks);
    check_choices(experiment);
    check_record_bytes(experiment, request.keep_details, request.limits);
    return experiment;
}

} // namespace exahca
