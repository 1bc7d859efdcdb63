#include "exahca/results/results.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/version.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/experiment/stage.hpp"
#include "exahca/model/score_counts.hpp"
#include "exahca/results/answers_table.hpp"
#include "exahca/results/coordinates.hpp"
#include "exahca/search/order_search.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <type_traits>

namespace exahca {
namespace {

Variable names_variable(std::string name, std::string dim, std::vector<std::string> values, std::string description)
{
    auto const count = std::ssize(values);
    return {std::move(name), {std::move(dim)}, {count}, std::move(values), "", std::move(description)};
}

/// An integer for each domain and benchmark.
Variable domain_counts(char const* name, std::vector<ScoreCounts> const& domains, std::size_t benchmarks,
                       std::vector<std::int64_t> ScoreCounts::*which, char const* text)
{
    std::vector<std::int32_t> values;
    for (auto const& domain : domains)
        for (auto const count : domain.*which) values.push_back(static_cast<std::int32_t>(count));
    return {name,
            {"domain", "benchmark"},
            {std::ssize(domains), static_cast<std::int64_t>(benchmarks)},
            std::move(values),
            "1",
            text};
}

/// Where scales end, and how many scores of each domain stand there or are missing.
void add_score_facts(DataGroup& group, ScoreMatrix const& scores)
{
    auto const bounds = bounds_of(scores);
    auto const domains = count_scores_by_domain(scores, bounds);
    auto const benchmarks = scores.benchmarks.size();
    auto const ends = [&](char const* name, Vector const& values, char const* text) {
        std::vector<double> stored;
        for (double const value : values) stored.push_back(std::isfinite(value) ? value : std::nan(""));
        group.add({name, {"benchmark"}, {std::ssize(stored)}, stored, "percent", text});
    };
    ends("floor", bounds.floor, "score at which a benchmark's scale begins; NaN: nowhere that is known");
    ends("ceiling", bounds.ceiling, "score at which it ends; NaN: nowhere that is known");
    std::vector<std::int32_t> complete;
    for (auto const& domain : domains) complete.push_back(static_cast<std::int32_t>(domain.complete));
    group.add({"domain_complete",
               {"domain"},
               {std::ssize(complete)},
               complete,
               "1",
               "models of each base model that miss no score"});
    group.add(domain_counts("domain_missing", domains, benchmarks, &ScoreCounts::missing, "missing scores"));
    group.add(domain_counts("domain_at_floor", domains, benchmarks, &ScoreCounts::at_floor,
                            "scores at the floor of their benchmark"));
    group.add(
        domain_counts("domain_at_ceiling", domains, benchmarks, &ScoreCounts::at_ceiling, "scores at its ceiling"));
}

/// What was analysed: the names of the score file, and what is known of its scores, but not these.
void add_input(DataGroup& root, ScoreMatrix const& scores, InputDescription const& input)
{
    auto& group = root.group("input");
    group.attributes.emplace_back("fingerprint", input.fingerprint);
    group.add(names_variable("model", "model", scores.models, "models of the score file, in its order"));
    group.add(names_variable("benchmark", "benchmark", scores.benchmarks, "benchmarks of the score file"));
    std::map<std::string, std::int32_t> sizes;
    for (auto const& name : scores.base_models)
        if (!name.empty()) ++sizes[name];
    std::vector<std::string> names;
    std::vector<std::int32_t> counts;
    for (auto const& [name, size] : sizes) {
        names.push_back(name);
        counts.push_back(size);
    }
    group.add(names_variable("domain", "domain", names, "base models of the score file"));
    group.add({"domain_models", {"domain"}, {std::ssize(counts)}, counts, "1", "models of each base model"});
    add_score_facts(group, scores);
    if (scores.truth) add_truth(group.group("truth"), *scores.truth, scores.benchmarks);
}

/// Coordinates of the dimensions that a layout uses, once each.
void add_coordinates(DataGroup& group, Experiment const& experiment, Setting const& setting, RecordLayout const& layout)
{
    std::map<std::string, std::int64_t> extents;
    for (auto const& field : layout.fields())
        for (std::size_t i = 0; i < field.dims.size(); ++i) extents[field.dims[i]] = field.shape[i];
    for (auto const& [dim, count] : extents) {
        if (dim == "domain")
            group.add(names_variable(dim, dim, setting.domains, "base models of this setting"));
        else if (dim == "benchmark")
            group.add(names_variable(dim, dim, experiment.benchmarks(), "benchmarks"));
        else if (dim == "order")
            group.add(index_coordinate(dim, count, 0, "candidate orders, best first"));
        else if (dim == "candidate")
            group.add(
                index_coordinate(dim, count, 0, "candidate order: rank = range x length of this dimension + position"));
        else if (dim == "optimum")
            group.add(index_coordinate(dim, count, 0, "optima of the likelihood, highest first"));
        else if (dim == "level")
            group.add(index_coordinate(dim, count, 1, "level: 1 is the top row of H"));
        else if (dim == "source")
            group.add(index_coordinate(dim, count, 1, "source, or column level"));
        else if (dim == "component")
            group.add(index_coordinate(dim, count, 1, "Gaussian component of a source's density"));
        else if (dim == "search")
            group.add(index_coordinate(dim, count, 1, "independent search"));
        else if (dim == "shift")
            group.add(index_coordinate(dim, count, 0, "shift of missing scores: none, and the setting's"));
        else
            group.add(index_coordinate(dim, count, 1, "factor, in causal order"));
    }
}

/// One field of many records behind each other, in the type that files have for it; missing where a record is not done.
Values stacked_values(RecordField const& field, std::vector<TaskRecord const*> const& records)
{
    auto const stack = [&]<class T>(T missing) -> Values {
        std::vector<T> stacked(records.size() * field.size, missing);
        auto place = stacked.begin();
        for (auto const* record : records) {
            if (record->status == TaskStatus::done) {
                auto const first = record->values.begin() + static_cast<std::ptrdiff_t>(field.offset);
                auto const last = first + static_cast<std::ptrdiff_t>(field.size);
                if constexpr (std::is_same_v<T, double>)
                    std::copy(first, last, place);
                else
                    std::transform(first, last, place,
                                   [&](double value) { return std::isnan(value) ? missing : static_cast<T>(value); });
            }
            place += static_cast<std::ptrdiff_t>(field.size);
        }
        return stacked;
    };
    switch (field.kind) {
    case FieldKind::real:
        return stack(std::nan(""));
    case FieldKind::integer:
        return stack(missing_integer);
    case FieldKind::boolean:
        return stack(static_cast<std::int8_t>(missing_integer));
    }
    throw std::logic_error("a field has no kind");
}

/// The fields of some records, with the replicates as first dimension; of an estimate, which is one record, without.
void add_records(DataGroup& group, RecordLayout const& layout, std::vector<TaskRecord const*> const& records,
                 ReplicateKind kind)
{
    for (auto const& field : layout.fields()) {
        Variable variable{field.name,  field.dims,       field.shape, stacked_values(field, records),
                          field.units, field.description};
        if (kind != ReplicateKind::estimate) {
            variable.dims.insert(variable.dims.begin(), facts_of(kind).dimension);
            variable.shape.insert(variable.shape.begin(), std::ssize(records));
        }
        group.add(std::move(variable));
    }
}

/// Of every record of a stack whether it is done, and why not.
void add_status(DataGroup& group, std::vector<TaskRecord const*> const& records, ReplicateKindFacts const& facts)
{
    std::string const dim = facts.dimension;
    std::vector<std::int8_t> status;
    std::vector<std::string> reasons;
    for (auto const* record : records) {
        status.push_back(static_cast<std::int8_t>(record->status));
        reasons.push_back(record->reason);
    }
    auto const count = std::ssize(status);
    group.add(index_coordinate(dim, count, 0, facts.entry));
    group.add({"status", {dim}, {count}, status, "1", "0 not computed yet, 1 done, 2 failed"});
    group.add({"reason", {dim}, {count}, reasons, "", "why it failed, or a warning"});
}

/// What each case of influence leaves out.
void add_cases(DataGroup& group, std::vector<InfluenceCase> const& cases)
{
    std::vector<std::string> names;
    std::vector<double> amounts;
    for (auto const& chosen : cases) {
        names.emplace_back(to_string(chosen.exclusion));
        amounts.push_back(chosen.amount);
    }
    group.add(names_variable("exclusion", "case", names, "which models are left out"));
    group.add({"amount",
               {"case"},
               {std::ssize(amounts)},
               amounts,
               "1",
               "position of the domain, share of the median total, number of models, or position of the group"});
}

std::vector<TaskRecord const*> records_of(Experiment const& experiment, RecordStore const& records, SettingId id,
                                          ReplicateKind kind)
{
    std::vector<TaskRecord const*> stack;
    for (std::int64_t replicate = 0; replicate < experiment.count(id, kind); ++replicate)
        stack.push_back(&records.at(experiment.id_of({id, kind, replicate})));
    return stack;
}

/// Of choices among sets, in the name of the first of them, whose details need not be kept.
void add_choice_records(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    for (auto const& [kind, placebo] : choice_kinds)
        for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s) {
            auto const stack = records_of(experiment, records, SettingId(s), kind);
            if (stack.empty()) continue;
            auto& group =
                root.group(to_string(kind)).group(setting_name(experiment.settings()[static_cast<std::size_t>(s)]));
            add_status(group, stack, facts_of(kind));
            add_records(group, experiment.layout(SettingId(s), kind), stack, kind);
        }
}

/// One group for each kind of record of a setting, below the group of the kind.
void add_setting_records(DataGroup& root, Experiment const& experiment, RecordStore const& records, SettingId id)
{
    auto const& setting = experiment.setting(id);
    auto const name = setting_name(setting);
    for (int k = 0; k < replicate_kinds; ++k) {
        auto const kind = static_cast<ReplicateKind>(k);
        auto const stack = records_of(experiment, records, id, kind);
        if (stack.empty() || placebo_of_choice(kind)) continue;
        auto& group = root.group(to_string(kind)).groups.emplace_back(NamedGroup{name, {}}).group;
        add_coordinates(group, experiment, setting, experiment.layout(id, kind));
        if (kind == ReplicateKind::estimate) {
            group.attributes.emplace_back("status", static_cast<std::int64_t>(stack[0]->status));
            group.attributes.emplace_back("reason", stack[0]->reason);
        } else {
            add_status(group, stack, facts_of(kind));
            if (kind == ReplicateKind::influence)
                add_cases(group, influence_cases(setting, experiment.counts().influence));
        }
        add_records(group, experiment.layout(id, kind), stack, kind);
    }
}

/// All tasks that failed, in their order.
void add_failures(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    std::vector<std::string> settings, kinds, reasons;
    std::vector<std::int64_t> replicates;
    for (std::int64_t i = 0; i < experiment.task_count(); ++i) {
        auto const& record = records.at(TaskId(i));
        if (record.status != TaskStatus::failed) continue;
        auto const task = experiment.task(TaskId(i));
        settings.push_back(setting_name(experiment.setting(task.setting)));
        kinds.emplace_back(to_string(task.kind));
        replicates.push_back(task.replicate);
        reasons.push_back(record.reason);
    }
    auto& group = root.group("failures");
    auto const count = std::ssize(settings);
    group.add({"setting", {"failure"}, {count}, settings, "", "setting of the failed task"});
    group.add({"kind", {"failure"}, {count}, kinds, "", "kind of replicate"});
    group.add({"replicate", {"failure"}, {count}, replicates, "1", "replicate within its kind"});
    group.add({"reason", {"failure"}, {count}, reasons, "", "why it failed"});
}

/// What the searches of settings without an estimate knew when they were stopped. Nothing goes on from there.
void add_interim(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s) {
        SettingId const id(s);
        auto const& setting = experiment.setting(id);
        auto const& searches = records.at(experiment.id_of({id, ReplicateKind::estimate, 0})).interim;
        if (searches.empty()) continue;
        std::vector<std::string> objectives, labels;
        std::vector<std::int32_t> outcomes;
        std::vector<double> values, bounds;
        for (auto const& search : searches) {
            objectives.emplace_back(to_string(search.objective));
            outcomes.push_back(static_cast<std::int32_t>(search.outcome));
            values.push_back(search.value);
            bounds.push_back(search.lower_bound);
            for (std::size_t i = 0; i < static_cast<std::size_t>(setting.factors); ++i)
                labels.push_back(i < search.labels.size()
                                     ? experiment.benchmarks().at(static_cast<std::size_t>(search.labels[i]))
                                     : std::string{});
        }
        auto const n = std::ssize(searches);
        auto& group = root.group("interim").group(setting_name(setting));
        group.add(index_coordinate("search", n, 0, "searches for orders of the estimate, in their order"));
        group.add(index_coordinate("factor", setting.factors, 1, "factor, in causal order"));
        group.add({"objective", {"search"}, {n}, objectives, "", "what is minimised: mic, mean or n-weighted"});
        group.add(
            {"search_outcome", {"search"}, {n}, outcomes, "1", "3: stopped, so the value is not proven to be lowest"});
        group.add({"value", {"search"}, {n}, values, "1", "of the best order found so far"});
        group.add({"lower_bound", {"search"}, {n}, bounds, "1", "no order has a lower value"});
        group.add({"label",
                   {"search", "factor"},
                   {n, setting.factors},
                   labels,
                   "",
                   "benchmarks that name the factors of that order; empty where unknown"});
    }
}

} // namespace

DataGroup build_results(Experiment const& experiment, RecordStore const& records, ScoreMatrix const& scores,
                        InputDescription const& input)
{
    DataGroup root;
    root.attributes = {{"filetype", std::string("exahca-results")},
                       {"format_version", std::vector<std::int64_t>{results_format.major, results_format.minor}},
                       {"exahca_version", std::string(version())},
                       {"Conventions", std::string("CF-1.10")},
                       {"complete", static_cast<std::int64_t>(records.complete())}};
    add_input(root, scores, input);
    add_settings(root.group("settings"), experiment);
    auto const with_details = records.with_details();
    if (records.keeps_best_only()) add_answers(root, experiment, records);
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s)
        if (with_details[static_cast<std::size_t>(s)]) add_setting_records(root, experiment, records, SettingId(s));
    add_choice_records(root, experiment, records);
    add_aggregate(root.group("aggregate"), experiment, records, scores, with_details);
    add_domain_choice(root, experiment, records);
    add_failures(root, experiment, records);
    add_interim(root, experiment, records);
    add_missing_coordinates(root);
    return root;
}

} // namespace exahca
