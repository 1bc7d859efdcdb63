// Estimates of more settings than details are kept for: what the store, the results and --resume hold of them.

#include "exahca/core/error.hpp"
#include "exahca/results/answers_table.hpp"
#include "exahca/results/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace exahca {
namespace {

std::vector<std::string> const benchmarks{"u", "v", "w"};

/// Two kinds: pairs and triples of base models, 2 factors.
Experiment experiment_of(int settings, ReplicateCounts counts = {})
{
    std::vector<Setting> all;
    for (int i = 0; i < settings; ++i) {
        Setting setting;
        setting.domains = {"a", "m" + std::to_string(i)};
        if (i % 2 == 1) setting.domains.emplace_back("z");
        setting.factors = 2;
        setting.estimator = Estimator::published;
        all.push_back(setting);
    }
    return {all, counts, 7, benchmarks};
}

/// MICs that no two settings share and that do not rise with their numbers.
double mic_of(int setting) { return 0.01 * (1 + setting * 29 % 101); }

TaskRecord record_of(Experiment const& experiment, int setting)
{
    SettingId const id(setting);
    auto const& layout = experiment.layout(id, ReplicateKind::estimate);
    RecordBuilder builder(layout);
    // Every value differs from all others of its record.
    for (auto const& field : layout.fields()) {
        std::vector<double> values(field.size);
        std::iota(values.begin(), values.end(), 1000.0 * setting + static_cast<double>(field.offset));
        if (field.kind == FieldKind::integer) std::fill(values.begin(), values.end(), 1);
        if (field.kind == FieldKind::boolean) std::fill(values.begin(), values.end(), 1);
        if (field.name == "search_outcome") values[0] = 0;
        if (field.name == "mic") values[0] = mic_of(setting);
        builder.set(field.name, values);
    }
    return {TaskStatus::done, setting % 5 == 0 ? "a warning" : "", builder.take(), 0};
}

RecordStore filled(Experiment const& experiment, std::int64_t kept, std::vector<int> const& order)
{
    RecordStore records(experiment, kept);
    for (int const s : order)
        records.put(experiment.id_of({SettingId(s), ReplicateKind::estimate, 0}), record_of(experiment, s));
    return records;
}

std::vector<int> counting(int count)
{
    std::vector<int> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    return order;
}

DataGroup results_of(Experiment const& experiment, RecordStore const& records)
{
    ScoreMatrix scores;
    scores.benchmarks = benchmarks;
    scores.scores.resize(0, 3);
    return build_results(experiment, records, scores, {"s.h5", "print"});
}

/// Names, dimensions and values, missing ones included, of a group and all below it.
void expect_same(DataGroup const& a, DataGroup const& b, std::string const& path)
{
    EXPECT_EQ(a.attributes, b.attributes) << path;
    ASSERT_EQ(a.variables.size(), b.variables.size()) << path;
    for (std::size_t i = 0; i < a.variables.size(); ++i) {
        auto const &one = a.variables[i], &other = b.variables[i];
        EXPECT_EQ(one.name, other.name);
        EXPECT_EQ(one.dims, other.dims) << path << one.name;
        EXPECT_EQ(one.shape, other.shape) << path << one.name;
        if (auto const* reals = std::get_if<std::vector<double>>(&one.values)) {
            auto const& others = std::get<std::vector<double>>(other.values);
            ASSERT_EQ(reals->size(), others.size()) << path << one.name;
            bool const same =
                reals->empty() || std::memcmp(reals->data(), others.data(), reals->size() * sizeof(double)) == 0;
            EXPECT_TRUE(same) << path << one.name;
        } else {
            EXPECT_EQ(one.values, other.values) << path << one.name;
        }
    }
    ASSERT_EQ(a.groups.size(), b.groups.size()) << path;
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        EXPECT_EQ(a.groups[i].name, b.groups[i].name);
        expect_same(a.groups[i].group, b.groups[i].group, path + a.groups[i].name + "/");
    }
}

