// What --resume and merge take over from earlier results: records of settings of equal content.

#include "exahca/core/error.hpp"
#include "exahca/results/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"x", "y", "z"};

Setting published(std::vector<std::string> domains)
{
    return {.domains = std::move(domains), .factors = 2, .estimator = Estimator::published};
}

Experiment two_settings(ReplicateCounts counts = {.bootstrap = 2})
{
    return {{published({"a/b", "c"}), published({"a_b", "c"})}, counts, 7, benchmarks};
}

/// Values of a record that tables can be made of: reals are `value`, integers 0, H the first unit vectors.
std::vector<double> plain_record(RecordLayout const& layout, double value, double outcome)
{
    std::vector<double> values(layout.size());
    for (auto const& field : layout.fields()) {
        auto const begin = values.begin() + static_cast<std::ptrdiff_t>(field.offset);
        if (field.kind == FieldKind::real) std::fill_n(begin, field.size, value);
        if (field.name == "search_outcome") *begin = outcome;
        if (field.name != "unmixing") continue;
        auto const width = static_cast<std::size_t>(field.shape.back()),
                   rows = static_cast<std::size_t>(field.shape.at(field.shape.size() - 2));
        for (std::size_t i = 0; i < field.size; ++i) values[field.offset + i] = i % width == i / width % rows ? 1 : 0;
    }
    return values;
}

/// Results of which every real value of task i is i, H excepted.
DataGroup numbered_results(Experiment const& experiment, double outcome = 0)
{
    RecordStore records(experiment);
    for (std::int64_t i = 0; i < experiment.task_count(); ++i) {
        auto const task = experiment.task(TaskId(i));
        auto values = plain_record(experiment.layout(task.setting, task.kind), static_cast<double>(i), outcome);
        records.put(TaskId(i), {TaskStatus::done, "", std::move(values), 0});
    }
    ScoreMatrix scores;
    scores.benchmarks = benchmarks;
    scores.scores.resize(0, static_cast<Index>(benchmarks.size()));
    return build_results(experiment, records, scores, {"s.h5", "print"});
}

TEST(Restore, settings_are_found_by_content_whatever_their_names_and_order)
{
    auto const experiment = two_settings();
    auto results = numbered_results(experiment);
    // Another version named them otherwise, here each by the other's name.
    for (auto& [kind, group] : results.groups)
        for (auto& [name, subgroup] : group.groups)
            if (name == setting_name(experiment.settings()[0]))
                name = setting_name(experiment.settings()[1]);
            else if (name == setting_name(experiment.settings()[1]))
                name = setting_name(experiment.settings()[0]);
    for (auto& variable : results.group("settings").variables)
        if (variable.name == "setting") {
            auto& names = std::get<std::vector<std::string>>(variable.values);
            std::swap(names[0], names[1]);
        }
    Experiment const turned({experiment.settings()[1], experiment.settings()[0], published({"c"})}, {.bootstrap = 1}, 7,
                            benchmarks);
    RecordStore records(turned);
    EXPECT_EQ(restore_records(results, turned, "print", records).taken, 2 * 2);
    for (std::int64_t i = 0; i < turned.task_count(); ++i) {
        auto const task = turned.task(TaskId(i));
        auto const& record = records.at(TaskId(i));
        if (task.setting.get() == 2) {
            EXPECT_EQ(record.status, TaskStatus::missing);
            continue;
        }
        auto const earlier = experiment.id_of({SettingId(1 - task.setting.get()), task.kind, task.replicate});
        ASSERT_EQ(record.status, TaskStatus::done);
        auto const& mic = turned.layout(task.setting, task.kind).field("mic");
        EXPECT_EQ(record.values[mic.offset], static_cast<double>(earlier.get()));
    }
}

TEST(Restore, with_other_limits_only_what_is_proven_is_taken)
{
    auto const experiment = two_settings();
    auto settings = experiment.settings();
    for (auto& setting : settings) setting.search_seconds = 5;
    Experiment const hurried(settings, experiment.counts(), experiment.seed(), benchmarks);
    for (double const outcome : {0.0, 2.0}) {
        auto const results = numbered_results(experiment, outcome);
        RecordStore same(experiment), other(hurried);
        EXPECT_EQ(restore_records(results, experiment, "print", same).taken, 2 * 3);
        auto const restored = restore_records(results, hurried, "print", other);
        EXPECT_EQ(restored.taken, outcome == 0 ? 2 * 3 : 0);
        EXPECT_EQ(restored.unproven.size(), outcome == 0 ? 0U : 2U);
    }
}

TEST(Restore, a_setting_without_details_is_computed_again)
{
    auto const experiment = two_settings();
    auto results = numbered_results(experiment);
    auto& estimates = results.group("estimate").groups;
    estimates.erase(estimates.begin());
    RecordStore records(experiment);
    EXPECT_EQ(restore_records(results, experiment, "print", records).taken, 2 * 3 - 1);
}

std::string refusal(DataGroup const& results, Experiment const& experiment)
{
    RecordStore records(experiment);
    try {
        (void)restore_records(results, experiment, "print", records);
    } catch (InvalidInput const& error) {
        return error.what();
    }
    return {};
}

TEST(Restore, results_of_other_versions_are_refused_with_the_reason)
{
    auto const experiment = two_settings();
    auto results = numbered_results(experiment);
    EXPECT_EQ(refusal(results, experiment), "");

    auto newer = results;
    newer.group("settings").add({"tempering", {"setting"}, {2}, std::vector<std::string>{"span", "full"}, "", ""});
    EXPECT_NE(refusal(newer, experiment).find("a hyperparameter \"tempering\""), std::string::npos)
        << refusal(newer, experiment);

    for (auto& [name, value] : results.attributes)
        if (name == "format_version") value = std::vector<std::int64_t>{1, 0};
    auto const earlier = refusal(results, experiment);
    EXPECT_NE(earlier.find("the earlier results have format 1.0"), std::string::npos) << earlier;
    EXPECT_NE(earlier.find("by names that two of them could share"), std::string::npos) << earlier;
    EXPECT_NE(earlier.find("finish them with the exahca that began them"), std::string::npos) << earlier;
}

} // namespace
} // namespace exahca
