#include "exahca/read/summary.hpp"
#include "exahca/text/summary_text.hpp"

#include "exahca/read/choice_placebo.hpp"
#include "exahca/text/story.hpp"
#include "exahca/text/warnings.hpp"
#include "overview_json.hpp"

#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Json = nlohmann::ordered_json;

Json domain_json(DomainSummary const& domain)
{
    Json json{{"name", domain.name},
              {"models", domain.models},
              {"models_used", domain.models_used},
              {"ica_converged", domain.ica_converged},
              {"coefficients", domain.coefficients},
              {"total_effects", domain.total_effects}};
    if (domain.ica_optima) json["ica_optima"] = *domain.ica_optima;
    if (!domain.coefficients_low.empty()) {
        json["coefficients_low"] = domain.coefficients_low;
        json["coefficients_high"] = domain.coefficients_high;
    }
    return json;
}

Json order_json(OrderSummary const& order)
{
    Json json{{"mic", order.mic},
              {"mean_inexactness", order.mean_inexactness},
              {"inexactness", order.inexactness},
              {"unmixing", order.unmixing},
              {"angle_to_best_degrees", order.angle_to_best},
              {"differs", order.differs}};
    if (order.log_likelihood) {
        json["log_likelihood"] = *order.log_likelihood;
        json["bic"] = *order.bic;
        json["converged"] = *order.converged;
    }
    return json;
}

Json bootstrap_json(BootstrapSummary const& bootstrap)
{
    Json json{{"replicates", bootstrap.replicates},
              {"failed", bootstrap.failed},
              {"share", bootstrap.support},
              {"low", bootstrap.low},
              {"high", bootstrap.high},
              {"level_share", bootstrap.level_support},
              {"level_low", bootstrap.level_low},
              {"level_angle_95_degrees", bootstrap.level_angle},
              {"groups", Json::array()}};
    for (auto const& group : bootstrap.groups)
        json["groups"].push_back({{"members", group.members},
                                  {"share", group.share},
                                  {"low", group.low},
                                  {"high", group.high},
                                  {"labels", group.labels},
                                  {"angle_degrees", group.angles}});
    return json;
}

Json joint_json(JointSummary const& joint)
{
    Json json{{"decided", joint.decided},
              {"cut_off_as_exact", joint.cut_off_as_exact},
              {"dependent_benchmarks", joint.dependent_benchmarks},
              {"log_likelihood", joint.log_likelihood},
              {"bic", joint.bic},
              {"parameters", joint.parameters},
              {"optimiser_miss", joint.optimiser_miss},
              {"remaining_miss", joint.remaining_miss},
              {"hierarchy_bic_difference", joint.hierarchy.bic_difference},
              {"hierarchy_degrees_of_freedom", joint.hierarchy.degrees_of_freedom},
              {"invariance_bic_difference", joint.shared_space.bic_difference},
              {"invariance_degrees_of_freedom", joint.shared_space.degrees_of_freedom},
              {"unscreened_angle_degrees", joint.unscreened_angles},
              {"optimum_count", joint.optimum_count},
              {"optima", Json::array()}};
    if (joint.penalised) json["penalised_log_likelihood"] = *joint.penalised;
    if (joint.noise)
        json["noise"] = {{"standard_deviation", joint.noise->noise},
                         {"at_bound", joint.noise->at_bound},
                         {"searches", joint.noise->searches},
                         {"searches_agreeing", joint.noise->agreeing},
                         {"search_spread", joint.noise->spread},
                         {"span_models", joint.noise->span_models},
                         {"span_bic_difference", joint.noise->span_bic_difference},
                         {"span_angle_degrees", joint.noise->span_angles}};
    if (joint.noise && !joint.noise->shifted_angles.empty())
        json["noise"]["missing_shift"] = {{"shift", joint.noise->missing_shift},
                                          {"drawn_angle_degrees", joint.noise->drawn_angles},
                                          {"shifted_angle_degrees", joint.noise->shifted_angles}};
    if (joint.noise && joint.noise->anchors)
        json["noise"]["anchors"] = {{"anchors", joint.noise->anchors->anchors},
                                    {"restrictions", joint.noise->anchors->restrictions},
                                    {"free_log_likelihood", joint.noise->anchors->free_log_likelihood},
                                    {"difference", joint.noise->anchors->difference},
                                    {"p_value", joint.noise->anchors->p_value()},
                                    {"free_angle_degrees", joint.noise->anchors->angles}};
    if (joint.noise && !joint.noise->item_noise.empty()) {
        json["noise"]["item_noise"] = joint.noise->item_noise;
        auto& shares = json["noise"]["other_item_shares"] = Json::array();
        for (auto const& share : joint.noise->item_shares)
            shares.push_back({{"share", share.share},
                              {"log_likelihood", share.log_likelihood},
                              {"optimum", share.optimum},
                              {"behind", share.behind},
                              {"lead", share.lead},
                              {"angle_degrees", share.angle}});
    }
    for (auto const& optimum : joint.optima)
        json["optima"].push_back({{"labels", optimum.labels},
                                  {"log_likelihood", optimum.log_likelihood},
                                  {"bic", optimum.bic},
                                  {"gap", optimum.gap},
                                  {"behind", optimum.behind},
                                  {"behind_error", optimum.behind_error},
                                  {"fits", optimum.fits},
                                  {"residuals_released", optimum.released},
                                  {"answer", optimum.answer},
                                  {"angle_degrees", optimum.angles}});
    return json;
}

