#include "exahca/read/summary.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/results/group_index.hpp"
#include "exahca/results/results.hpp"
#include "read_brief.hpp"
#include "read_certainty.hpp"
#include "read_interim.hpp"
#include "read_joint.hpp"
#include "read_replicates.hpp"
#include "stored_rows.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <type_traits>

namespace exahca {
namespace {

std::vector<OrderSummary> read_orders(DataGroup const& estimate, std::size_t levels)
{
    std::vector<OrderSummary> orders;
    auto const listed = static_cast<std::size_t>(estimate.integers("order_count").at(0));
    auto const& mic = estimate.doubles("mic");
    auto const& mean = estimate.doubles("mean_inexactness");
    bool const has_likelihood = estimate.find("log_likelihood") != nullptr;
    auto const& minimised = has_likelihood ? mic : estimate.doubles("objective");
    for (std::size_t i = 0; i < std::min(listed, mic.size()); ++i) {
        OrderSummary order;
        order.mic = mic[i];
        order.mean_inexactness = mean.at(i);
        order.minimised = minimised.at(i);
        order.inexactness = rows_of(estimate, "inexactness", i, 1)[0];
        order.unmixing = rows_of(estimate, "unmixing", i * levels, levels);
        std::reverse(order.unmixing.begin(), order.unmixing.end());
        order.angle_to_best = rows_of(estimate, "angle_to_best", i, 1)[0];
        order.differs = std::any_of(order.angle_to_best.begin(), order.angle_to_best.end(),
                                    [](double angle) { return angle > same_flag_degrees; });
        if (has_likelihood) {
            order.log_likelihood = estimate.doubles("log_likelihood").at(i);
            order.bic = estimate.doubles("bic").at(i);
            order.converged = estimate.integers("converged").at(i) == 1;
        }
        orders.push_back(std::move(order));
    }
    return orders;
}

std::vector<DomainSummary> read_domains(Setting const& setting, DataGroup const& estimate, DataGroup const* aggregate,
                                        std::map<std::string, std::int64_t> const& sizes)
{
    auto const m = static_cast<std::size_t>(setting.factors);
    auto const used = estimate.integers("models_used"), converged = estimate.integers("ica_converged");
    bool const restarted = setting.estimator == Estimator::published; // older files have a 1 for joint
    auto const optima = restarted ? estimate.integers("ica_optima") : std::vector<std::int64_t>{};
    std::vector<DomainSummary> domains;
    for (std::size_t k = 0; k < setting.domains.size(); ++k) {
        DomainSummary domain;
        domain.name = setting.domains[k];
        auto const size = sizes.find(domain.name);
        domain.models = size == sizes.end() ? 0 : size->second;
        domain.models_used = used.at(k);
        if (restarted) domain.ica_optima = optima.at(k);
        domain.ica_converged = converged.at(k) != 0;
        domain.coefficients = rows_of(estimate, "coefficients", k * m, m);
        domain.total_effects = rows_of(estimate, "total_effects", k * m, m);
        if (aggregate != nullptr && aggregate->find("coefficients_low") != nullptr &&
            has_enough_for_intervals(*aggregate)) {
            domain.coefficients_low = rows_of(*aggregate, "coefficients_low", k * m, m);
            domain.coefficients_high = rows_of(*aggregate, "coefficients_high", k * m, m);
        }
        domains.push_back(std::move(domain));
    }
    return domains;
}

/// Models that miss scores, where the setting could not use them. Files of earlier versions have none.
void count_unusable(std::vector<DomainSummary>& domains, DataGroup const& input)
{
    if (input.find("domain_complete") == nullptr) return;
    auto const& names = input.strings("domain");
    auto const complete = input.integers("domain_complete");
    for (auto& domain : domains) {
        auto const found = std::find(names.begin(), names.end(), domain.name);
        if (found == names.end()) continue;
        domain.models_unusable = domain.models - complete.at(static_cast<std::size_t>(found - names.begin()));
    }
}

std::vector<ScaleSummary> read_scales(DataGroup const& input)
{
    std::vector<ScaleSummary> scales;
    if (input.find("domain_missing") == nullptr) return scales;
    auto const& benchmarks = input.strings("benchmark");
    auto const floors = input.doubles("floor"), ceilings = input.doubles("ceiling");
    auto const at_floor = input.integers("domain_at_floor"), at_ceiling = input.integers("domain_at_ceiling"),
               missing = input.integers("domain_missing");
    for (std::size_t j = 0; j < benchmarks.size(); ++j) {
        ScaleSummary scale;
        scale.benchmark = benchmarks[j];
        if (!std::isnan(floors.at(j))) scale.floor = floors[j];
        if (!std::isnan(ceilings.at(j))) scale.ceiling = ceilings[j];
        for (std::size_t i = j; i < missing.size(); i += benchmarks.size()) {
            scale.at_floor += at_floor.at(i);
            scale.at_ceiling += at_ceiling.at(i);
            scale.missing += missing[i];
        }
        if (scale.floor || scale.ceiling || scale.missing > 0) scales.push_back(std::move(scale));
    }
    return scales;
}

std::vector<FactorSummary> read_factors(Setting const& setting, DataGroup const& estimate,
                                        std::vector<std::string> const& benchmarks, CapabilityNames const& capabilities)
{
    std::vector<FactorSummary> factors;
    auto const labels = estimate.integers("alignment_benchmark");
    for (std::size_t i = 0; i < static_cast<std::size_t>(setting.factors); ++i) {
        FactorSummary factor;
        factor.benchmark = benchmark_at(benchmarks, labels.at(i));
        factor.capability = capabilities.of(factor.benchmark);
        factor.r2 = estimate.doubles("alignment_r2").at(i);
        factor.benchmark_r2 = rows_of(estimate, "benchmark_r2", i, 1)[0];
        factors.push_back(std::move(factor));
    }
    return factors;
}

/// How many failed tasks of a kind give the same reason.
std::vector<FailureSummary> read_failures(DataGroup const& failures)
{
    auto const &settings = failures.strings("setting"), &kinds = failures.strings("kind"),
               &reasons = failures.strings("reason");
    std::map<std::array<std::string, 3>, std::int64_t> counts;
    for (std::size_t i = 0; i < settings.size(); ++i) ++counts[{settings[i], kinds.at(i), reasons.at(i)}];
    std::vector<FailureSummary> summaries;
    for (auto const& [key, count] : counts) summaries.push_back({key[0], key[1], key[2], count});
    std::stable_sort(summaries.begin(), summaries.end(),
                     [](auto const& a, auto const& b) { return a.tasks > b.tasks; });
    return summaries;
}

/// The notes of an estimate, stored in one text.
std::vector<std::string> split_notes(std::string_view text)
{
    constexpr std::string_view separator = "; ";
    std::vector<std::string> notes;
    while (!text.empty()) {
        auto const note = text.substr(0, text.find(separator));
        if (!note.empty()) notes.emplace_back(note);
        text.remove_prefix(std::min(text.size(), note.size() + separator.size()));
    }
    return notes;
}

std::vector<std::pair<std::string, ParameterValue>> parameters_of(Setting const& setting)
{
    std::vector<std::pair<std::string, ParameterValue>> parameters;
    for_each_setting_field([&]<class T>(SettingField<T> const& field) {
        if (!field.is_content() || !field.used(setting.estimator)) return;
        auto const stored = stored_setting_value(setting.*field.member);
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
            parameters.emplace_back(field.name, static_cast<std::int64_t>(stored));
        else
            parameters.emplace_back(field.name, stored);
    });
    return parameters;
}

/// The groups of settings that the file keeps details of.
struct StoredGroups
{
    GroupIndex estimates, aggregates;
};

/// \param table, position  where the brief answers of all settings are, and this one's row
SettingSummary summarize_setting(DataGroup const& results, Experiment const& experiment, Setting const& setting,
                                 std::string const& name, std::map<std::string, std::int64_t> const& sizes,
                                 CapabilityNames const& capabilities, AnswersTable const& table, std::size_t position,
                                 StoredGroups const& stored)
{
    SettingSummary summary;
    summary.name = name;
    summary.parameters = parameters_of(setting);
    summary.estimator = to_string(setting.estimator);
    summary.factors = setting.factors;
    summary.screen = setting.screen;
    summary.screens_by_fit = setting.screening == Screening::fit;
    summary.variant = analyser_of(setting).variant(setting);
    summary.candidate_orders_log10 = log10_order_count(static_cast<int>(setting.domains.size()), setting.factors);
    auto const* estimate = stored.estimates.find(summary.name);
    if (estimate == nullptr) { // a file of many settings need not keep the details of all
        read_brief(summary, table, position, experiment, capabilities);
        if (summary.failure.empty()) summary.failure = not_computed_text(results, name);
        return summary;
    }
    auto const* status = estimate->find_attribute("status");
    bool const done = status != nullptr && *status == AttributeValue(static_cast<std::int64_t>(TaskStatus::done));
    if (!done) {
        auto const& reason = estimate->text_attribute("reason");
        summary.failure = reason.empty() ? not_computed_text(results, name) : reason;
        return summary;
    }
    if (setting.domains.size() < fewest_domains) { // of a program that did not refuse it
        summary.failure = "one base model identifies no order: every order of its factors fits it";
        return summary;
    }
    summary.notes = split_notes(estimate->text_attribute("reason"));
    auto const levels = static_cast<std::size_t>(setting.factors);
    auto const* aggregate = stored.aggregates.find(summary.name);
    summary.of_flags = setting.estimator == Estimator::given && is_of_flags(setting.objective);
    summary.search_outcome = outcome_text(estimate->integers("search_outcome").at(0), summary.of_flags);
    summary.objective = objective_text(setting);
    summary.orders = read_orders(*estimate, levels);
    if (setting.estimator != Estimator::joint && estimate->find("lower_bound") != nullptr) {
        double const bound = estimate->doubles("lower_bound").at(0);
        if (std::isfinite(bound)) summary.lower_bound = bound;
    }
    if (setting.estimator == Estimator::given) { // orders of somebody's own matrices: there is nothing else to read
        for (auto const& domain : setting.domains) summary.domains.emplace_back().name = domain;
        return summary;
    }
    if (summary.orders.empty())
        throw InvalidInput("an estimate lists no order", "the file is incomplete", "make it again");
    summary.domains = read_domains(setting, *estimate, aggregate, sizes);
    if (needs_complete_rows(setting)) count_unusable(summary.domains, *results.find_group("input"));
    summary.factors_found = read_factors(setting, *estimate, experiment.benchmarks(), capabilities);
    summary.loadings = rows_of(*estimate, "loadings", 0, experiment.benchmarks().size());
    summary.factor_weights = rows_of(*estimate, "factor_weights", 0, levels);
    if (aggregate != nullptr && aggregate->find("support") != nullptr)
        summary.bootstrap =
            read_bootstrap(*aggregate, experiment.benchmarks(), summary.orders.at(0), summary.factors_found);
    if (setting.estimator == Estimator::joint) summary.joint = read_joint(*estimate, experiment.benchmarks(), levels);
    if (summary.joint && summary.joint->noise && summary.joint->noise->anchors)
        summary.joint->noise->anchors->anchors = setting.anchors;
    if (aggregate != nullptr) read_other_replicates(summary, *aggregate, results.find_group("domain_choice"));
    if (aggregate != nullptr) summary.influence = read_influence(results, *aggregate, summary, experiment.benchmarks());
    if (aggregate != nullptr && aggregate->find("truth_angle") != nullptr)
        summary.truth_angles = aggregate->doubles("truth_angle");
    summary.settled = is_settled(summary);
    return summary;
}

/// Files of earlier versions compare settings without an answer, too.
bool compares_answers(AcrossSummary const& across, std::vector<SettingSummary> const& settings)
{
    return std::none_of(settings.begin(), settings.end(), [&](SettingSummary const& setting) {
        bool const compared =
            std::find(across.settings.begin(), across.settings.end(), setting.name) != across.settings.end();
        return compared && !setting.failure.empty() && !setting.has_answer();
    });
}

} // namespace

Summary summarize(DataGroup const& results, CapabilityNames const& capabilities)
{
    auto const experiment = read_experiment(results);
    auto const& input = *results.find_group("input");
    Summary summary;
    auto const* complete = results.find_attribute("complete");
    summary.complete = complete != nullptr && *complete == AttributeValue(std::int64_t{1});
    summary.benchmarks = experiment.benchmarks();
    summary.models = static_cast<std::int64_t>(input.strings("model").size());
    summary.scales = read_scales(input);
    if (auto const* truth = input.find_group("truth")) summary.simulated_design = truth->text_attribute("design");
    if (auto const* failures = results.find_group("failures")) {
        summary.failed_tasks = static_cast<std::int64_t>(failures->strings("setting").size());
        summary.failures = read_failures(*failures);
    }
    std::map<std::string, std::int64_t> sizes;
    auto const& names = input.strings("domain");
    auto const counts = input.integers("domain_models");
    for (std::size_t i = 0; i < std::min(names.size(), counts.size()); ++i) sizes[names[i]] = counts[i];
    auto const& setting_names = stored_setting_names(results);
    AnswersTable const table(results);
    StoredGroups const stored{GroupIndex(results.find_group("estimate")), GroupIndex(results.find_group("aggregate"))};
    for (std::size_t s = 0; s < setting_names.size(); ++s) {
        if (auto const* estimate = stored.estimates.find(setting_names[s]))
            check_shapes(*estimate,
                         experiment.layout(SettingId(static_cast<std::int64_t>(s)), ReplicateKind::estimate));
        summary.settings.push_back(summarize_setting(results, experiment, experiment.settings()[s], setting_names[s],
                                                     sizes, capabilities, table, s, stored));
    }
    read_choice_placebos(summary.settings, results);
    compare_factor_numbers(summary.settings);
    summary.across = read_across(results);
    if (summary.across && !compares_answers(*summary.across, summary.settings)) summary.across.reset();
    bool const answered = std::any_of(summary.settings.begin(), summary.settings.end(),
                                      [](auto const& setting) { return setting.has_answer(); });
    if (answered && summary.settings.size() > most_told_settings) summary.overview = overview_of(summary);
    return summary;
}

} // namespace exahca