TEST(ManySettings, details_of_the_best_of_each_kind_are_kept_whatever_the_order_of_arrival)
{
    int const settings = 700; // more than are held before the rest are cut
    auto const experiment = experiment_of(settings);
    auto order = counting(settings);
    auto const rising = filled(experiment, 4, order);
    std::reverse(order.begin(), order.end());
    auto const falling = filled(experiment, 4, order);
    EXPECT_EQ(rising.with_details(), falling.with_details());
    // The two lowest MICs of the pairs (even numbers) and of the triples, by looking at all of them.
    std::vector<bool> expected(static_cast<std::size_t>(settings), false);
    for (int const kind : {0, 1}) {
        std::vector<std::pair<double, int>> members;
        for (int s = kind; s < settings; s += 2) members.emplace_back(mic_of(s), s);
        std::sort(members.begin(), members.end());
        for (std::size_t i : {0u, 1u}) expected[static_cast<std::size_t>(members[i].second)] = true;
    }
    EXPECT_EQ(rising.with_details(), expected);
    expect_same(results_of(experiment, rising), results_of(experiment, falling), "/");
    // What is not kept takes no memory.
    std::size_t values = 0, whole = 0;
    for (std::int64_t i = 0; i < settings; ++i) {
        values += rising.at(TaskId(i)).values.size();
        whole += experiment.layout(SettingId(i), ReplicateKind::estimate).size();
    }
    EXPECT_LT(values, whole / 2);
}

TEST(ManySettings, few_settings_and_those_with_replicates_are_stored_in_full)
{
    auto const few = experiment_of(4);
    auto const records = filled(few, 4, counting(4));
    EXPECT_FALSE(records.keeps_best_only());
    auto const results = results_of(few, records);
    EXPECT_EQ(results.find_group("answers"), nullptr);
    EXPECT_EQ(results.find_group("estimate")->groups.size(), 4u);
    auto const resampled = experiment_of(6, {.bootstrap = 1});
    EXPECT_FALSE(RecordStore(resampled, 4).keeps_best_only());
    EXPECT_TRUE(RecordStore(experiment_of(6), 4).keeps_best_only());
}

TEST(ManySettings, all_estimates_stand_in_arrays_padded_to_the_largest)
{
    auto const experiment = experiment_of(8);
    auto const records = filled(experiment, 3, counting(8));
    auto const results = results_of(experiment, records);
    EXPECT_EQ(results.find_group("estimate")->groups.size(), 3u);
    auto const& table = *results.find_group("answers");
    auto const mic = table.doubles("mic");
    ASSERT_EQ(mic.size(), 8u);
    for (int s = 0; s < 8; ++s) EXPECT_EQ(mic[static_cast<std::size_t>(s)], mic_of(s));
    auto const& inexactness = *table.find("inexactness");
    EXPECT_EQ(inexactness.dims, (std::vector<std::string>{"setting", "position"}));
    EXPECT_EQ(inexactness.shape, (std::vector<std::int64_t>{8, 3}));
    auto const values = table.doubles("inexactness");
    EXPECT_TRUE(std::isnan(values[2])) << "a pair has no third base model";
    EXPECT_FALSE(std::isnan(values[5]));
    auto const& unmixing = *table.find("unmixing");
    EXPECT_EQ(unmixing.dims, (std::vector<std::string>{"setting", "level", "benchmark"}));
    EXPECT_EQ(unmixing.shape, (std::vector<std::int64_t>{8, 2, 3}));
    EXPECT_EQ(table.strings("reason")[5], "a warning");
}

TEST(ManySettings, resuming_takes_every_estimate_and_writes_the_same_file)
{
    auto const experiment = experiment_of(9);
    auto const results = results_of(experiment, filled(experiment, 3, counting(9)));
    RecordStore restored(experiment, 3);
    EXPECT_EQ(restore_records(results, experiment, "print", restored).taken, 9);
    EXPECT_TRUE(restored.complete());
    expect_same(results, results_of(experiment, restored), "/");
}

TEST(ManySettings, going_on_gives_what_one_run_gives)
{
    auto const experiment = experiment_of(9);
    auto const half = results_of(experiment, filled(experiment, 3, {8, 1, 5, 4}));
    RecordStore resumed(experiment, 3);
    EXPECT_EQ(restore_records(half, experiment, "print", resumed).taken, 4);
    for (int const s : {0, 2, 3, 6, 7})
        resumed.put(experiment.id_of({SettingId(s), ReplicateKind::estimate, 0}), record_of(experiment, s));
    expect_same(results_of(experiment, filled(experiment, 3, counting(9))), results_of(experiment, resumed), "/");
}

TEST(ManySettings, replicates_need_whole_estimates_and_have_the_others_computed_anew)
{
    auto const experiment = experiment_of(6);
    auto const results = results_of(experiment, filled(experiment, 2, counting(6)));
    auto const more = experiment_of(6, {.bootstrap = 1});
    RecordStore records(more, 2);
    EXPECT_EQ(restore_records(results, more, "print", records).taken, 2);
}