/// What the data say of each assumption; null where it is not tested.
Json assumptions_json(SettingSummary const& setting)
{
    auto const verdict = [](NestedComparison const& comparison) {
        return comparison.degrees_of_freedom > 0 ? Json(to_string(comparison.verdict())) : Json(nullptr);
    };
    Json json{{"shared_space", nullptr},
              {"exact_hierarchy", nullptr},
              {"factors", nullptr},
              {"rejected", rejected_assumptions(setting)}};
    if (auto const* anchors = anchors_of(setting)) {
        json["anchors"] = {{"anchors", anchors->anchors}, {"p_value", anchors->p_value()}};
        if (anchors->rejected()) json["rejected"].push_back(anchors_name(*anchors));
    }
    if (!setting.joint) return json;
    json["shared_space"] = verdict(setting.joint->shared_space);
    json["exact_hierarchy"] = verdict(setting.joint->hierarchy);
    if (auto const& choice = setting.joint->factor_choice) {
        std::vector<double> below;
        for (auto const& shortfall : choice->shortfalls) below.push_back(shortfall.below);
        json["factors"] = {{"tried", choice->tried},
                           {"bic_behind", choice->bic_behind},
                           {"below_fewer", below},
                           {"preferred", choice->preferred},
                           {"largest_is_preferred", choice->largest_is_preferred()}};
    }
    return json;
}

template <class Placebo>
Json placebo_json(Placebo const& placebo)
{
    return {{"replicates", placebo.replicates}, {"failed", placebo.failed},       {"p_value", placebo.p_value},
            {"p_value_low", placebo.p_low},     {"p_value_high", placebo.p_high}, {"median_mic", placebo.median_mic}};
}

Json influence_json(InfluenceSummary const& influence)
{
    Json json{{"models", influence.models},
              {"quick_differs", influence.quick_differs},
              {"deciding_case", influence.deciding ? Json(*influence.deciding) : Json(nullptr)},
              {"deciding_models", Json::array()},
              {"cases", Json::array()}};
    for (auto const& model : influence.deciding_models)
        json["deciding_models"].push_back(
            {{"name", model.name}, {"domain", model.domain}, {"relative_total", model.relative_total}});
    for (auto const& one : influence.cases)
        json["cases"].push_back({{"exclusion", one.exclusion},
                                 {"amount", one.amount},
                                 {"domain", one.domain},
                                 {"left_out", one.left_out},
                                 {"analysed", one.analysed},
                                 {"changes", one.changes},
                                 {"lead", one.lead},
                                 {"angle_degrees", one.angles},
                                 {"labels", one.labels}});
    return json;
}

