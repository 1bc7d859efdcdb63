#include "exahca/model/joint_fit.hpp"

#include "exahca/core/error.hpp"
#include "model/extended_family.hpp"
#include "model/joint_packing.hpp"

namespace exahca {
namespace {

// Sets every source's family to the most likely one and its scale with it. \return whether a family changed
bool choose_families(std::span<CentredDomain const> domains, JointParameters& parameters)
{
    bool changed = false;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Matrix const values = domains[k].rows * (parameters.sources[k] * parameters.subspace).transpose();
        for (Index j = 0; j < values.cols(); ++j) {
            // A family has a scale that suits the values best; it goes to the row of T_k.
            auto const [best, scale] = detail::likeliest_extended_family(values.col(j));
            auto& family = parameters.families[k][static_cast<std::size_t>(j)];
            changed = changed || family != best;
            family = best;
            parameters.sources[k].row(j) *= scale;
        }
    }
    return changed;
}

// Only log psi has bounds; without it the cheaper unbounded method does.
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
    // Coordinates are made at the start and stay; the packing brings fit.parameters into the form that it packs.
    detail::JointPacking const packing(domains, fit.parameters, options);
    JointLikelihood likelihood(domains);
    JointGradient gradient;
    double const scale = 1 / static_cast<double>(total_models(domains));
    ObjectiveFunction const objective = [&](Vector const& point, Vector& by_point) {
        // fit.parameters serve as room; the best point is unpacked again below.
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
