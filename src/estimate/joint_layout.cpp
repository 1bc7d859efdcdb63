#include "joint_layout.hpp"

#include "exahca/estimate/layouts.hpp"
#include "exahca/estimate/noise_record.hpp"
#include "fitted_model.hpp"
#include "layout_parts.hpp"

namespace exahca {
namespace {

/// The maxima of the joint likelihood and how far they can be told apart.
void add_optima(RecordLayout& layout, Extents const& e)
{
    auto const real = FieldKind::real, integer = FieldKind::integer;
    Extent const optimum{"optimum", most_optima};
    layout.add("optimum_count", integer, {}, "1", "optima of the likelihood, apart from others by their flag");
    layout.add("optimum_log_likelihood", real, {optimum}, "nat",
               "log-likelihood of each, residual weights as they are at the end");
    layout.add("optimum_bic", real, {optimum}, "nat", "Bayesian information criterion of each, lower is better");
    layout.add("optimum_aic", real, {optimum}, "nat", "Akaike information criterion of each, lower is better");
    layout.add("optimum_released", FieldKind::boolean, {optimum}, "1", "whether its residual weights were released");
    layout.add("optimum_gap", real, {optimum}, "nat", "penalised isotropic log-likelihood below the highest");
    layout.add("optimum_behind", real, {optimum}, "nat",
               "penalised log-likelihood below the answer's, residual weights alike");
    layout.add("optimum_behind_error", real, {optimum}, "nat",
               "standard error of optimum_behind, from differences of single models, copies counted once");
    layout.add("optimum_fits", integer, {optimum}, "1", "starting orders that led to it");
    layout.add("optimum_restart_gain", real, {optimum}, "nat",
               "how much the last restart of its sources still raised it");
    layout.add("optimum_angle", real, {optimum, e.factor}, "degree",
               "angle to the answer's flag: entry j compares the spans of the last j rows of H");
    layout.add("optimum_unmixing", real, {optimum, e.level, e.benchmark}, "1", "H of each");
    layout.add("optimum_label", integer, {optimum, e.factor}, "1", "benchmarks, from 0, that name its factors");
    layout.add("answer", integer, {}, "1", "the optimum that is the answer");
    layout.add(
        "decided", FieldKind::boolean, {}, "1",
        "whether every other optimum is behind by more than the optimiser misses and than its standard error allows");
    layout.add("cut_off_as_exact", integer, {}, "1",
               "scores at a floor or ceiling that the likelihood takes as exact: with any, nothing is decided");
    layout.add("dependent_benchmarks", integer, {}, "1",
               "benchmarks that follow from others, whose noise is not independent: with any, nothing is decided");
    layout.add("optimiser_miss", real, {}, "nat",
               "how much the last restarts still found: gaps below it decide nothing");
    layout.add("remaining_miss", real, {}, "nat", "by how much a refit at another flag still beats the best optimum");
    layout.add("parameters", integer, {}, "1", "number of free parameters of the answer");
    layout.add("answer_bic", real, {}, "nat",
               "Bayesian information criterion of the answer, residual weights released");
    layout.add(
        "answer_penalised", real, {}, "nat",
        "answer_log_likelihood less the penalty on densities, which is what is maximised and by which optima compare");
    layout.add("answer_log_likelihood", real, {}, "nat", "log-likelihood of the answer, residual weights released");
    layout.add("hierarchy_bic_difference", real, {}, "nat",
               "BIC of the hierarchy minus that of free source matrices: negative favours the hierarchy");
    layout.add("hierarchy_degrees_of_freedom", integer, {}, "1", "parameters that the hierarchy saves");
    layout.add("invariance_bic_difference", real, {}, "nat",
               "BIC of one shared subspace minus that of a subspace for each domain: negative favours sharing");
    layout.add("invariance_degrees_of_freedom", integer, {}, "1", "parameters that the shared subspace saves");
    layout.add("unscreened_angle", real, {e.factor}, "degree",
               "angle between the answers with and without screening; missing where nothing was screened");
}

} // namespace

void add_likelihood_columns(RecordLayout& layout, std::vector<Extent> const& extents, std::string const& residuals)
{
    auto const real = FieldKind::real;
    layout.add("log_likelihood", real, extents, "nat", "log-likelihood of the joint fit, " + residuals);
    layout.add("bic", real, extents, "nat", "Bayesian information criterion, lower is better, " + residuals);
    layout.add("aic", real, extents, "nat", "Akaike information criterion, lower is better, " + residuals);
    layout.add("converged", FieldKind::boolean, extents, "1", "whether the joint fit met its tolerance");
}

void add_joint_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    add_likelihood_columns(layout, {e.order}, isotropic_residuals);
    layout.add("starts_mean_lower_bound", real, {}, "1",
               "no order has a lower n-weighted mean inexactness: proven by the search for starting orders");
    layout.add("starts_mic_lower_bound", real, {}, "1",
               "no order has a lower MIC: proven by the search for starting orders");
    layout.add("order_optimum", integer, {e.order}, "1", "the optimum that the order's fit reached");
    add_optima(layout, e);
    if (setting.noise == NoiseModel::aware) {
        add_noise_fields(layout, setting, benchmarks);
        add_fitted_model(layout, setting, benchmarks);
    }
}

} // namespace exahca