/// A choice of the pairs, whose lowest MIC is `mic`.
TaskRecord choice_record(Experiment const& experiment, double mic, double failed = 0)
{
    RecordBuilder builder(experiment.layout(SettingId(0), ReplicateKind::choice_rotation));
    builder.set("search_outcome", 0);
    builder.set("mic", mic);
    builder.set("set", 1);
    builder.set("sets_failed", failed);
    return {TaskStatus::done, "", builder.take(), 0};
}

TEST(ManySettings, placebos_that_choose_leave_the_details_to_the_best_and_have_a_p_value)
{
    auto const experiment = experiment_of(8, {.choice_rotation = 4});
    RecordStore records(experiment, 2);
    EXPECT_TRUE(records.keeps_best_only());
    for (int s = 0; s < 8; ++s)
        records.put(experiment.id_of({SettingId(s), ReplicateKind::estimate, 0}), record_of(experiment, s));
    double lowest = 1; // of the pairs
    for (int s = 0; s < 8; s += 2) lowest = std::min(lowest, mic_of(s));
    // Of the pairs one is as low, one is not, one might be but for a set that failed, one is missing.
    auto const put = [&](std::int64_t replicate, TaskRecord record) {
        records.put(experiment.id_of({SettingId(0), ReplicateKind::choice_rotation, replicate}), std::move(record));
    };
    put(0, choice_record(experiment, lowest));
    put(1, choice_record(experiment, lowest + 0.1));
    put(2, choice_record(experiment, lowest + 0.2, 1));
    auto const results = results_of(experiment, records);
    EXPECT_EQ(results.find_group("estimate")->groups.size(), 2u);
    auto const& table = *results.find_group("domain_choice");
    ASSERT_EQ(table.strings("kind").size(), 1u) << "nothing of the triples is computed";
    EXPECT_EQ(table.strings("kind")[0], "choice-rotation");
    EXPECT_EQ(table.doubles("mic")[0], lowest);
    EXPECT_EQ(table.integers("sets")[0], 4);
    EXPECT_EQ(table.integers("replicates")[0], 2);
    EXPECT_EQ(table.integers("failed")[0], 1);
    EXPECT_EQ(table.integers("as_low")[0], 1);
    EXPECT_DOUBLE_EQ(table.doubles("p_value")[0], 2.0 / 3);
    EXPECT_DOUBLE_EQ(table.doubles("p_value_low")[0], 2.0 / 4);
    EXPECT_DOUBLE_EQ(table.doubles("p_value_high")[0], 3.0 / 4);

    RecordStore restored(experiment, 2);
    EXPECT_EQ(restore_records(results, experiment, "print", restored).taken, 8 + 3);
    expect_same(results, results_of(experiment, restored), "/");
    // Among more settings it is another choice.
    auto const more = experiment_of(10, {.choice_rotation = 4});
    RecordStore extended(more, 2);
    EXPECT_EQ(restore_records(results, more, "print", extended).taken, 8);
}

TEST(ManySettings, keeping_the_best_is_work_that_does_not_grow_with_the_square)
{
    for (int const settings : {2'000, 8'000}) {
        auto const experiment = experiment_of(settings);
        RecordStore records(experiment, 50);
        std::int64_t most = 0;
        for (int s = 0; s < settings; ++s) {
            records.put(experiment.id_of({SettingId(s), ReplicateKind::estimate, 0}), record_of(experiment, s));
            most = std::max(most, records.settings_ranked());
        }
        EXPECT_GT(most, 0);
        EXPECT_LE(most, 2 * settings);
        EXPECT_EQ(records.count(TaskStatus::done), settings);
        EXPECT_EQ(records.count(TaskStatus::missing), 0);
    }
}

TEST(ManySettings, a_table_that_lacks_a_field_gives_nothing)
{
    auto const experiment = experiment_of(6);
    auto results = results_of(experiment, filled(experiment, 2, counting(6)));
    std::erase_if(results.group("answers").variables, [](auto const& v) { return v.name == "unmixing"; });
    RecordStore records(experiment, 2);
    EXPECT_EQ(restore_records(results, experiment, "print", records).taken, 2); // those with details
}

TEST(ManySettings, an_experiment_of_equal_shapes_holds_each_layout_once)
{
    auto const experiment = experiment_of(6);
    EXPECT_EQ(&experiment.layout(SettingId(0), ReplicateKind::estimate),
              &experiment.layout(SettingId(2), ReplicateKind::estimate));
    EXPECT_NE(&experiment.layout(SettingId(0), ReplicateKind::estimate),
              &experiment.layout(SettingId(1), ReplicateKind::estimate));
}

} // namespace
} // namespace exahca
