#include "exahca/core/name_list.hpp"
#include "exahca/estimate/noise_record.hpp"
#include "exahca/numerics/density.hpp"
#include "joint_warnings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

std::string benchmark_name(std::vector<std::string> const& benchmarks, Index i)
{
    return benchmarks.empty() ? fmt::format("benchmark {}", i + 1)
                              : listed_name(benchmarks[static_cast<std::size_t>(i)]);
}

void warn_of_domains(JointOptions const& options, std::span<std::string const> names, JointEstimate const& estimate,
                     std::vector<std::string>& warnings)
{
    std::vector<Index> gaussian;
    for (std::size_t k = 0; k < names.size(); ++k) {
        gaussian.push_back(estimate.components[k].gaussian_sources);
    }
    warn_of_gaussian_components(options.factors, gaussian, names, warnings);
}

// Two kinds of bound, and two things to say: without known noise a share of the variance by fiat, with it the noise of
// the items.
void warn_of_bounds(JointOptions const& options, JointEstimate const& estimate, std::vector<std::string>& warnings)
{
    std::vector<std::string> bound, items;
    Vector const known = mean_known_noise(estimate.best().noise);
    for (Index const i : estimate.noise_at_bound)
        (known[i] > 0 ? items : bound).push_back(benchmark_name(options.benchmarks, i));
    if (!bound.empty())
        warnings.push_back(
            fmt::format("the noise of {} is at its lower bound: what only {} measures cannot be distinguished from its "
                        "noise",
                        fmt::join(bound, ", "), bound.size() == 1 ? "this benchmark" : "one of these benchmarks"));
    if (!items.empty())
        warnings.push_back(fmt::format("the scores of {} have no noise beyond that of {} items, and may have less: the "
                                       "true share may be smaller",
                                       fmt::join(items, ", "), items.size() == 1 ? "its" : "their"));
}

/// Where another share of the items' noise gives another answer.
void warn_of_item_shares(JointOptions const& options, JointEstimate const& estimate, std::vector<std::string>& warnings)
{
    for (ItemShare const& share : estimate.item_shares) {
        if (share.optimum < 0 || !(share.angles.maxCoeff() >= options.same_flag_degrees)) continue;
        warnings.push_back(
            fmt::format("with a share of {:g} of the items' noise another answer is the best", share.share));
    }
}

} // namespace

std::vector<std::string> noise_warnings(JointOptions const& options, std::span<std::string const> names,
                                        JointEstimate const& estimate)
{
    std::vector<std::string> warnings;
    warn_of_domains(options, names, estimate, warnings);
    warn_of_bounds(options, estimate, warnings);
    warn_of_item_shares(options, estimate, warnings);
    auto const outcome = estimate.best().fit.outcome;
    if (outcome == MinimizerOutcome::iteration_limit)
        warnings.emplace_back("the best noise-aware fit has not converged within its iterations");
    if (estimate.search_outcome != SearchOutcome::optimum_proven)
        warnings.emplace_back("the search for starting orders ended at its limit: other starts may be better");
    auto const searches = static_cast<int>(estimate.search_values.size());
    if (searches > 1 && estimate.best().searches < 2)
        warnings.push_back(fmt::format("{} of {} independent searches found the answer: a better one may exist",
                                       estimate.best().searches == 1 ? "only one" : "none", searches));
    return warnings;
}

} // namespace exahca
