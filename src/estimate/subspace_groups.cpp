#include "estimate/subspace_groups.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace exahca::detail {

SubspaceGroups::SubspaceGroups(std::span<CentredDomain const> domains, Index factors)
    : domains_(domains), factors_(factors)
{
    for (std::size_t k = 0; k < domains.size(); ++k) {
        SubspaceGroup single{{k}, 0, {false}, {}};
        // Of one domain the leading eigenvectors are the maximum near which factors are looked for
        // (compare_invariance).
        single.shared.projection = leading_eigenvectors(domains[k].covariance, factors);
        single.shared.log_likelihood = subspace_log_likelihood({&domains[k], 1}, single.shared.projection);
        singles_.push_back(std::move(single));
    }
    for (std::size_t a = 0; a < domains.size(); ++a) {
        auto& row = pairs_.emplace_back();
        for (std::size_t b = 0; b < a; ++b) row.push_back(join(singles_[a], singles_[b]));
    }
}

SubspaceGroup const& SubspaceGroups::pair(std::size_t a, std::size_t b) const
{
    return pairs_[std::max(a, b)][std::min(a, b)].group;
}

std::vector<CentredDomain> SubspaceGroups::gather(std::vector<std::size_t> const& members) const
{
    std::vector<CentredDomain> gathered;
    for (auto const k : members) gathered.push_back(domains_[k]);
    return gathered;
}

SubspaceGroups::Merger SubspaceGroups::join(SubspaceGroup const& a, SubspaceGroup const& b) const
{
    Merger merger;
    auto& group = merger.group;
    std::merge(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
               std::back_inserter(group.members));
    auto const domains = gather(group.members);
    // One subspace for all, from the pooled eigenvectors and from what each group has.
    std::vector<Matrix> const starts = {find_shared_subspace(domains, factors_).projection, a.shared.projection,
                                        b.shared.projection};
    auto const comparison = compare_invariance(domains, starts);
    group.shared = comparison.shared;
    group.bic = comparison.bic_difference();
    for (std::size_t k = 0; k < domains.size(); ++k)
        group.weak.push_back(comparison.weak_in_shared[k] || comparison.weak_in_own[k]);
    // The two groups apart: never worse than together, since the common subspace is one that each could have.
    double apart = 0;
    for (auto const* part : {&a, &b}) {
        auto const end = climb_from(gather(part->members), group.shared.projection);
        apart += std::max(part->shared.log_likelihood, end.log_likelihood);
    }
    double const lost = std::max(0.0, apart - group.shared.log_likelihood);
    auto const saved = static_cast<double>(factors_ * (domains.front().benchmarks() - factors_));
    // BIC together less BIC apart: 2 (l_apart - l_together) - m (d - m) log N, N the models of these domains alone.
    merger.gain = 2 * lost - saved * std::log(static_cast<double>(total_models(domains)));
    return merger;
}

std::vector<SubspaceGroup> SubspaceGroups::merge() const
{
    auto groups = singles_;
    auto mergers = pairs_; // those that a merger does not touch stay as they are
    for (;;) {
        double best = 0;
        std::size_t first = 0, second = 0;
        for (std::size_t a = 0; a < groups.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                // The second condition: one subspace for all members has to be better than one for each, too, or a
                // group could grow by mergers that each look good beside what was merged before.
                if (mergers[a][b].gain < best && mergers[a][b].group.bic < 0) {
                    best = mergers[a][b].gain;
                    first = b;
                    second = a;
                }
        if (best >= 0) break;
        // `second` goes, `first` holds the merged group, and only its mergers are computed anew: O(K) joins a step.
        groups[first] = std::move(mergers[second][first].group);
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(second));
        mergers.erase(mergers.begin() + static_cast<std::ptrdiff_t>(second));
        for (std::size_t a = second; a < mergers.size(); ++a)
            mergers[a].erase(mergers[a].begin() + static_cast<std::ptrdiff_t>(second));
        for (std::size_t b = 0; b < first; ++b) mergers[first][b] = join(groups[first], groups[b]);
        for (std::size_t a = first + 1; a < groups.size(); ++a) mergers[a][first] = join(groups[a], groups[first]);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](auto const& a, auto const& b) { return a.members.size() > b.members.size(); });
    return groups;
}

} // namespace exahca::detail
