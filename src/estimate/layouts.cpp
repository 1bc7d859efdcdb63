#include "exahca/estimate/layouts.hpp"

#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "layout_parts.hpp"

#include <array>

namespace exahca {
namespace {

/// What Reading holds: aligned factors in causal order, in points of the benchmarks that name them.
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

void add_ica_report(RecordLayout& layout, Extents const& e, Analyser const& analyser)
{
    layout.add("models_used", FieldKind::integer, {e.domain}, "1", "models left after screening");
    if (analyser.restarts_ica())
        layout.add("ica_optima", FieldKind::integer, {e.domain}, "1", "distinct optima that the restarts of ICA met");
    layout.add("ica_converged", FieldKind::boolean, {e.domain}, "1", "whether ICA met its tolerance");
}

/// \param residuals  of the fits whose likelihood it is
void add_objective(RecordLayout& layout, Analyser const& analyser, std::vector<Extent> const& extents,
                   std::string const& residuals)
{
    auto description = std::string(analyser.words().objective);
    if (analyser.has_likelihood()) description += ", " + residuals;
    layout.add("objective", FieldKind::real, extents, std::string(analyser.words().units), description);
}

void add_mean_inexactness(RecordLayout& layout, Analyser const& analyser, std::vector<Extent> const& extents)
{
    layout.add("mean_inexactness", FieldKind::real, extents, "1", std::string(analyser.words().mean_inexactness));
}

char const* const outcome_description = "0 optimum proven, 1 tuple limit, 2 time limit, 3 stopped";
char const* const flag_outcome_description =
    "0 optimum proven, 1 cell limit, 3 stopped, 4 cells too small to divide remain, 5 no proof was tried";

/// How the search of a replicate ended; with several searches, the worst.
void add_search_outcome(RecordLayout& layout, Analyser const& analyser)
{
    layout.add("search_outcome", FieldKind::integer, {}, "1",
               std::string(analyser.words().search) + outcome_description);
}

/// The table of the best orders, or flags.
void add_orders(RecordLayout& layout, Extents const& e, Setting const& setting)
{
    auto const& analyser = analyser_of(setting);
    bool const flags = setting.estimator == Estimator::given && is_of_flags(setting.objective);
    auto const real = FieldKind::real, integer = FieldKind::integer;
    layout.add("order_count", integer, {}, "1", "orders listed; fewer than asked for when fewer exist");
    layout.add("search_outcome", integer, {}, "1", flags ? flag_outcome_description : outcome_description);
    layout.add("lower_bound", real, {}, "1",
               flags ? "no flag has a lower value of the search's objective"
                     : "published, given: no order can have a lower value of the search's objective");
    add_objective(layout, analyser, {e.order}, isotropic_residuals);
    layout.add("mic", real, {e.order}, "1", "maximum inexactness coefficient over domains");
    add_mean_inexactness(layout, analyser, {e.order});
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
    analyser_of(setting).add_estimate_fields(layout, setting, benchmarks);
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
    add_ica_report(layout, e, analyser_of(setting));
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
    auto const& analyser = analyser_of(setting);
    RecordLayout layout;
    add_search_outcome(layout, analyser);
    add_objective(layout, analyser, {}, released_residuals);
    layout.add("next_objective", real, {}, std::string(analyser.words().units),
               std::string(analyser.words().next_objective));
    layout.add("mic", real, {}, "1", "maximum inexactness coefficient over domains, best order");
    add_mean_inexactness(layout, analyser, {});
    layout.add("inexactness", real, {e.domain}, "1", "inexactness coefficient of each domain, best order");
    layout.add("unmixing", real, {e.level, e.benchmark}, "1", "H of the best order: orthonormal rows, level 1 first");
    layout.add("angle_to_estimate", real, {e.factor}, "degree",
               "largest principal angle to the estimate's flag: entry j compares the spans of the last j rows of H");
    if (analyser.has_likelihood()) add_likelihood_columns(layout, {}, released_residuals);
    layout.add("fresh_label", integer, {e.factor}, "1", "benchmark, from 0, that this replicate alone would choose");
    add_reading(layout, e);
    add_ica_report(layout, e, analyser_of(setting));
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
    auto const& analyser = analyser_of(setting);
    RecordLayout layout;
    layout.add("models_left_out", integer, {e.domain}, "1", "models left out, beyond those that screening drops");
    layout.add("models_used", integer, {e.domain}, "1", "models that remain");
    add_search_outcome(layout, analyser);
    layout.add("mic", real, {}, "1", "maximum inexactness coefficient over domains, best order");
    add_mean_inexactness(layout, analyser, {});
    layout.add("lead", real, {}, std::string(analyser.words().units),
               "how far the best order with the estimate's flag is ahead of the best with another; negative: another "
               "wins; missing: only one kind was found");
    layout.add("unmixing", real, {e.level, e.benchmark}, "1", "H of the best order: orthonormal rows, level 1 first");
    layout.add("angle_to_estimate", real, {e.factor}, "degree",
               "largest principal angle to the estimate's flag: entry j compares the spans of the last j rows of H");
    layout.add("fresh_label", integer, {e.factor}, "1", "benchmark, from 0, that these data alone would choose");
    return layout;
}

RecordLayout choice_layout(Setting const& setting)
{
    RecordLayout layout;
    add_search_outcome(layout, analyser_of(setting));
    layout.add("mic", FieldKind::real, {}, "1", "lowest maximum inexactness coefficient over the sets of base models");
    layout.add("set", FieldKind::integer, {}, "1", "set that has it, from 0, among the settings of the choice");
    layout.add("sets_failed", FieldKind::integer, {}, "1",
               "sets that could not be analysed, and might have had a lower one");
    return layout;
}

RecordLayout landscape_layout(Setting const& setting, std::int64_t benchmarks)
{
    Extents const e(setting, benchmarks);
    Extent const candidate{"candidate", orders_per_range};
    RecordLayout layout;
    add_objective(layout, analyser_of(setting), {candidate}, isotropic_residuals);
    add_likelihood_columns(layout, {candidate}, isotropic_residuals);
    layout.add("mic", FieldKind::real, {candidate}, "1", "maximum inexactness coefficient of the starting order");
    layout.add("mean_inexactness", FieldKind::real, {candidate}, "1",
               "n-weighted mean inexactness of the starting order");
    layout.add("unmixing", FieldKind::real, {candidate, e.level, e.benchmark}, "1", "H of the fit");
    return layout;
}

} // namespace exahca
