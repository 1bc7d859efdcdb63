#include "exahca/estimate/set_choice.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/estimate/order_table.hpp"
#include "exahca/estimate/published_analysis.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/search/order_search.hpp"

#include <limits>
#include <map>
#include <optional>
#include <string>

namespace exahca {
namespace {

/// A base model of the placebo. Which set it is analysed in makes no difference.
struct DrawnDomain
{
    Matrix unmixing;
    double models = 0;
};

/// The placebo of one base model, unmixed; nothing where it cannot be. Keys have its name, so it is the same in all
/// sets.
std::optional<DrawnDomain> draw_domain(Setting setting, std::string const& domain, Dataset const& dataset,
                                       ReplicateKind placebo, RandomKey key, UnmixingCache* unmixed)
{
    setting.domains = {domain};
    RecordLayout const none; // placebos are drawn from the scores, not from an estimate
    try {
        auto const data = drawn_data(setting, dataset, placebo, key, RecordView(none, {}));
        key.name = domain;
        auto const options = published_unmixing_options(setting, setting.restarts);
        auto found = unmixed != nullptr ? unmixed->unmix(data.scores[0], options, key)
                                        : unmix_domain(data.scores[0], options, key);
        return DrawnDomain{std::move(found.matrix), static_cast<double>(data.scores[0].rows())};
    } catch (NumericalFailure const&) { // counted with every set that has it
        return std::nullopt;
    }
}

/// The drawn base models of all sets by name, each drawn when it is first met.
class DrawnDomains
{
public:
    DrawnDomains(Dataset const& dataset, ReplicateKind placebo, RandomKey const& key, UnmixingCache* unmixed)
        : dataset_(dataset), placebo_(placebo), key_(key), unmixed_(unmixed)
    {
    }

    std::optional<DrawnDomain> const& of(Setting const& setting, std::string const& domain)
    {
        auto const [place, is_new] = drawn_.try_emplace(domain);
        if (is_new) {
            StopScope::look();
            place->second = draw_domain(setting, domain, dataset_, placebo_, key_, unmixed_);
        }
        return place->second;
    }

private:
    Dataset const& dataset_;
    ReplicateKind placebo_;
    RandomKey key_;
    UnmixingCache* unmixed_;
    std::map<std::string, std::optional<DrawnDomain>> drawn_;
};

/// The best order of a set, looked for no higher than `lowest`; nothing where the set cannot be analysed. With the best
/// value so far as incumbent a search is short, and proves the minimum over sets without the values of the others
/// (method.md, section 8, Choice).
std::optional<SearchResult> search_set(Setting const& setting, DrawnDomains& drawn, double lowest)
{
    std::vector<Matrix> matrices;
    std::vector<double> sizes;
    for (auto const& name : setting.domains) {
        auto const& domain = drawn.of(setting, name);
        if (!domain) return std::nullopt;
        matrices.push_back(domain->unmixing);
        sizes.push_back(domain->models);
    }
    auto options = order_search_options(setting, std::move(sizes), 1, search_limits(setting, SearchUse::replicate));
    if (lowest < std::numeric_limits<double>::infinity()) options.incumbent = lowest;
    try {
        return search_orders(matrices, options);
    } catch (InvalidInput const&) { // matrices without full rank
        return std::nullopt;
    }
}

} // namespace

AnalysisRecord choose_set(RecordLayout const& layout, std::span<Setting const* const> sets, Dataset const& dataset,
                          ReplicateKind placebo, RandomKey const& key, UnmixingCache* unmixed)
{
    EXAHCA_EXPECT(!sets.empty());
    DrawnDomains drawn(dataset, placebo, key, unmixed);
    double lowest = std::numeric_limits<double>::infinity();
    std::size_t chosen = 0;
    std::int64_t failed = 0;
    auto outcome = SearchOutcome::optimum_proven;
    for (std::size_t s = 0; s < sets.size(); ++s) {
        StopScope::look();
        auto const found = search_set(*sets[s], drawn, lowest);
        if (!found) {
            ++failed;
            continue;
        }
        if (found->outcome == SearchOutcome::stopped) throw StopRequested();
        if (found->outcome != SearchOutcome::optimum_proven) outcome = found->outcome;
        // A set that only equals the lowest does not replace it: of ties the first set is named.
        if (found->best.empty() || found->best[0].value >= lowest) continue;
        lowest = found->best[0].value;
        chosen = s;
    }
    if (failed == std::ssize(sets)) throw NumericalFailure("none of the sets of base models can be analysed");
    RecordBuilder record(layout);
    record.set("search_outcome", static_cast<double>(outcome));
    record.set("mic", lowest);
    record.set("set", static_cast<double>(chosen));
    record.set("sets_failed", static_cast<double>(failed));
    return {record.take(), {}};
}

} // namespace exahca
