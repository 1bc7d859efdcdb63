#include "missing_shift.hpp"

#include "exahca/model/flag.hpp"
#include "exahca/model/noise_data.hpp"
#include "exahca/model/score_posterior.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

bool any_missing(std::vector<Matrix> const& scores)
{
    return std::any_of(scores.begin(), scores.end(), [](Matrix const& domain) { return domain.hasNaN(); });
}

} // namespace

ReplicateData fill_missing(ReplicateData const& data, NoiseParameters const& parameters,
                           std::span<std::string const> names, double shift, RandomKey const& key)
{
    // The fit's own coordinates: same centres, deviations and rounding.
    auto const standardised = noise_data(data.scores, data.bounds);
    auto const model = in_standard_units(parameters, standardised);
    ReplicateData filled = data;
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        // Each base model has its own stream; the two cases draw the same numbers and differ in the shift alone.
        RandomStream random({key.seed, key.purpose, key.replicate, names[k], 0});
        Matrix const drawn = draw_missing(model, k, standardised.domains[k], random);
        Matrix& scores = filled.scores[k];
        for (Index j = 0; j < scores.cols(); ++j) {
            if (is_constant(data.scores[k].col(j))) continue; // the model knows nothing of it
            for (Index i = 0; i < scores.rows(); ++i) {
                if (!std::isnan(data.scores[k](i, j))) continue;
                double const score = drawn(i, j) * standardised.deviations[j] + standardised.centres[j] + shift;
                scores(i, j) = data.bounds.floor.size() == 0
                                   ? score
                                   : std::clamp(score, data.bounds.floor[j], data.bounds.ceiling[j]);
            }
        }
    }
    return filled;
}

std::vector<Vector> missing_shift_angles(AnalysisRequest const& request, ReplicateData const& data,
                                         JointOptions const& options, JointEstimate const& estimate)
{
    if (!any_missing(data.scores)) return {};
    auto const& names = request.setting.domains;
    auto const& best = estimate.best();
    std::vector<Vector> angles;
    for (double const shift : {0.0, request.setting.missing_shift}) {
        auto const filled = fill_missing(data, best.noise, names, shift, {request.key.seed, "missing-shift", 0, {}, 0});
        // The effort of a replicate, with the bounds and items that the options hold.
        auto const other = estimate_joint(filled.scores, names, options);
        angles.push_back(flag_angles(best.reading.unmixing, other.best().reading.unmixing));
    }
    return angles;
}

} // namespace exahca
