#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/screening.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>

namespace exahca {
namespace {

/// What one case found, compared with the case that leaves nothing out.
struct CaseResult
{
    std::int64_t left_out = 0;
    bool analysed = false;
    bool changes = false;
    double lead = std::nan("");
    std::vector<double> angles;
};

std::vector<CaseResult> compare_cases(Experiment const& experiment, RecordStore const& records, SettingId setting)
{
    auto const& layout = experiment.layout(setting, ReplicateKind::influence);
    auto const factors = static_cast<std::size_t>(experiment.setting(setting).factors);
    std::vector<CaseResult> results;
    std::optional<Matrix> whole;
    for (std::int64_t i = 0; i < experiment.count(setting, ReplicateKind::influence); ++i) {
        auto const& record = records.at(experiment.id_of({setting, ReplicateKind::influence, i}));
        CaseResult result;
        result.angles.assign(factors, std::nan(""));
        if (record.status == TaskStatus::done) {
            RecordView const view(layout, record.values);
            for (double const count : view.values("models_left_out")) result.left_out += std::llround(count);
            bool const complete = !std::isnan(view.scalar("mic"));
            if (complete && i == 0) whole = view.matrix("unmixing");
            if (complete && whole) {
                result.analysed = true;
                result.lead = view.scalar("lead");
                result.angles = flag_angles_list(*whole, view.matrix("unmixing"));
                result.changes = *std::max_element(result.angles.begin(), result.angles.end()) > same_flag_degrees;
            }
        }
        results.push_back(std::move(result));
    }
    return results;
}

/// The fewest models without which the order is another; ties to the one in which the other order is furthest ahead,
/// then to the first. Nothing when no case changes the order.
std::optional<std::size_t> deciding_case(std::vector<InfluenceCase> const& cases,
                                         std::vector<CaseResult> const& results)
{
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (cases[i].exclusion == Exclusion::domain || !results[i].changes) continue;
        if (!best || results[i].left_out < results[*best].left_out ||
            (results[i].left_out == results[*best].left_out && results[i].lead < results[*best].lead))
            best = i;
    }
    return best;
}

/// One row per case: what it leaves out, and how far its answer is from that of all models.
void add_case_table(DataGroup& group, std::vector<InfluenceCase> const& cases, std::vector<CaseResult> const& results,
                    std::int64_t factors, std::string_view lead_units)
{
    std::vector<std::string> exclusion;
    std::vector<double> amount, lead, angles;
    std::vector<std::int64_t> left_out;
    std::vector<std::int8_t> analysed, changes;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        exclusion.emplace_back(to_string(cases[i].exclusion));
        amount.push_back(cases[i].amount);
        left_out.push_back(results[i].left_out);
        analysed.push_back(results[i].analysed);
        changes.push_back(results[i].changes);
        lead.push_back(results[i].lead);
        angles.insert(angles.end(), results[i].angles.begin(), results[i].angles.end());
    }
    auto const n = std::ssize(cases);
    group.add({"exclusion", {"case"}, {n}, exclusion, "", "which models are left out"});
    group.add({"amount",
               {"case"},
               {n},
               amount,
               "1",
               "position of the domain, share of the median total, number of models, or position of the group"});
    group.add({"left_out", {"case"}, {n}, left_out, "1", "models left out, beyond those that screening drops"});
    group.add({"analysed", {"case"}, {n}, analysed, "1", "whether there is an answer without them"});
    group.add(
        {"angle",
         {"case", "factor"},
         {n, factors},
         angles,
         "degree",
         "angle to the flag of the case that leaves nothing out: entry j compares the spans of the last j rows of "
         "H"});
    group.add({"changes",
               {"case"},
               {n},
               changes,
               "1",
               fmt::format("whether an angle is above {:g} degrees: another order", same_flag_degrees)});
    group.add({"lead",
               {"case"},
               {n},
               lead,
               std::string(lead_units),
               "how far the best order with the estimate's flag is ahead of the best with another; negative: another "
               "wins; missing: only one kind was found"});
}

/// The models of the deciding case by name, for the reader.
void add_deciding_models(DataGroup& group, Setting const& setting, ScoreMatrix const& scores,
                         std::optional<InfluenceCase> const& chosen, std::int64_t groups)
{
    std::vector<std::string> models, domains;
    std::vector<double> totals;
    if (chosen) {
        auto const selected = select_domains(scores, setting.domains);
        std::vector<Matrix> matrices;
        for (auto const& domain : selected) matrices.push_back(domain.scores);
        auto const parts = exclude(*chosen, setting, matrices, groups);
        for (std::size_t k = 0; k < parts.size(); ++k) {
            auto const relative = relative_totals(matrices[k]); // of a row with gaps: by the scores that it has
            for (auto const position : parts[k].left_out) {
                models.push_back(
                    scores.models[static_cast<std::size_t>(selected[k].rows[static_cast<std::size_t>(position)])]);
                domains.push_back(selected[k].name);
                totals.push_back(relative[static_cast<std::size_t>(position)]);
            }
        }
    }
    auto const n = std::ssize(models);
    group.add({"deciding_model", {"deciding"}, {n}, models, "", "models of the deciding case"});
    group.add({"deciding_domain", {"deciding"}, {n}, domains, "", "their base models"});
    group.add(
        {"deciding_total", {"deciding"}, {n}, totals, "1", "their total as a share of their base model's median"});
}

} // namespace

void add_influence(DataGroup& parent, Experiment const& experiment, RecordStore const& records, SettingId id,
                   ScoreMatrix const& scores)
{
    auto const groups = experiment.counts().influence;
    auto const& setting = experiment.setting(id);
    auto const cases = influence_cases(setting, groups);
    if (cases.empty()) return;
    auto const results = compare_cases(experiment, records, id);
    if (!results[0].analysed) return;
    auto& group = parent.group(to_string(ReplicateKind::influence));
    add_case_table(group, cases, results, setting.factors, analyser_of(setting).words().units);
    auto const deciding = deciding_case(cases, results);
    auto const position = deciding ? static_cast<std::int64_t>(*deciding) : -1;
    group.add({"deciding_case",
               {},
               {},
               std::vector<std::int64_t>{position},
               "1",
               "case that changes the order with the fewest models left out; -1: none does"});
    std::int64_t models = 0;
    RecordView const whole(experiment.layout(id, ReplicateKind::influence),
                           records.at(experiment.id_of({id, ReplicateKind::influence, 0})).values);
    for (double const count : whole.values("models_used")) models += std::llround(count);
    group.add({"models", {}, {}, std::vector<std::int64_t>{models}, "1", "models that are analysed in all"});
    add_deciding_models(group, setting, scores, deciding ? std::optional(cases[*deciding]) : std::nullopt, groups);
}

} // namespace exahca