Json agreement_json(AgreementSummary const& agreement, AcrossSummary const& across)
{
    return {{"leader", across.settings.at(static_cast<std::size_t>(agreement.leader))},
            {"agreeing", agreement.agreeing},
            {"compared", agreement.compared},
            {"holds_everywhere", agreement.holds_everywhere()},
            {"widest_angle_degrees", agreement.widest}};
}

Json across_json(AcrossSummary const& across)
{
    Json json{{"order", agreement_json(across.order, across)},
              {"levels", Json::array()},
              {"settings", Json::array()},
              {"choices", Json::array()}};
    for (auto const& level : across.levels) json["levels"].push_back(agreement_json(level, across));
    for (std::size_t s = 0; s < across.settings.size(); ++s)
        json["settings"].push_back({{"name", across.settings[s]},
                                    {"labels", across.labels[s]},
                                    {"level_agrees", across.level_agrees[s]},
                                    {"order_agrees", across.order_agrees[s]}});
    for (auto const& choice : across.choices)
        json["choices"].push_back({{"choice", choice.choice},
                                   {"pairs", choice.pairs},
                                   {"agreeing", choice.agreeing},
                                   {"widest_angle_degrees", choice.widest}});
    return json;
}

Json story_json(std::vector<Statement> const& statements)
{
    Json json = Json::array();
    for (auto const& statement : statements)
        json.push_back({{"topic", topic_name(statement.topic)}, {"text", statement.text}});
    return json;
}

/// What a file of many settings has of one without details.
void put_brief(Json& json, SettingSummary const& setting)
{
    json["search_outcome"] = setting.search_outcome;
    for (auto const& domain : setting.domains)
        json["domains"].push_back(
            {{"name", domain.name}, {"models_used", domain.models_used}, {"coefficients", domain.coefficients}});
    json["orders"].push_back(order_json(setting.orders[0]));
    for (auto const& factor : setting.factors_found)
        json["alignment"].push_back(
            {{"benchmark", factor.benchmark}, {"capability", factor.capability}, {"r2", factor.r2}});
}

