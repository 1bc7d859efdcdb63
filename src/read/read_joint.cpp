#include "read_joint.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/numerics/chi_squared.hpp"
#include "stored_rows.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

void read_items(NoiseSummary& noise, DataGroup const& estimate, std::size_t benchmarks)
{
    auto const known = estimate.doubles("item_noise");
    noise.item_noise = rows_of(estimate, "item_noise", 0, known.size() / benchmarks);
    auto const shares = estimate.doubles("other_share"), likelihood = estimate.doubles("other_share_log_likelihood"),
               behind = estimate.doubles("other_share_behind"), lead = estimate.doubles("other_share_lead");
    auto const optima = estimate.integers("other_share_optimum");
    for (std::size_t i = 0; i < shares.size(); ++i) {
        auto const angles = rows_of(estimate, "other_share_angle", i, 1)[0];
        noise.item_shares.push_back({shares[i], likelihood.at(i), optima.at(i), behind.at(i), lead.at(i),
                                     *std::max_element(angles.begin(), angles.end())});
    }
}

void read_noise(JointSummary& joint, DataGroup const& estimate, std::vector<std::string> const& benchmarks)
{
    NoiseSummary noise;
    noise.noise = estimate.doubles("noise");
    auto const at_bound = estimate.integers("noise_at_bound");
    for (std::size_t i = 0; i < benchmarks.size(); ++i)
        if (at_bound.at(i) == 1) noise.at_bound.push_back(benchmarks[i]);
    auto const& searches = estimate.doubles("search_log_likelihood");
    noise.searches = std::count_if(searches.begin(), searches.end(), [](double value) { return !std::isnan(value); });
    noise.agreeing = estimate.integers("searches_agreeing").at(0);
    noise.spread = estimate.doubles("search_spread").at(0);
    noise.span_models = estimate.integers("span_models").at(0);
    noise.span_bic_difference = estimate.doubles("span_bic_difference").at(0);
    noise.span_angles = estimate.doubles("span_angle");
    if (estimate.find("missing_shift_angle") != nullptr) {
        noise.missing_shift = estimate.doubles("missing_shift").at(1);
        auto const angles = rows_of(estimate, "missing_shift_angle", 0, 2);
        if (!std::isnan(angles[0].at(0))) {
            noise.drawn_angles = angles[0];
            noise.shifted_angles = angles[1];
        }
    }
    if (estimate.find("anchor_restrictions") != nullptr) {
        auto& anchors = noise.anchors.emplace();
        anchors.restrictions = estimate.integers("anchor_restrictions").at(0);
        anchors.free_log_likelihood = estimate.doubles("free_log_likelihood").at(0);
        anchors.difference = estimate.doubles("free_difference").at(0);
        anchors.angles = estimate.doubles("free_angle");
    }
    if (estimate.find("item_noise") != nullptr) read_items(noise, estimate, benchmarks.size());
    joint.noise = std::move(noise);
}

} // namespace

double AnchorSummary::p_value() const { return chi_squared_tail(2 * difference, static_cast<double>(restrictions)); }

bool AnchorSummary::rejected() const
{
    constexpr double level = 0.05;
    return p_value() < level;
}

JointSummary read_joint(DataGroup const& estimate, std::vector<std::string> const& benchmarks, std::size_t levels)
{
    JointSummary joint;
    joint.optimum_count = estimate.integers("optimum_count").at(0);
    joint.decided = estimate.integers("decided").at(0) == 1;
    if (estimate.find("cut_off_as_exact") != nullptr) // not in older files
        joint.cut_off_as_exact = estimate.integers("cut_off_as_exact").at(0);
    if (estimate.find("dependent_benchmarks") != nullptr) // not in older files
        joint.dependent_benchmarks = estimate.integers("dependent_benchmarks").at(0);
    joint.optimiser_miss = estimate.doubles("optimiser_miss").at(0);
    joint.remaining_miss = estimate.doubles("remaining_miss").at(0);
    joint.log_likelihood = estimate.doubles("answer_log_likelihood").at(0);
    if (estimate.find("answer_penalised") != nullptr) // not in older files
        joint.penalised = estimate.doubles("answer_penalised").at(0);
    joint.bic = estimate.doubles("answer_bic").at(0);
    joint.parameters = estimate.integers("parameters").at(0);
    joint.hierarchy = {estimate.doubles("hierarchy_bic_difference").at(0),
                       estimate.integers("hierarchy_degrees_of_freedom").at(0)};
    joint.shared_space = {estimate.doubles("invariance_bic_difference").at(0),
                          estimate.integers("invariance_degrees_of_freedom").at(0)};
    auto const& unscreened = estimate.doubles("unscreened_angle");
    if (!std::isnan(unscreened.at(0))) joint.unscreened_angles = unscreened;
    auto const& likelihood = estimate.doubles("optimum_log_likelihood");
    auto const labels = estimate.integers("optimum_label"), fits = estimate.integers("optimum_fits"),
               released = estimate.integers("optimum_released");
    auto const answer = estimate.integers("answer").at(0);
    auto const* errors = estimate.find("optimum_behind_error"); // files before 2.0 have none with exact scores
    for (std::size_t i = 0; i < likelihood.size() && static_cast<std::int64_t>(i) < joint.optimum_count; ++i) {
        OptimumSummary optimum;
        for (std::size_t j = 0; j < levels; ++j)
            optimum.labels.push_back(benchmark_at(benchmarks, labels.at(i * levels + j)));
        optimum.log_likelihood = likelihood[i];
        optimum.bic = estimate.doubles("optimum_bic").at(i);
        optimum.gap = estimate.doubles("optimum_gap").at(i);
        optimum.behind = estimate.doubles("optimum_behind").at(i);
        if (errors != nullptr) optimum.behind_error = estimate.doubles("optimum_behind_error").at(i);
        optimum.fits = fits.at(i);
        optimum.released = released.at(i) == 1;
        optimum.answer = static_cast<std::int64_t>(i) == answer;
        optimum.angles = rows_of(estimate, "optimum_angle", i, 1)[0];
        joint.optima.push_back(std::move(optimum));
    }
    if (estimate.find("search_spread") != nullptr) read_noise(joint, estimate, benchmarks);
    return joint;
}

} // namespace exahca
