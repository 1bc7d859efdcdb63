// Influence, agreement across settings and intervals, from simulated scores through the tasks to the stored tables.

#include "exahca/estimate/influence.hpp"
#include "exahca/estimate/nested_bootstrap.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/results/results.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exahca {
namespace {

constexpr std::int64_t groups = 6;

/// A finished run in memory.
struct FinishedRun
{
    ScoreMatrix scores;
    Experiment experiment;
    RecordStore records;
    DataGroup results;

    explicit FinishedRun(ScoreMatrix matrix, std::vector<Setting> settings, ReplicateCounts counts)
        : scores(std::move(matrix)), experiment(std::move(settings), counts, 3, scores.benchmarks), records(experiment)
    {
        Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()},
                              rows_by_domain(scores));
        TaskRunner runner(experiment, dataset);
        for (std::size_t s = 0; s < experiment.settings().size(); ++s) {
            SettingId const id(static_cast<std::int64_t>(s));
            auto const estimate = experiment.id_of({id, ReplicateKind::estimate, 0});
            records.put(estimate, runner.compute(estimate));
            runner.set_estimate(id, records.at(estimate));
        }
        for (std::int64_t i = 0; i < experiment.task_count(); ++i)
            if (records.at(TaskId(i)).status == TaskStatus::missing) records.put(TaskId(i), runner.compute(TaskId(i)));
        results = build_results(experiment, records, scores, {"memory", "none"});
    }
};

ScoreMatrix simulated()
{
    SimulationOptions options;
    options.design = Design::contaminated;
    options.sizes = {260, 200, 150};
    options.factors = 2;
    options.seed = 8;
    return simulate(options);
}

std::vector<Setting> published_settings(ScoreMatrix const& scores)
{
    Setting setting{.domains = scores.truth->domains, .factors = 2, .estimator = Estimator::published};
    setting.restarts = 3;
    auto cubed = setting, three = setting;
    cubed.contrast = Contrast::cube;
    three.factors = 3;
    return {setting, cubed, three};
}

FinishedRun const& published_run()
{
    static FinishedRun const run(simulated(), published_settings(simulated()), {.bootstrap = 30, .influence = groups});
    return run;
}

RecordView record_of(FinishedRun const& run, std::int64_t setting, ReplicateKind kind, std::int64_t replicate)
{
    auto const& record = run.records.at(run.experiment.id_of({SettingId(setting), kind, replicate}));
    EXPECT_EQ(record.status, TaskStatus::done) << record.reason;
    return {run.experiment.layout(SettingId(setting), kind), record.values};
}

DataGroup const& aggregate_of(FinishedRun const& run, std::size_t setting)
{
    auto const* group = run.results.find_group("aggregate/" + setting_name(run.experiment.settings()[setting]));
    EXPECT_NE(group, nullptr);
    return *group;
}

TEST(Influence, leaving_out_nothing_gives_the_estimate_bit_for_bit)
{
    auto const& run = published_run();
    for (std::int64_t s = 0; s < 3; ++s) {
        auto const estimate = record_of(run, s, ReplicateKind::estimate, 0);
        auto const nothing = record_of(run, s, ReplicateKind::influence, 0);
        EXPECT_EQ(estimate.matrix("unmixing", 0), nothing.matrix("unmixing"));
        EXPECT_EQ(estimate.values("mic")[0], nothing.scalar("mic"));
    }
}

TEST(Influence, a_domain_left_out_equals_a_run_without_it)
{
    auto const& run = published_run();
    auto const settings = published_settings(run.scores);
    auto without = settings[0];
    without.domains.erase(without.domains.begin() + 1);
    FinishedRun const smaller(run.scores, {without}, {});
    auto const cases = influence_cases(settings[0], groups);
    auto const found = std::find_if(cases.begin(), cases.end(), [](auto const& one) {
        return one.exclusion == Exclusion::domain && one.amount == 1;
    });
    ASSERT_NE(found, cases.end());
    auto const record = record_of(run, 0, ReplicateKind::influence, found - cases.begin());
    EXPECT_EQ(record.matrix("unmixing"), record_of(smaller, 0, ReplicateKind::estimate, 0).matrix("unmixing", 0));
    EXPECT_EQ(record.values("models_left_out")[1], 200);
    EXPECT_EQ(record.values("models_used")[1], 0);
}