Json setting_json(SettingSummary const& setting, std::vector<std::string> const& benchmarks)
{
    Json json{{"name", setting.name},       {"estimator", setting.estimator}, {"factors", setting.factors},
              {"variant", setting.variant}, {"screen", setting.screen},       {"settled", setting.settled},
              {"warnings", Json::array()}};
    for (auto const& warning : warnings_of(setting)) json["warnings"].push_back(warning.text);
    for (auto const& [name, value] : setting.parameters)
        std::visit([&, &key = name](auto const& content) { json["parameters"][key] = content; }, value);
    json["detailed"] = setting.detailed;
    if (!setting.detailed && setting.has_answer()) {
        put_brief(json, setting);
        json["story"] = story_json(story(setting, benchmarks));
        return json;
    }
    if (!setting.failure.empty()) {
        json["failure"] = setting.failure;
        json["story"] = story_json(story(setting, benchmarks));
        return json;
    }
    json["search_outcome"] = setting.search_outcome;
    if (setting.lower_bound) json["lower_bound"] = *setting.lower_bound;
    json["domains"] = Json::array();
    for (auto const& domain : setting.domains)
        json["domains"].push_back(setting.factors_found.empty() ? Json{{"name", domain.name}} : domain_json(domain));
    json["orders"] = Json::array();
    for (auto const& order : setting.orders) json["orders"].push_back(order_json(order));
    json["loadings"] = setting.loadings;
    json["factor_weights"] = setting.factor_weights;
    json["alignment"] = Json::array();
    for (auto const& factor : setting.factors_found)
        json["alignment"].push_back({{"benchmark", factor.benchmark},
                                     {"capability", factor.capability},
                                     {"r2", factor.r2},
                                     {"benchmark_r2", factor.benchmark_r2}});
    json["support"] = setting.bootstrap ? bootstrap_json(*setting.bootstrap) : Json(nullptr);
    if (setting.joint) json["joint"] = joint_json(*setting.joint);
    if (!setting.factors_found.empty()) json["assumptions"] = assumptions_json(setting);
    json["placebo"] = Json::array();
    for (auto const& placebo : setting.placebos) {
        if (only_chooses(placebo)) continue;
        auto& entry = json["placebo"].emplace_back(Json{{"kind", placebo.kind}});
        entry.update(placebo_json(placebo));
        if (!placebo.choice) continue;
        entry["choice"] = {{"sets", placebo.choice->sets}};
        entry["choice"].update(placebo_json(*placebo.choice));
    }
    json["choice_placebo"] = Json::array();
    for (auto const& placebo : setting.placebos) {
        if (!only_chooses(placebo)) continue;
        auto& entry = json["choice_placebo"].emplace_back(Json{{"kind", placebo.kind}, {"sets", placebo.choice->sets}});
        entry.update(placebo_json(*placebo.choice));
    }
    if (setting.parametric)
        json["parametric"] = {{"replicates", setting.parametric->replicates},
                              {"failed", setting.parametric->failed},
                              {"recovered", setting.parametric->recovered},
                              {"low", setting.parametric->low},
                              {"high", setting.parametric->high}};
    if (setting.parametric)
        for (auto const& bin : setting.parametric->calibration)
            json["parametric"]["calibration"].push_back({{"support_low", bin.low},
                                                         {"support_high", bin.high},
                                                         {"right", bin.right},
                                                         {"total", bin.total},
                                                         {"low", bin.share_low},
                                                         {"high", bin.share_high}});
    if (setting.no_control)
        json["no_control"] = {{"replicates", setting.no_control->replicates},
                              {"failed", setting.no_control->failed},
                              {"median_mic", setting.no_control->median_mic},
                              {"as_low", setting.no_control->as_low},
                              {"median_angle_degrees", setting.no_control->median_angle}};
    if (setting.influence) json["influence"] = influence_json(*setting.influence);
    json["story"] = story_json(story(setting, benchmarks));
    if (setting.truth_angles) json["truth"] = {{"angles_degrees", *setting.truth_angles}};
    return json;
}

} // namespace

std::string to_json(Summary const& summary)
{
    Json json{{"complete", summary.complete},         {"models", summary.models},  {"benchmarks", summary.benchmarks},
              {"failed_tasks", summary.failed_tasks}, {"failures", Json::array()}, {"settings", Json::array()}};
    for (auto const& failure : summary.failures)
        json["failures"].push_back({{"setting", failure.setting},
                                    {"kind", failure.kind},
                                    {"reason", failure.reason},
                                    {"tasks", failure.tasks}});
    for (auto const& scale : summary.scales) {
        Json json_scale{{"benchmark", scale.benchmark}, {"missing", scale.missing}};
        if (scale.floor) json_scale.update({{"floor", *scale.floor}, {"at_floor", scale.at_floor}});
        if (scale.ceiling) json_scale.update({{"ceiling", *scale.ceiling}, {"at_ceiling", scale.at_ceiling}});
        json["scales"].push_back(std::move(json_scale));
    }
    if (!summary.simulated_design.empty()) json["simulated_design"] = summary.simulated_design;
    if (summary.overview) json["overview"] = overview_json(summary);
    for (auto const& setting : summary.settings) json["settings"].push_back(setting_json(setting, summary.benchmarks));
    if (summary.across) {
        json["across_settings"] = across_json(*summary.across);
        json["across_settings"]["story"] = story_json(story_across(summary));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace exahca
