#include "exahca/text/tidy_tables.hpp"

#include "csv_field.hpp"
#include "exahca/read/choice_placebo.hpp"
#include "exahca/text/warnings.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <utility>

namespace exahca {
namespace {

template <class... Fields>
void add_row(TidyTable& table, Fields const&... fields)
{
    std::string line;
    ((line += csv_field(fields) + ','), ...);
    line.back() = '\n';
    table.csv += line;
    ++table.rows;
}

TidyTable table(std::string name, std::string const& columns) { return {std::move(name), columns + "\n", 0}; }

double at(Rows const& rows, std::size_t i, std::size_t j) { return rows.empty() ? std::nan("") : rows.at(i).at(j); }
double at(std::vector<double> const& values, std::size_t i) { return values.empty() ? std::nan("") : values.at(i); }

/// NaN where none is known.
double largest(std::vector<double> const& angles)
{
    double angle = std::nan("");
    for (double const a : angles) angle = std::fmax(angle, a);
    return angle;
}

/// Calls `visit` for every setting that has an estimate.
void for_estimates(Summary const& summary, RunDetails const& run,
                   std::function<void(SettingSummary const&, SettingDetails const&)> const& visit)
{
    for (auto const& setting : summary.settings)
        if (setting.failure.empty()) visit(setting, run.settings.at(setting.name));
}

TidyTable settings_table(Summary const& summary)
{
    auto result =
        table("settings", "setting,estimator,factors,variant,screen,mic,log_likelihood,bic,support,support_low,"
                          "support_high,replicates,settled,search_outcome,failure,detailed");
    for (auto const& s : summary.settings) {
        bool const estimated = (s.failure.empty() || s.has_answer()) && !s.orders.empty();
        double const missing = std::nan("");
        add_row(result, s.name, s.estimator, s.factors, s.variant, s.screen, estimated ? s.orders[0].mic : missing,
                s.joint ? s.joint->log_likelihood : missing, s.joint ? s.joint->bic : missing,
                s.bootstrap ? s.bootstrap->support : missing, s.bootstrap ? s.bootstrap->low : missing,
                s.bootstrap ? s.bootstrap->high : missing, s.bootstrap ? s.bootstrap->replicates : 0, s.settled,
                s.search_outcome, s.has_answer() ? std::string{} : s.failure, s.detailed);
    }
    return result;
}

/// Settings with an answer, also those without details.
TidyTable domains_table(Summary const& summary)
{
    auto result = table("domains", "setting,domain,models,models_used,ica_optima,ica_converged");
    for (auto const& s : summary.settings)
        if (s.failure.empty() || s.has_answer())
            for (auto const& d : s.domains)
                add_row(result, s.name, d.name, d.models, d.models_used, d.ica_optima, d.ica_converged);
    return result;
}

TidyTable factors_table(Summary const& summary)
{
    auto result = table("factors", "setting,factor,benchmark,capability,r2");
    for (auto const& s : summary.settings)
        for (std::size_t i = 0; s.has_answer() && i < s.factors_found.size(); ++i) {
            auto const& f = s.factors_found[i];
            add_row(result, s.name, i + 1, f.benchmark, f.capability, f.r2);
        }
    return result;
}

TidyTable orders_table(Summary const& summary, RunDetails const& run)
{
    auto result = table("orders", "setting,order,domain,inexactness,mic,mean_inexactness,largest_angle_to_best_degrees,"
                                  "log_likelihood,bic,converged");
    for_estimates(summary, run, [&](auto& s, auto&) {
        for (std::size_t i = 0; i < s.orders.size(); ++i) {
            auto const& o = s.orders[i];
            for (std::size_t k = 0; k < s.domains.size(); ++k)
                add_row(result, s.name, i + 1, s.domains[k].name, at(o.inexactness, k), o.mic, o.mean_inexactness,
                        largest(o.angle_to_best), o.log_likelihood, o.bic, o.converged);
        }
    });
    return result;
}

TidyTable by_benchmark(Summary const& summary, RunDetails const& run, std::string const& name, bool weights)
{
    auto result =
        table(name, weights ? "setting,factor,benchmark,weight,r2" : "setting,benchmark,factor,loading,low,high");
    for_estimates(summary, run, [&](auto& s, auto& details) {
        for (std::size_t i = 0; i < s.factors_found.size(); ++i)
            for (std::size_t b = 0; b < summary.benchmarks.size(); ++b) {
                auto const& t = details.loadings;
                if (weights)
                    add_row(result, s.name, i + 1, summary.benchmarks[b], at(s.factor_weights, i, b),
                            at(s.factors_found[i].benchmark_r2, b));
                else
                    add_row(result, s.name, summary.benchmarks[b], i + 1, at(t.values, b, i), at(t.low, b, i),
                            at(t.high, b, i));
            }
    });
    return result;
}

TidyTable effects_table(Summary const& summary, RunDetails const& run)
{
    auto result =
        table("effects", "setting,domain,cause,effect,weight,weight_low,weight_high,total,total_low,total_high");
    for_estimates(summary, run, [&](auto& s, auto& details) {
        for (std::size_t k = 0; k < s.domains.size(); ++k)
            for (std::size_t cause = 0; cause < s.factors_found.size(); ++cause)
                for (std::size_t effect = cause + 1; effect < s.factors_found.size(); ++effect) {
                    auto const& d = s.domains[k];
                    auto const& t = details.total_effects[k];
                    add_row(result, s.name, d.name, cause + 1, effect + 1, at(d.coefficients, effect, cause),
                            at(d.coefficients_low, effect, cause), at(d.coefficients_high, effect, cause),
                            at(t.values, effect, cause), at(t.low, effect, cause), at(t.high, effect, cause));
                }
    });
    return result;
}

TidyTable benchmark_effects_table(Summary const& summary, RunDetails const& run)
{
    auto result = table("benchmark_effects", "setting,domain,factor,benchmark,effect_points,low,high");
    for_estimates(summary, run, [&](auto& s, auto& details) {
        for (std::size_t k = 0; k < s.domains.size(); ++k)
            for (std::size_t i = 0; i < s.factors_found.size(); ++i)
                for (std::size_t b = 0; b < summary.benchmarks.size(); ++b) {
                    auto const& t = details.benchmark_effects[k];
                    add_row(result, s.name, s.domains[k].name, i + 1, summary.benchmarks[b], at(t.values, b, i),
                            at(t.low, b, i), at(t.high, b, i));
                }
    });
    return result;
}

TidyTable subspace_table(Summary const& summary, RunDetails const& run)
{
    auto result = table("subspace_angles", "setting,domain,other_domain,angle_degrees");
    for_estimates(summary, run, [&](auto& s, auto& details) {
        for (std::size_t a = 0; a < s.domains.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                add_row(result, s.name, s.domains[b].name, s.domains[a].name, details.subspace_angles[a][b]);
    });
    return result;
}

std::string joined(std::vector<std::string> const& labels)
{
    std::string text;
    for (auto const& label : labels) text += (text.empty() || label.empty() ? "" : " > ") + label;
    return text;
}

void add_replicate_tables(std::vector<TidyTable>& tables, Summary const& summary, RunDetails const& run)
{
    auto levels = table("support_levels", "setting,level,support,low,high,replicates");
    auto groups = table("support_groups", "setting,group,labels,members,share,low,high,largest_angle_degrees");
    auto optima = table(
        "optima", "setting,optimum,labels,gap,behind,behind_error,log_likelihood,bic,starts,residuals_released,answer");
    auto nulls = table("null_mic", "setting,kind,mic");
    auto landscape = table("landscape", "setting,candidate,mic,log_likelihood");
    for_estimates(summary, run, [&](auto& s, auto& details) {
        if (s.bootstrap) {
            for (std::size_t j = 0; j < s.bootstrap->level_support.size(); ++j)
                add_row(levels, s.name, j + 1, s.bootstrap->level_support[j], at(details.level_low, j),
                        at(details.level_high, j), s.bootstrap->replicates);
            for (std::size_t g = 0; g < s.bootstrap->groups.size(); ++g) {
                auto const& group = s.bootstrap->groups[g];
                add_row(groups, s.name, g + 1, joined(group.labels), group.members, group.share, group.low, group.high,
                        largest(group.angles));
            }
        }
        if (s.joint)
            for (std::size_t i = 0; i < s.joint->optima.size(); ++i) {
                auto const& o = s.joint->optima[i];
                add_row(optima, s.name, i + 1, joined(o.labels), o.gap, o.behind, o.behind_error, o.log_likelihood,
                        o.bic, o.fits, o.released, o.answer);
            }
        for (auto const& null : details.nulls)
            for (double const mic : null.mic) add_row(nulls, s.name, null.kind, mic);
        for (std::size_t i = 0; i < details.landscape.mic.size(); ++i)
            add_row(landscape, s.name, details.landscape.candidate[i], details.landscape.mic[i],
                    details.landscape.log_likelihood[i]);
    });
    for (auto* added : {&levels, &groups, &optima, &nulls, &landscape}) tables.push_back(std::move(*added));
}

TidyTable influence_table(Summary const& summary)
{
    auto result = table("influence", "setting,case,exclusion,amount,domain,models_left_out,analysed,changes,lead,"
                                     "largest_angle_degrees,labels,deciding");
    for (auto const& s : summary.settings) {
        if (!s.influence) continue;
        for (std::size_t i = 0; i < s.influence->cases.size(); ++i) {
            auto const& one = s.influence->cases[i];
            add_row(result, s.name, i, one.exclusion, one.amount, one.domain, one.left_out, one.analysed, one.changes,
                    one.lead, largest(one.angles), joined(one.labels), s.influence->deciding == i);
        }
    }
    return result;
}

TidyTable placebo_table(Summary const& summary)
{
    auto result = table("placebo", "setting,kind,replicates,failed,p_value,p_value_low,p_value_high,median_mic");
    for (auto const& s : summary.settings)
        for (auto const& p : s.placebos)
            if (!only_chooses(p))
                add_row(result, s.name, p.kind, p.replicates, p.failed, p.p_value, p.p_low, p.p_high, p.median_mic);
    return result;
}

TidyTable choice_table(Summary const& summary)
{
    auto result =
        table("choice_placebo", "setting,kind,sets,replicates,failed,p_value,p_value_low,p_value_high,median_mic");
    for (auto const& s : summary.settings)
        for (auto const& p : s.placebos)
            if (only_chooses(p))
                add_row(result, s.name, p.kind, p.choice->sets, p.choice->replicates, p.choice->failed,
                        p.choice->p_value, p.choice->p_low, p.choice->p_high, p.choice->median_mic);
    return result;
}

/// What the data say of the assumptions; nothing where none is tested.
TidyTable assumptions_table(Summary const& summary)
{
    auto result = table("assumptions", "setting,assumption,bic_difference,degrees_of_freedom,verdict");
    for (auto const& s : summary.settings) {
        if (!s.joint) continue;
        for (auto const& [name, comparison] :
             {std::pair{"shared space", s.joint->shared_space}, {"exact hierarchy", s.joint->hierarchy}})
            if (comparison.degrees_of_freedom > 0)
                add_row(result, s.name, std::string(name), comparison.bic_difference, comparison.degrees_of_freedom,
                        std::string(to_string(comparison.verdict())));
    }
    return result;
}

TidyTable calibration_table(Summary const& summary)
{
    auto result = table("calibration", "setting,support_low,support_high,right,total,low,high");
    for (auto const& s : summary.settings)
        if (s.parametric)
            for (auto const& bin : s.parametric->calibration)
                add_row(result, s.name, bin.low, bin.high, bin.right, bin.total, bin.share_low, bin.share_high);
    return result;
}

TidyTable deciding_models_table(Summary const& summary)
{
    auto result = table("deciding_models", "setting,model,domain,relative_total");
    for (auto const& s : summary.settings)
        if (s.influence)
            for (auto const& model : s.influence->deciding_models)
                add_row(result, s.name, model.name, model.domain, model.relative_total);
    return result;
}

/// One line per setting and level; level 0 is the order as a whole.
TidyTable across_table(Summary const& summary)
{
    auto result = table("across_settings", "setting,level,compared,same_as_most,settings_agreeing,settings_compared,"
                                           "widest_angle_degrees,labels");
    if (!summary.across) return result;
    auto const& across = *summary.across;
    auto const row = [&](std::size_t s, std::size_t level, int agrees, AgreementSummary const& agreement) {
        add_row(result, across.settings[s], level, agrees >= 0, agrees == 1, agreement.agreeing, agreement.compared,
                agreement.widest, joined(across.labels[s]));
    };
    for (std::size_t s = 0; s < across.settings.size(); ++s) {
        row(s, 0, across.order_agrees[s], across.order);
        for (std::size_t j = 0; j < across.levels.size(); ++j)
            row(s, j + 1, across.level_agrees[s][j], across.levels[j]);
    }
    return result;
}

TidyTable setting_angles_table(Summary const& summary)
{
    auto result = table("setting_angles", "setting,other_setting,level,angle_degrees");
    if (!summary.across) return result;
    auto const& across = *summary.across;
    auto const count = across.settings.size(), levels = across.levels.size();
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = 0; b < a; ++b)
            for (std::size_t j = 0; j < levels; ++j) {
                double const angle = across.angles.at((a * count + b) * levels + j);
                if (!std::isnan(angle)) add_row(result, across.settings[b], across.settings[a], j + 1, angle);
            }
    return result;
}

TidyTable model_capabilities_table(std::span<ProfileReport const> profiles)
{
    auto result = table("model_capabilities", "setting,model,base_model,fitted,known_scores,factor,mean,low,high,"
                                              "percentile,percentile_low,percentile_high,base_mean");
    for (auto const& report : profiles)
        for (auto const& model : report.models)
            for (std::size_t i = 0; i < model.profile.factors.size(); ++i) {
                auto const& at = model.profile.factors[i];
                add_row(result, report.fit.setting, model.name, report.fit.domains[model.domain], model.fitted,
                        model.profile.known, i + 1, at.mean, at.low, at.high, at.percentile, at.percentile_low,
                        at.percentile_high,
                        report.factor_means(static_cast<Index>(model.domain), static_cast<Index>(i)));
            }
    return result;
}

TidyTable model_scores_table(std::span<ProfileReport const> profiles)
{
    auto result = table("model_scores", "setting,model,base_model,benchmark,score,expected,deviations");
    for (auto const& report : profiles)
        for (auto const& model : report.models)
            for (std::size_t j = 0; j < report.fit.benchmarks.size(); ++j)
                add_row(result, report.fit.setting, model.name, report.fit.domains[model.domain],
                        report.fit.benchmarks[j], model.scores[j], model.profile.surprises[j].expected,
                        model.profile.surprises[j].deviations);
    return result;
}

TidyTable warnings_table(Summary const& summary)
{
    auto result = table("warnings", "setting,warning");
    for (auto const& s : summary.settings)
        for (auto const& warning : warnings_of(s)) add_row(result, s.name, warning.text);
    return result;
}

TidyTable failures_table(RunDetails const& run)
{
    auto result = table("failures", "setting,kind,replicate,reason");
    for (auto const& f : run.failures) add_row(result, f.setting, f.kind, f.replicate, f.reason);
    return result;
}

} // namespace

std::vector<TidyTable> tidy_tables(Summary const& summary, RunDetails const& run,
                                   std::span<ProfileReport const> profiles)
{
    std::vector<TidyTable> tables;
    tables.push_back(settings_table(summary));
    tables.push_back(domains_table(summary));
    tables.push_back(factors_table(summary));
    tables.push_back(orders_table(summary, run));
    tables.push_back(by_benchmark(summary, run, "loadings", false));
    tables.push_back(by_benchmark(summary, run, "factor_weights", true));
    tables.push_back(effects_table(summary, run));
    tables.push_back(benchmark_effects_table(summary, run));
    tables.push_back(subspace_table(summary, run));
    add_replicate_tables(tables, summary, run);
    tables.push_back(placebo_table(summary));
    tables.push_back(choice_table(summary));
    tables.push_back(assumptions_table(summary));
    tables.push_back(calibration_table(summary));
    tables.push_back(influence_table(summary));
    tables.push_back(deciding_models_table(summary));
    tables.push_back(across_table(summary));
    tables.push_back(setting_angles_table(summary));
    tables.push_back(model_capabilities_table(profiles));
    tables.push_back(model_scores_table(profiles));
    tables.push_back(warnings_table(summary));
    tables.push_back(failures_table(run));
    std::erase_if(tables, [](TidyTable const& t) { return t.rows == 0; });
    return tables;
}

} // namespace exahca
