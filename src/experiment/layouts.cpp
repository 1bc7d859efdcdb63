#include "layouts.hpp"

#include "exahca/experiment/experiment.hpp"
#include "fitted_model.hpp"
#include "noise_record.hpp"

#include <array>

namespace exahca {
namespace {

/// Dimensions of one setting.
struct Extents
{
    Extent order, domain, level, source, benchmark, factor, effect, cause;

    Extents(Setting const& setting, std::int64_t benchmarks)
        : order{"order", setting.best}, domain{"domain", static_cast<std::int64_t>(setting.domains.size())},
          level{"level", setting.factors}, source{"source", setting.factors}, benchmark{"benchmark", benchmarks},
          factor{"factor", setting.factors}, effect{"effect", setting.factors}, cause{"cause", setting.factors}
    {
    }
};

void add_reading(RecordLayout& layout, Extents const& e)
{
    auto const real = FieldKind::real;
    layout.add("alignment_r2", real, {e.factor}, "1",
               "share of a factor's variance explained by its benchmark and the factors before it");
    layout.add("loadings", real, {e.benchmark, e.factor}, "percent",
               "change of each benchmark when a factor rises by one point of its own benchmark, other factors held");
    layout.add("factor_weights", real, {e.factor, e.benchmark}, "1",
               "aligned factor as a weighted sum of benchmark scores (rows of the aligned unmixing matrix)");
    layout.add("coefficients", real, {e.domain, e.effect, e.cause}, "1",
               "structural coefficients: points of the effect per point of the cause, aligned units");
    layout.add("total_effects", real, {e.domain, e.effect, e.cause}, "1",
               "total effects: direct and indirect, points of the effect per point of the cause");
    layout.add("benchmark_effects", real, {e.domain, e.benchmark, e.factor}, "percent",
               "total effect of one point of a factor on each benchmark");
}

void add_ica_report(RecordLayout& layout, Extents const& e, Estimator estimator)
{
    layout.add("models_used", FieldKind::integer, {e.domain}, "1", "models left after screening");
    if (estimator == Estimator::published) // joint starts ICA once
        layout.add("ica_optima", FieldKind::integer, {e.domain}, "1", "distinct optima that the restarts of ICA met");
    layout.add("ica_converged", FieldKind::boolean, {e.domain}, "1", "whether ICA met its tolerance");
}

/// \param residuals  of the fits that the columns speak of
void add_likelihood_columns(RecordLayout& layout, std::vector<Extent> const& extents, std::string const& residuals)
{
    auto const real = FieldKind::real;
    layout.add("log_likelihood", real, extents, "nat", "log-likelihood of the joint fit, " + residuals);
    layout.add("bic", real, extents, "nat", "Bayesian information criterion, lower is better, " + residuals);
    layout.add("aic", real, extents, "nat", "Akaike information criterion, lower is better, " + residuals);
    layout.add("converged", FieldKind::boolean, extents, "1", "whether the joint fit met its tolerance");
}

char const* const isotropic = "isotropic residuals";
char const* const released = "residual weights as they are at the end";

void add_objective(RecordLayout& layout, Estimator estimator, std::vector<Extent> const& extents,
                   std::string const& residuals)
{
    if (estimator == Estimator::joint)
        layout.add("objective", FieldKind::real, extents, "nat",
                   "what the joint fit minimised: minus the penalised log-likelihood, " + residuals);
    else
        layout.add("objective", FieldKind::real, extents, "1", "value that the search minimised");
}

void add_mean_inexactness(RecordLayout& layout, Estimator estimator, std::vector<Extent> const& extents)
{
    layout.add("mean_inexactness", FieldKind::real, extents, "1",
               estimator == Estimator::joint
                   ? "mean inexactness coefficient over domains, weighted by their numbers of models"
                   : "mean inexactness coefficient over domains");
}

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
    layout.add("optimum_fits", integer, {optimum}, "1", "starting orders that led to it");
    layout.add("optimum_restart_gain", real, {optimum}, "nat",
               "how much the last restart of its sources still raised it");
    layout.add("optimum_angle", real, {optimum, e.factor}, "degree",
               "angle to the answer's flag: entry j compares the spans of the last j rows of H");
    layout.add("optimum_unmixing", real, {optimum, e.level, e.benchmark}, "1", "H of each");
    layout.add("optimum_label", integer, {optimum, e.factor}, "1", "benchmarks, from 0, that name its factors");
    layout.add("answer", integer, {}, "1", "the optimum that is the answer");
    layout.add("decided", FieldKind::boolean, {}, "1",
               "whether the gap to the next optimum is above what the optimiser is measured to miss");
    layout.add("optimiser_miss", real, {}, "nat",
               "how much the last restarts still found: gaps below it decide nothing");
    layout.add("remaining_miss", real, {}, "nat", "by how much a refit at another flag still beats the best optimum");
    layout.add("parameters", integer, {}, "1", "number of free parameters of the answer");
    layout.add("answer_bic", real, {}, "nat",
               "Bayesian information criterion of the answer, residual weights released");
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

char const* const outcome_description = "0 optimum proven, 1 tuple limit, 2 time limit, 3 stopped";
char const* const flag_outcome_description =
    "0 optimum proven, 1 cell limit, 3 stopped, 4 cells too small to divide remain, 5 no proof was tried";

/// How the search of a replicate ended; with several searches, the worst.
void add_search_outcome(RecordLayout& layout, Setting const& setting)
{
    bool const joint = setting.estimator == Estimator::joint;
    layout.add("search_outcome", FieldKind::integer, {}, "1",
               std::string(joint ? "searches for starting orders: " : "search for orders: ") + outcome_description);
}

/// The table of the best orders, or flags.
void add_orders(RecordLayout& layout, Extents const& e, Setting const& setting)
{
    auto const estimator = setting.estimator;
    bool const flags = estimator == Estimator::given && is_of_flags(setting.objective);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    layout.add("order_count", integer, {}, "1", "orders listed; fewer than asked for when fewer exist");
    layout.add("search_outcome", integer, {}, "1", flags ? flag_outcome_description : outcome_description);
    layout.add("lower_bound", real, {}, "1",
               flags ? "no flag has a lower value of the search's objective"
                     : "published, given: no order can have a lower value of the search's objective");
    add_objective(layout, estimator, {e.order}, isotropic);
    layout.add("mic", real, {e.order}, "1", "maximum inexactness coefficient over domains");
    add_mean_inexactness(layout, estimator, {e.order});
    layout.add("inexactness", real, {e.order, e.domain}, "1", "inexactness coefficient of each domain");
    layout.add("row", integer, {e.order, e.domain, e.level}, "1",
               "row, from 0, of the domain's unmixing matrix that stands at each level");
    layout.add("unmixing", real, {e.order, e.level, e.benchmark}, "1",
               "H: orthonormal rows, level 1 first; the last level carries the first factor of the causal order");
    layout.add("angle_to_best", real, {e.order, e.factor}, "degree",
               "largest principal angle to the best order's flag: entry j compares the spans of the last j rows of H");
}

} // namespace

RecordLayout estimate_layout(Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    RecordLayout layout;
    add_orders(layout, e, setting);
    if (setting.estimator == Estimator::joint) {
        add_likelihood_columns(layout, {e.order}, isotropic);
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
    layout.add("sources_unmixing", real, {e.domain, e.source, e.benchmark}, "1",
               "M_k: unmixing matrix of each domain, sources of unit variance");
    if (setting.estimator == Estimator::given) {
        if (is_of_flags(setting.objective))
            layout.add(
                "searched_span_angle", real, {e.domain}, "degree",
                "largest principal angle between the domain's sources and the span that flags were looked for in");
        return layout;
    }
    layout.add("fitted_sources", real, {e.domain, e.level, e.benchmark}, "1",
               "sources of the best order's fit, as weighted sums of centred scores, by level");
    layout.add("domain_mean", real, {e.domain, e.benchmark}, "percent", "mean score of each domain");
    layout.add("sem", real, {e.domain, e.level, e.source}, "1", "B_k: upper triangular, best order");
    layout.add("alignment_benchmark", integer, {e.factor}, "1", "benchmark, from 0, that names each factor");
    layout.add("benchmark_r2", real, {e.factor, e.benchmark}, "1",
               "R^2 of each factor on each benchmark and the factors before it");
    add_reading(layout, e);
    add_ica_report(layout, e, setting.estimator);
    return layout;
}

RecordLayout brief_layout(RecordLayout const& estimate)
{
    constexpr std::array kept{
        "search_outcome", "lower_bound",           "mic",        "mean_inexactness", "inexactness",
        "unmixing",       "answer_log_likelihood", "answer_bic", "decided",          "alignment_benchmark",
        "alignment_r2",   "coefficients",          "models_used"};
    RecordLayout brief;
    for (auto const* name : kept) {
        if (!estimate.has(name)) continue; // the likelihoods of another estimator
        auto const& field = estimate.field(name);
        std::vector<Extent> extents;
        for (std::size_t i = 0; i < field.dims.size(); ++i)
            if (field.dims[i] != "order") extents.push_back({field.dims[i], field.shape[i]});
        brief.add(field.name, field.kind, extents, field.units, field.description);
    }
    return brief;
}

RecordLayout replicate_layout(Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    RecordLayout layout;
    add_search_outcome(layout, setting);
    bool const joint = setting.estimator == Estimator::joint;
    add_objective(layout, setting.estimator, {}, released);
    layout.add("next_objective", real, {}, joint ? "nat" : "1",
               joint ? "the same, next best optimum with the same residual weights released or not; missing: none"
                     : "the same, next best order");
    layout.add("mic", real, {}, "1", "maximum inexactness coefficient over domains, best order");
    add_mean_inexactness(layout, setting.estimator, {});
    layout.add("inexactness", real, {e.domain}, "1", "inexactness coefficient of each domain, best order");
    layout.add("unmixing", real, {e.level, e.benchmark}, "1", "H of the best order: orthonormal rows, level 1 first");
    layout.add("angle_to_estimate", real, {e.factor}, "degree",
               "largest principal angle to the estimate's flag: entry j compares the spans of the last j rows of H");
    if (joint) add_likelihood_columns(layout, {}, released);
    layout.add("fresh_label", integer, {e.factor}, "1", "benchmark, from 0, that this replicate alone would choose");
    add_reading(layout, e);
    add_ica_report(layout, e, setting.estimator);
    return layout;
}

RecordLayout parametric_layout(Setting const& setting, std::int64_t benchmarks)
{
    auto layout = replicate_layout(setting, benchmarks);
    layout.add("own_support", FieldKind::real, {}, "1",
               "share of the data set's own resamples that agree with its own answer; missing where none were made");
    layout.add("own_resamples", FieldKind::integer, {}, "1", "successful resamples of the data set");
    return layout;
}

RecordLayout influence_layout(Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    bool const joint = setting.estimator == Estimator::joint;
    RecordLayout layout;
    layout.add("models_left_out", integer, {e.domain}, "1", "models left out, beyond those that screening drops");
    layout.add("models_used", integer, {e.domain}, "1", "models that remain");
    add_search_outcome(layout, setting);
    layout.add("mic", real, {}, "1", "maximum inexactness coefficient over domains, best order");
    add_mean_inexactness(layout, setting.estimator, {});
    layout.add("lead", real, {}, joint ? "nat" : "1",
               "how far the best order with the estimate's flag is ahead of the best with another; negative: another "
               "wins; missing: only one kind was found");
    layout.add("unmixing", real, {e.level, e.benchmark}, "1", "H of the best order: orthonormal rows, level 1 first");
    layout.add("angle_to_estimate", real, {e.factor}, "degree",
               "largest principal angle to the estimate's flag: entry j compares the spans of the last j rows of H");
    layout.add("fresh_label", integer, {e.factor}, "1", "benchmark, from 0, that these data alone would choose");
    return layout;
}

RecordLayout landscape_layout(Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    Extent const candidate{"candidate", orders_per_range};
    RecordLayout layout;
    add_objective(layout, Estimator::joint, {candidate}, isotropic);
    add_likelihood_columns(layout, {candidate}, isotropic);
    layout.add("mic", FieldKind::real, {candidate}, "1", "maximum inexactness coefficient of the starting order");
    layout.add("mean_inexactness", FieldKind::real, {candidate}, "1",
               "n-weighted mean inexactness of the starting order");
    layout.add("unmixing", FieldKind::real, {candidate, e.level, e.benchmark}, "1", "H of the fit");
    return layout;
}

} // namespace exahca