TEST(Influence, models_left_out_equal_a_table_without_them)
{
    auto const& run = published_run();
    auto const setting = run.experiment.settings()[0];
    auto const cases = influence_cases(setting, groups);
    InfluenceCase const lowest{Exclusion::lowest, 9};
    auto const position = std::find_if(cases.begin(), cases.end(), [&](auto const& one) {
        return one.exclusion == lowest.exclusion && one.amount == lowest.amount;
    });
    std::vector<Matrix> matrices;
    auto const domains = select_domains(run.scores, setting.domains);
    for (auto const& domain : domains) matrices.push_back(domain.scores);
    auto const parts = exclude(lowest, setting, matrices, groups);
    ScoreMatrix smaller{{}, run.scores.benchmarks, {}, {}, run.scores.truth};
    std::vector<std::int64_t> rows;
    for (std::size_t k = 0; k < parts.size(); ++k)
        for (auto const kept : parts[k].kept) rows.push_back(domains[k].rows[static_cast<std::size_t>(kept)]);
    smaller.scores.resize(static_cast<Index>(rows.size()), run.scores.scores.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        smaller.models.push_back(run.scores.models[static_cast<std::size_t>(rows[i])]);
        smaller.base_models.push_back(run.scores.base_models[static_cast<std::size_t>(rows[i])]);
        smaller.scores.row(static_cast<Index>(i)) = run.scores.scores.row(rows[i]);
    }
    EXPECT_EQ(rows.size(), 610U - 9U);
    FinishedRun const again(smaller, {setting}, {});
    EXPECT_EQ(record_of(run, 0, ReplicateKind::influence, position - cases.begin()).matrix("unmixing"),
              record_of(again, 0, ReplicateKind::estimate, 0).matrix("unmixing", 0));
}

// The deciding case changes the order, no case of fewer models does, and its models are named.
TEST(Influence, the_deciding_case_is_the_smallest_that_changes_the_order)
{
    auto const& run = published_run();
    bool decided = false;
    for (std::size_t s = 0; s < 3; ++s) {
        auto const* table = aggregate_of(run, s).find_group("influence");
        ASSERT_NE(table, nullptr);
        auto const left_out = table->integers("left_out"), changes = table->integers("changes");
        auto const& exclusion = table->strings("exclusion");
        auto const& angles = table->doubles("angle");
        auto const levels = angles.size() / exclusion.size();
        auto const deciding = table->integers("deciding_case").at(0);
        std::int64_t fewest = -1;
        for (std::size_t i = 0; i < exclusion.size(); ++i) {
            bool other = false;
            for (std::size_t j = 0; j < levels; ++j) other |= angles[i * levels + j] > same_flag_degrees;
            EXPECT_EQ(changes[i] == 1, other);
            if (other && exclusion[i] != "domain" && (fewest < 0 || left_out[i] < fewest)) fewest = left_out[i];
        }
        EXPECT_EQ(deciding >= 0, fewest >= 0);
        auto const named = table->strings("deciding_model").size();
        EXPECT_EQ(static_cast<std::int64_t>(named), std::max<std::int64_t>(fewest, 0));
        if (deciding < 0) continue;
        EXPECT_EQ(left_out[static_cast<std::size_t>(deciding)], fewest);
        decided = true;
    }
    EXPECT_TRUE(decided) << "the simulation was chosen so that some models decide";
}

TEST(Influence, a_lead_below_zero_means_another_order_wins)
{
    auto const& run = published_run();
    int seen = 0;
    for (std::int64_t s = 0; s < 3; ++s)
        for (std::int64_t i = 0; i < run.experiment.count(SettingId(s), ReplicateKind::influence); ++i) {
            auto const record = record_of(run, s, ReplicateKind::influence, i);
            double const lead = record.scalar("lead");
            if (std::isnan(lead)) continue;
            auto const angles = record.values("angle_to_estimate");
            EXPECT_EQ(lead<0, *std::max_element(angles.begin(), angles.end())> same_flag_degrees);
            ++seen;
        }
    EXPECT_GT(seen, 50);
}

// A resample of other groups is another question: only equal ones are taken over.
TEST(Influence, another_number_of_groups_is_computed_anew)
{
    auto const& run = published_run();
    for (std::int64_t const asked : {groups, groups + 1}) {
        Experiment const next(run.experiment.settings(), {.bootstrap = 30, .influence = asked}, 3,
                              run.scores.benchmarks);
        RecordStore records(next);
        auto const taken = restore_records(run.results, next, "none", records).taken;
        EXPECT_EQ(taken, asked == groups ? next.task_count() : 3 * 31);
    }
}

