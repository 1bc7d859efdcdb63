#include "exahca/model/joint_fit.hpp"

#include "exahca/core/error.hpp"
#include "model/joint_packing.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace exahca {
namespace {

constexpr std::array<DensityFamily, 3> extended_families = {DensityFamily::sech, DensityFamily::gauss,
                                                            DensityFamily::bimodal};

// Sum of log f(c s) + n log c, highest over scales c, which is set: the families have different variances.
double highest_over_scales(DensityFamily family, Vector const& values, double& scale)
{
    std::vector<double> scores(static_cast<std::size_t>(values.size()));
    Vector scaled(values.size());
    double const n = static_cast<double>(values.size());
    double best = -std::numeric_limits<double>::infinity();
    for (int i = -10; i <= 10; ++i) {
        double const candidate = std::exp(0.1 * i); // 1 is among them, so the likelihood cannot fall
        scaled = candidate * values;
        double const sum =
            sum_log_density(family, {scaled.data(), scores.size()}, {}, scores, {}) + n * std::log(candidate);
        if (sum > best) {
            best = sum;
            scale = candidate;
        }
    }
    return best;
}

// Sets every source's family to the most likely one and its scale with it. \return whether a family changed
bool choose_families(std::span<CentredDomain const> domains, JointParameters& parameters)
{
    bool changed = false;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Matrix const values = domains[k].rows * (parameters.sources[k] * parameters.subspace).transpose();
        for (Index j = 0; j < values.cols(); ++j) {
            DensityFamily best = DensityFamily::sech;
            double best_sum = -std::numeric_limits<double>::infinity(), best_scale = 1;
            for (DensityFamily const family : extended_families) {
                double scale = 1;
                double const sum = highest_over_scales(family, values.col(j), scale);
                if (sum > best_sum) {
                    best = family;
                    best_sum = sum;
                    best_scale = scale;
                }
            }
            auto& family = parameters.families[k][static_cast<std::size_t>(j)];
            changed = changed || family != best;
            family = best;
            parameters.sources[k].row(j) *= best_scale;
        }
    }
    return changed;
}

MinimizerResult run(detail::JointPacking const& packing, ObjectiveFunction const& objective,
                    JointParameters const& parameters, FitOptions const& options)
{
    Vector const start = packing.pack(parameters);
    if (!packing.has_residuals()) return minimize(objective, start, options.minimizer);
    auto const [lower, upper] = packing.bounds();
    return minimize_within(objective, start, lower, upper, options.minimizer);
}

} // namespace

JointFit fit_joint(std::span<CentredDomain const> domains, JointParameters const& start, FitOptions const& options)
{
    JointFit fit;
    fit.parameters = start;
    bool const extended = options.density == DensityFamily::extended;
    if (extended) choose_families(domains, fit.parameters);
    detail::JointPacking const packing(domains, fit.parameters, options);
    JointLikelihood likelihood(domains);
    JointGradient gradient;
    double const scale = 1 / static_cast<double>(total_models(domains));
    ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
        packing.unpack(point, fit.parameters);
        double value = likelihood.evaluate(fit.parameters, gradient);
        value -= subtract_penalty(fit.parameters, gradient);
        packing.pack_gradient(gradient, by_point);
        by_point *= -scale;
        return -scale * value;
    };

    constexpr int max_rounds = 6; // choices of families; each can only raise the likelihood
    for (int round = 0; round < (extended ? max_rounds : 1); ++round) {
        if (round > 0 && !choose_families(domains, fit.parameters)) break;
        MinimizerResult const result = run(packing, objective, fit.parameters, options);
        if (result.outcome == MinimizerOutcome::not_finite)
            throw NumericalFailure("the joint likelihood is not finite at the start of the fit");
        packing.unpack(result.point, fit.parameters);
        fit.iterations += result.iterations;
        fit.evaluations += result.evaluations;
        fit.outcome = result.outcome;
    }
    fit.log_likelihood = likelihood.evaluate(fit.parameters, gradient);
    fit.penalty = subtract_penalty(fit.parameters, gradient);
    return fit;
}

} // namespace exahca
