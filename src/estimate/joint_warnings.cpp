#include "joint_warnings.hpp"

#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/model/centred_domain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <utility>

namespace exahca {
namespace {

using Warnings = std::vector<std::string>;

std::string benchmark_name(std::span<std::string const> benchmarks, Index i)
{
    return benchmarks.empty() ? fmt::format("benchmark {}", i + 1)
                              : listed_name(benchmarks[static_cast<std::size_t>(i)]);
}

/// ICA that ended early, and components that a normal density describes best: two of those in one domain
/// cannot be told apart (docs/method.md, section 1).
void warn_of_domains(JointContext const& context, std::span<std::string const> names, Warnings& warnings)
{
    std::vector<Index> gaussian;
    for (std::size_t k = 0; k < context.domains.size(); ++k) {
        MlIca const& components = context.components[k];
        if (components.fast_ica_outcome == IcaOutcome::not_converged)
            warnings.push_back(fmt::format("FastICA has not converged on {}: its likelihood started from there",
                                           listed_name(names[k])));
        gaussian.push_back(components.gaussian_sources);
    }
    warn_of_gaussian_components(context.factors(), gaussian, names, warnings);
}

/// Benchmarks that do not vary, or only as combinations of others, by the pooled covariance within domains.
void warn_of_benchmarks(JointContext const& context, std::span<std::string const> benchmarks, Warnings& warnings)
{
    constexpr double no_variance = 1e-10; // of the largest, as in whitening_transform: a mean has rounding errors
    Matrix const pooled = pooled_covariance(context.domains);
    Index varying = 0;
    for (Index i = 0; i < pooled.rows(); ++i) {
        if (pooled(i, i) > no_variance * pooled.diagonal().maxCoeff())
            ++varying;
        else
            warnings.push_back(fmt::format("{} is constant within every base model: it says nothing about the order",
                                           benchmark_name(benchmarks, i)));
    }
    // The rank of the pooled covariance is below the number of benchmarks that vary.
    if (whitening_transform(pooled).rows() < varying)
        warnings.emplace_back("a benchmark is a combination of others within the base models: it says nothing new");
}

/// Residual weights psi_i that ended at 1/4 or 4 (largest_log_psi).
void warn_of_bounds(Vector const& log_psi, std::span<std::string const> benchmarks, Warnings& warnings)
{
    constexpr double at_bound = largest_log_psi - 1e-6; // the optimiser ends on a bound to within rounding
    for (auto const& [sign, bound] : {std::pair{-1, "lower bound of 1/4"}, std::pair{1, "upper bound of 4"}}) {
        Warnings names;
        for (Index i = 0; i < log_psi.size(); ++i)
            if (sign * log_psi[i] >= at_bound) names.push_back(benchmark_name(benchmarks, i));
        if (names.size() == 1)
            warnings.push_back(
                fmt::format("the residual weight of {} is at its {}: the fit would go further", names[0], bound));
        else if (!names.empty())
            warnings.push_back(fmt::format("the residual weights of {} are at their {}: the fit would go further",
                                           fmt::join(names, ", "), bound));
    }
}

void warn_of_answer(JointOptimum const& answer, std::span<std::string const> benchmarks, Warnings& warnings)
{
    if (answer.fit.outcome == MinimizerOutcome::stalled)
        warnings.emplace_back("the best joint fit stalled before it met its tolerance");
    else if (!answer.fit.converged())
        warnings.emplace_back("the best joint fit has not converged within its iterations");
    warn_of_bounds(answer.fit.parameters.log_psi, benchmarks, warnings);
}

} // namespace

void warn_of_gaussian_components(Index factors, std::span<Index const> gaussian, std::span<std::string const> names,
                                 std::vector<std::string>& warnings)
{
    std::map<Index, std::vector<std::string>, std::greater<>> domains; // by how many components
    for (std::size_t k = 0; k < gaussian.size(); ++k)
        if (gaussian[k] > 1) domains[gaussian[k]].push_back(listed_name(names[k]));
    for (auto const& [count, with_it] : domains) {
        auto const where = (with_it.size() > 1 ? "each of " : "") + listed(with_it);
        warnings.push_back(count == factors
                               ? fmt::format("all components of {} look Gaussian: nothing identifies them", where)
                               : fmt::format("{} of {} components of {} look Gaussian: nothing tells these apart",
                                             count, factors, where));
    }
}

std::vector<std::string> joint_warnings(JointContext const& context, std::span<std::string const> names,
                                        std::span<std::string const> benchmarks, JointEstimate const& estimate)
{
    Warnings warnings;
    warn_of_domains(context, names, warnings);
    warn_of_benchmarks(context, benchmarks, warnings);
    if (context.shared.outcome == MinimizerOutcome::iteration_limit)
        warnings.emplace_back("the shared subspace has not converged within its iterations");
    warn_of_answer(estimate.best(), benchmarks, warnings);
    if (estimate.search_outcome != SearchOutcome::optimum_proven)
        warnings.emplace_back("the search for starting orders ended at its limit: other starts may be better");
    return warnings;
}

} // namespace exahca
