#include "joint_record.hpp"

#include "exahca/estimate/layouts.hpp"
#include "exahca/model/alignment.hpp"
#include "exahca/model/flag.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

/// One line of the table of orders. Likelihoods are those with isotropic residuals, so that orders compare.
struct ListedOrder
{
    CandidateOrder const& order;
    OrderInexactness const& inexactness;
    JointFit const& isotropic;
    double bic, aic;
    bool converged;
    int optimum;
    Matrix const& unmixing;
    Vector angles; ///< to the answer's flag, both isotropic
};

/// The answer as the first line: its likelihoods are isotropic like those of the other lines, H and convergence those
/// of the final fit.
ListedOrder answer_of(JointEstimate const& estimate)
{
    auto const& best = estimate.best();
    return {best.order,
            best.inexactness,
            best.isotropic,
            best.isotropic_bic,
            best.isotropic_aic,
            best.fit.converged(),
            estimate.answer,
            best.reading.unmixing, // of the final fit: what is reported
            Vector::Zero(best.reading.unmixing.rows())};
}

ListedOrder start_of(FittedOrder const& start, JointEstimate const& estimate)
{
    return {start.order,   start.inexactness, start.fit,
            start.bic,     start.aic,         start.fit.converged(),
            start.optimum, start.unmixing,    flag_angles(estimate.best().isotropic_reading.unmixing, start.unmixing)};
}

} // namespace

void put_orders(RecordBuilder& record, Setting const& setting, JointEstimate const& estimate)
{
    std::vector<ListedOrder> listed{answer_of(estimate)};
    for (auto const& start : estimate.orders) // they fall in penalised likelihood
        if (static_cast<int>(listed.size()) < setting.best && start.order != estimate.best().order)
            listed.push_back(start_of(start, estimate));

    std::vector<double> objective, mic, mean, inexactness, rows, angles, likelihood, bic, aic, converged, optimum;
    std::vector<Matrix> unmixing;
    for (auto const& entry : listed) {
        objective.push_back(-entry.isotropic.penalised());
        mic.push_back(entry.inexactness.mic);
        mean.push_back(entry.inexactness.mean);
        inexactness.insert(inexactness.end(), entry.inexactness.domains.begin(), entry.inexactness.domains.end());
        for (auto const& domain_rows : entry.order.rows)
            rows.insert(rows.end(), domain_rows.begin(), domain_rows.end());
        unmixing.push_back(entry.unmixing);
        angles.insert(angles.end(), entry.angles.begin(), entry.angles.end());
        likelihood.push_back(entry.isotropic.log_likelihood);
        bic.push_back(entry.bic);
        aic.push_back(entry.aic);
        converged.push_back(entry.converged);
        optimum.push_back(entry.optimum);
    }
    record.set("order_count", static_cast<double>(listed.size()));
    record.set("search_outcome", static_cast<double>(estimate.search_outcome));
    record.set("starts_mean_lower_bound", estimate.mean_lower_bound);
    record.set("starts_mic_lower_bound", estimate.mic_lower_bound);
    record.set("objective", objective);
    record.set("mic", mic);
    record.set("mean_inexactness", mean);
    record.set("inexactness", inexactness);
    record.set("row", rows);
    record.set("unmixing", unmixing);
    record.set("angle_to_best", angles);
    record.set("log_likelihood", likelihood);
    record.set("bic", bic);
    record.set("aic", aic);
    record.set("converged", converged);
    record.set("order_optimum", optimum);
}

void put_optima(RecordBuilder& record, JointEstimate const& estimate, Moments const& pooled)
{
    std::vector<double> likelihood, bic, aic, released, gap, behind, errors, fits, gain, angles, labels;
    std::vector<Matrix> unmixing;
    auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(most_optima));
    for (auto const& optimum : std::span(estimate.optima).first(count)) {
        likelihood.push_back(optimum.fit.log_likelihood);
        bic.push_back(optimum.bic);
        aic.push_back(optimum.aic);
        released.push_back(optimum.residuals == ResidualFit::released);
        gap.push_back(optimum.gap);
        behind.push_back(optimum.behind);
        errors.push_back(optimum.behind_error);
        fits.push_back(optimum.fits);
        gain.push_back(optimum.restart_gain);
        angles.insert(angles.end(), optimum.angles_to_best.begin(), optimum.angles_to_best.end());
        unmixing.push_back(optimum.reading.unmixing);
        auto const alignment = align_with_benchmarks(optimum.reading.factor_scores, pooled);
        labels.insert(labels.end(), alignment.labels.begin(), alignment.labels.end());
    }
    record.set("optimum_count", static_cast<double>(estimate.optima.size()));
    record.set("optimum_log_likelihood", likelihood);
    record.set("optimum_bic", bic);
    record.set("optimum_aic", aic);
    record.set("optimum_released", released);
    record.set("optimum_gap", gap);
    record.set("optimum_behind", behind);
    record.set("optimum_behind_error", errors);
    record.set("optimum_fits", fits);
    record.set("optimum_restart_gain", gain);
    record.set("optimum_angle", angles);
    record.set("optimum_unmixing", unmixing);
    record.set("optimum_label", labels);
    record.set("answer", estimate.answer);
    record.set("decided", estimate.decided);
    record.set("cut_off_as_exact", static_cast<double>(estimate.cut_off_as_exact));
    record.set("dependent_benchmarks", static_cast<double>(estimate.dependent_benchmarks));
    record.set("optimiser_miss", estimate.optimiser_miss);
    record.set("remaining_miss", estimate.remaining_miss);
    record.set("parameters", static_cast<double>(estimate.best().parameters));
    record.set("answer_bic", estimate.best().bic);
    record.set("answer_penalised", estimate.best().fit.penalised());
    record.set("answer_log_likelihood", estimate.best().fit.log_likelihood);
}

void put_components(RecordBuilder& record, JointEstimate const& estimate)
{
    std::vector<double> converged;
    for (auto const& component : estimate.components)
        converged.push_back(component.outcome == MinimizerOutcome::converged);
    record.set("models_used", estimate.sizes);
    record.set("ica_converged", converged);
}

void put_answer(RecordBuilder& record, JointEstimate const& estimate)
{
    auto const& best = estimate.best();
    record.set("objective", -best.fit.penalised());
    // Likelihoods compare where residuals are treated alike, so the next one is looked for among those optima.
    double next = std::nan("");
    for (auto const& optimum : estimate.optima)
        if (&optimum != &best && optimum.residuals == best.residuals) next = std::fmin(next, -optimum.fit.penalised());
    record.set("next_objective", next);
    record.set("mic", best.inexactness.mic);
    record.set("mean_inexactness", best.inexactness.mean);
    record.set("inexactness", best.inexactness.domains);
    record.set("log_likelihood", best.fit.log_likelihood);
    record.set("bic", best.bic);
    record.set("aic", best.aic);
    record.set("converged", best.fit.converged());
    record.set("unmixing", best.reading.unmixing);
}

} // namespace exahca
