#include "unscreened.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/model/joint_fit.hpp"

#include <optional>

namespace exahca {
namespace {

/// The answer's fit, gone on with on all models; nothing where it fails.
std::optional<JointFit> refit(std::span<Matrix const> scores, JointOptions const& options, JointOptimum const& answer)
{
    if (options.noise == NoiseModel::aware) {
        NoiseData const data = standardised_data(scores, options);
        auto const found =
            try_noise_fit(data, with_known_noise(in_standard_units(answer.noise, data), data.known_noise));
        if (!found) return std::nullopt;
        return as_joint_fit(data, found->fit);
    }
    std::vector<CentredDomain> domains;
    for (Matrix const& matrix : scores) domains.push_back(centre(matrix));
    FitOptions fit;
    fit.density = options.density;
    fit.residuals = answer.residuals;
    return fit_joint(domains, answer.fit.parameters, fit);
}

} // namespace

UnscreenedAnswer answer_without_screening(std::span<Matrix const> scores, std::span<std::string const> names,
                                          JointOptions const& options, JointOptimum const& answer)
{
    auto const searched = estimate_joint(scores, names, options);
    UnscreenedAnswer without{searched.best().reading.unmixing, searched.warnings};
    if (searched.best().residuals != answer.residuals) return without; // of likelihoods that do not compare
    try {
        auto const fit = refit(scores, options, answer);
        if (fit && fit->penalised() > searched.best().fit.penalised())
            without.unmixing = read_fit(fit->parameters).unmixing;
    } catch (NumericalFailure const&) { // the search has its answer all the same
    }
    return without;
}

} // namespace exahca