TEST(AcrossSettings, angles_and_counts_follow_from_the_estimates)
{
    auto const& run = published_run();
    auto const* table = run.results.find_group("aggregate/across-settings");
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->strings("setting").size(), 3U);
    std::vector<Matrix> flags;
    for (std::int64_t s = 0; s < 3; ++s)
        flags.push_back(record_of(run, s, ReplicateKind::estimate, 0).matrix("unmixing", 0));
    auto const& angles = table->doubles("level_angle");
    ASSERT_EQ(angles.size(), 27U);
    for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 3; ++b)
            for (std::size_t j = 0; j < 3; ++j) {
                double const angle = angles[(a * 3 + b) * 3 + j];
                EXPECT_TRUE(angle == angles[(b * 3 + a) * 3 + j] || std::isnan(angle));
                bool const both = j < static_cast<std::size_t>(std::min(flags[a].rows(), flags[b].rows()));
                ASSERT_EQ(std::isnan(angle), !both);
                if (!both || a == b) continue;
                auto const rows = static_cast<Index>(j) + 1;
                auto const expected = flag_angles(flags[a].bottomRows(rows), flags[b].bottomRows(rows));
                EXPECT_NEAR(angle, expected[rows - 1], 1e-9);
            }
    auto const compared = table->integers("level_compared"), agreeing = table->integers("level_agreeing"),
               leader = table->integers("level_leader"), agrees = table->integers("level_agrees");
    EXPECT_EQ(compared, (std::vector<std::int64_t>{3, 3, 1}));
    for (std::size_t j = 0; j < 3; ++j) {
        std::int64_t same = 0;
        for (std::size_t b = 0; b < 3; ++b) {
            bool const near = angles[(static_cast<std::size_t>(leader[j]) * 3 + b) * 3 + j] <= same_flag_degrees;
            same += near;
            EXPECT_EQ(agrees[b * 3 + j] == 1, near);
        }
        EXPECT_EQ(same, agreeing[j]);
    }
    EXPECT_EQ(table->strings("choice"), (std::vector<std::string>{"factors", "contrast"}));
    EXPECT_EQ(table->integers("choice_pairs"), (std::vector<std::int64_t>{1, 1}));
}

TEST(AcrossSettings, one_setting_has_no_table)
{
    auto const scores = simulated();
    FinishedRun const run(scores, {published_settings(scores)[0]}, {});
    EXPECT_EQ(run.results.find_group("aggregate/across-settings"), nullptr);
}

// Every interval states the replicates that it rests on: those that share the estimate's flag.
TEST(Intervals, hold_the_middle_of_the_agreeing_replicates_and_say_how_many)
{
    auto const& run = published_run();
    auto const& table = aggregate_of(run, 0);
    auto const estimate = record_of(run, 0, ReplicateKind::estimate, 0).matrix("unmixing", 0);
    std::vector<double> values;
    std::vector<double> angles;
    for (std::int64_t r = 0; r < 30; ++r) {
        auto const replicate = record_of(run, 0, ReplicateKind::bootstrap, r);
        angles.push_back(replicate.values("angle_to_estimate")[0]);
        if (flags_agree(estimate, replicate.matrix("unmixing"), same_flag_degrees))
            values.push_back(replicate.values("total_effects")[2]); // domain 0, effect 1, cause 0
    }
    EXPECT_EQ(table.integers("total_effects_replicates")[2], static_cast<std::int64_t>(values.size()));
    EXPECT_EQ(table.integers("group_members")[0], static_cast<std::int64_t>(values.size()));
    auto const expected = percentile_interval(values, 0.90);
    if (!values.empty()) {
        EXPECT_DOUBLE_EQ(table.doubles("total_effects_low")[2], expected.low);
        EXPECT_DOUBLE_EQ(table.doubles("total_effects_high")[2], expected.high);
    }
    auto const within = table.doubles("level_angle_95")[0];
    EXPECT_GE(std::count_if(angles.begin(), angles.end(), [&](double a) { return a <= within + 1e-9; }), 28);
    EXPECT_LE(table.doubles("level_angle_median")[0], within);
}

// Data drawn from the fit, each resampled by itself: the bins hold every data set once, and what is right in them adds
// up to what is recovered. Without nested resamples the other numbers are the same.
TEST(Calibration, sorts_the_parametric_data_sets_by_their_own_support)
{
    auto const scores = simulated();
    auto const setting = published_settings(scores)[0];
    FinishedRun const run(scores, {setting}, {.parametric = 12, .nested = 7});
    FinishedRun const plain(scores, {setting}, {.parametric = 12});
    auto const& table = *aggregate_of(run, 0).find_group("parametric");
    auto const right = table.integers("calibration_right"), total = table.integers("calibration_total");
    auto const& low = table.doubles("calibration_low");
    auto const& high = table.doubles("calibration_high");
    std::vector<std::int64_t> expected(total.size());
    auto const truth = record_of(run, 0, ReplicateKind::estimate, 0).matrix("unmixing", 0);
    std::int64_t recovered = 0;
    for (std::int64_t i = 0; i < 12; ++i) {
        auto const record = record_of(run, 0, ReplicateKind::parametric, i);
        EXPECT_EQ(record.matrix("unmixing"), record_of(plain, 0, ReplicateKind::parametric, i).matrix("unmixing"));
        EXPECT_TRUE(std::isnan(record_of(plain, 0, ReplicateKind::parametric, i).scalar("own_support")));
        EXPECT_EQ(record.scalar("own_resamples"), 7);
        double const support = record.scalar("own_support");
        EXPECT_NEAR(support * 7, std::round(support * 7), 1e-9);
        for (std::size_t b = 0; b < total.size(); ++b)
            expected[b] += support >= low[b] && (support < high[b] || b + 1 == total.size());
        recovered += flags_agree(truth, record.matrix("unmixing"), same_flag_degrees);
    }
    EXPECT_EQ(total, expected);
    EXPECT_EQ(std::accumulate(right.begin(), right.end(), std::int64_t{0}), recovered);
    EXPECT_EQ(aggregate_of(plain, 0).find_group("parametric")->find("calibration_total"), nullptr);
}

// Collapsed models turn the direction of an unscreened resample towards the mean of all scores; the answer was found
// without them.
TEST(Calibration, resamples_of_a_data_set_are_screened_as_the_bootstrap_does)
{
    auto scores = simulated();
    for (Index i = 0; i < scores.scores.rows(); i += 25) scores.scores.row(i).setZero();
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    Setting setting{.domains = scores.truth->domains, .factors = 1, .estimator = Estimator::published};
    setting.screen = 0.6;
    setting.restarts = 1;
    Experiment const experiment({setting}, {.parametric = 1, .nested = 1}, 3, scores.benchmarks);
    TaskRunner runner(experiment, dataset);
    auto const record = runner.compute(experiment.id_of({SettingId(0), ReplicateKind::estimate, 0}));
    ASSERT_EQ(record.status, TaskStatus::done) << record.reason;
    RecordView const estimate(experiment.layout(SettingId(0), ReplicateKind::estimate), record.values);
    auto const& layout = experiment.layout(SettingId(0), ReplicateKind::parametric);
    auto unscreened = setting;
    unscreened.screen = 0;
    auto const all_models = observed_data(unscreened, dataset);
    RandomKey const key{3, "test", 0, {}, 0};
    auto const answer = estimate.matrix("unmixing", 0);
    auto const share_of = [&](Setting const& asked) {
        return own_support({asked, layout, scores.benchmarks, key}, all_models, answer, estimate, 6).share;
    };
    EXPECT_EQ(share_of(setting), 1);
    EXPECT_EQ(share_of(unscreened), 0) << "the collapsed models were meant to matter";
}

// One definition of a resample: of the data set as the bootstrap draws it from the scores.
TEST(Calibration, a_resample_is_what_the_bootstrap_draws)
{
    auto const scores = simulated();
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    Setting setting{.domains = scores.truth->domains, .factors = 2};
    auto const all_models = observed_data(setting, dataset);
    setting.screen = 0.8;
    RandomKey const key{3, "bootstrap", 5, {}, 0};
    RecordLayout const none;
    auto const bootstrap = replicate_data(setting, dataset, ReplicateKind::bootstrap, key, RecordView(none, {}));
    EXPECT_EQ(screened(setting, resampled(setting, all_models, key)).scores, bootstrap.scores);
    Index models = 0;
    for (auto const& domain : bootstrap.scores) models += domain.rows();
    EXPECT_LT(models, scores.scores.rows()) << "nothing was screened";
}

TEST(Influence, of_the_joint_estimator_reports_its_lead_in_log_likelihood)
{
    auto const scores = simulated();
    Setting setting{.domains = scores.truth->domains, .factors = 2, .estimator = Estimator::joint};
    setting.screen = 0.6;
    setting.density = DensityFamily::sas;
    setting.starts = 2;
    FinishedRun const run(scores, {setting}, {.influence = 1});
    auto const& table = *aggregate_of(run, 0).find_group("influence");
    EXPECT_EQ(table.find("lead")->units, "nat");
    auto const analysed = table.integers("analysed");
    EXPECT_EQ(analysed[0], 1);
    EXPECT_GT(std::count(analysed.begin(), analysed.end(), 1), 20);
}

} // namespace
} // namespace exahca
