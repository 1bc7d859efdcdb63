// What is stored of the answer of the joint estimator belongs to one optimum, on data where a challenge finds it.

#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/experiment/landscape.hpp"
#include "exahca/model/alignment.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "exahca/model/linear_sem.hpp"
#include "exahca/work/task_runner.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace exahca {
namespace {

constexpr std::uint64_t experiment_seed = 3;

/// Three small domains, two factors: few models leave the likelihood many optima.
JointSimulation small_domains(std::uint64_t seed) { return simulate_joint(seed, 2, 4, {60, 50, 40}, 2); }

Setting one_start(JointSimulation const& simulation)
{
    Setting setting;
    setting.domains = simulation.names;
    setting.factors = 2;
    setting.density = DensityFamily::sas;
    setting.starts = 1;
    setting.screen = 0;
    return setting;
}

/// The estimate's options, as a library user would write them.
JointOptions options_of(Setting const& setting)
{
    JointOptions options = thorough({});
    options.factors = setting.factors;
    options.density = setting.density;
    options.starts = setting.starts;
    options.seed = experiment_seed;
    return options;
}

/// A run of one setting in memory.
class MemoryRun
{
public:
    /// \param known  a search that the ranks shared, if any
    MemoryRun(JointSimulation const& simulation, Setting const& setting, ReplicateCounts counts,
              SearchResult const* known = nullptr)
        : experiment_({setting}, counts, experiment_seed, {"A", "B", "C", "D"})
    {
        Index total = 0, next = 0;
        for (auto const& scores : simulation.scores) total += scores.rows();
        scores_.resize(total, 4);
        std::map<std::string, std::vector<std::int64_t>> rows;
        for (std::size_t k = 0; k < simulation.scores.size(); ++k)
            for (Index i = 0; i < simulation.scores[k].rows(); ++i, ++next) {
                scores_.row(next) = simulation.scores[k].row(i);
                rows[simulation.names[k]].push_back(next);
            }
        dataset_.emplace(Dataset::Scores(scores_.data(), total, 4), std::move(rows));
        runner_.emplace(experiment_, *dataset_);
        if (known != nullptr) runner_->set_search_result(SettingId(0), *known);
        estimate_ = compute(ReplicateKind::estimate, 0);
        runner_->set_estimate(SettingId(0), estimate_);
    }

    TaskRecord compute(ReplicateKind kind, std::int64_t replicate)
    {
        auto record = runner_->compute(experiment_.id_of({SettingId(0), kind, replicate}));
        EXPECT_EQ(record.status, TaskStatus::done) << record.reason;
        return record;
    }
    [[nodiscard]] RecordView view(TaskRecord const& record, ReplicateKind kind) const
    {
        return {experiment_.layout(SettingId(0), kind), record.values};
    }
    [[nodiscard]] std::string const& reason() const { return estimate_.reason; }
    [[nodiscard]] RecordView estimate() const { return view(estimate_, ReplicateKind::estimate); }

private:
    Experiment experiment_;
    Matrix scores_;
    std::optional<Dataset> dataset_;
    std::optional<TaskRunner> runner_;
    TaskRecord estimate_;
};

/// A simulated data set on which a challenge finds the answer, with what the estimator says of it.
struct Challenged
{
    JointSimulation simulation;
    Setting setting;
    JointEstimate estimate;
};

std::optional<Challenged> search_for_challenged()
{
    constexpr std::uint64_t first_seed = 12, last_seed = 60; // from here one is found soon; any one will do
    for (std::uint64_t seed = first_seed; seed <= last_seed; ++seed) {
        auto simulation = small_domains(seed);
        auto const setting = one_start(simulation);
        auto estimate = estimate_joint(simulation.scores, simulation.names, options_of(setting));
        // Its order must differ from the start's, or a mixture of the two would not show.
        if (estimate.best().source == OptimumSource::challenge && estimate.best().order != estimate.orders[0].order)
            return Challenged{std::move(simulation), setting, std::move(estimate)};
    }
    return std::nullopt;
}

Challenged const& challenged()
{
    static auto const found = search_for_challenged();
    if (!found) throw std::runtime_error("no challenge wins on any of the data sets");
    return *found;
}

std::vector<double> rows_of(CandidateOrder const& order)
{
    std::vector<double> rows;
    for (auto const& domain : order.rows) rows.insert(rows.end(), domain.begin(), domain.end());
    return rows;
}

std::vector<double> first(std::span<double const> values, std::size_t count)
{
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(JointAnswer, a_challenge_wins_on_the_data_of_this_test)
{
    auto const& best = challenged().estimate.best();
    EXPECT_EQ(best.source, OptimumSource::challenge);
    EXPECT_EQ(best.fits, 0) << "no start led there";
    for (auto const& start : challenged().estimate.orders) {
        EXPECT_GT(best.isotropic.penalised(), start.fit.penalised() + 1);
        EXPECT_FALSE(flags_agree(best.isotropic_reading.unmixing, start.unmixing, 15));
    }
}

TEST(JointAnswer, first_order_of_the_table_is_the_winning_optimum)
{
    auto const& best = challenged().estimate.best();
    MemoryRun const run(challenged().simulation, challenged().setting, {});
    auto const record = run.estimate();

    EXPECT_EQ(record.matrix("unmixing", 0), best.reading.unmixing);
    EXPECT_EQ(first(record.values("row"), 6), rows_of(best.order));
    EXPECT_EQ(record.values("log_likelihood")[0], best.isotropic.log_likelihood);
    EXPECT_EQ(record.values("objective")[0], -best.isotropic.penalised());
    EXPECT_EQ(record.values("bic")[0], best.isotropic_bic);
    EXPECT_EQ(record.values("converged")[0], best.fit.converged());
    EXPECT_EQ(record.values("order_optimum")[0], record.scalar("answer"));
    EXPECT_EQ(first(record.values("angle_to_best"), 2), (std::vector<double>{0, 0}));
    EXPECT_EQ(record.scalar("answer_log_likelihood"), best.fit.log_likelihood);
    EXPECT_EQ(record.scalar("answer_penalised"), best.fit.log_likelihood - best.fit.penalty);

    // The start is listed as well, as itself.
    ASSERT_EQ(record.scalar("order_count"), 2);
    auto const& start = challenged().estimate.orders[0];
    EXPECT_EQ(record.values("mic")[1], start.inexactness.mic);
    EXPECT_EQ(record.values("objective")[1], -start.fit.penalised());
    EXPECT_GT(record.values("angle_to_best")[3], 0);
}

TEST(JointAnswer, inexactness_is_that_of_the_rows_and_the_rows_are_those_of_the_flag)
{
    auto const& found = challenged();
    JointContext const context =
        joint_context(found.simulation.scores, found.simulation.names, options_of(found.setting));
    MemoryRun const run(found.simulation, found.setting, {});
    auto const record = run.estimate();

    CandidateOrder stored = first_order(3, 2);
    auto const rows = record.values("row");
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t l = 0; l < 2; ++l) stored.rows[k][l] = static_cast<int>(rows[2 * k + l]);
    auto const value = evaluate_order(OrderProblem(context.standardised, Objective::mic), stored);
    EXPECT_EQ(record.values("mic")[0], value.value);
    EXPECT_EQ(first(record.values("inexactness"), 3), value.inexactness);
    auto const mean = evaluate_order(OrderProblem(context.standardised, Objective::n_weighted, context.sizes), stored);
    EXPECT_EQ(record.values("mean_inexactness")[0], mean.value);
    // Few orders: both searches for starting orders have proven their best, which no listed order is below.
    EXPECT_EQ(record.scalar("search_outcome"), static_cast<double>(SearchOutcome::optimum_proven));
    EXPECT_GT(record.scalar("starts_mic_lower_bound"), 0);
    for (auto const inexact : first(record.values("mic"), 2))
        EXPECT_LE(record.scalar("starts_mic_lower_bound"), inexact + 1e-12);
    for (auto const inexact : first(record.values("mean_inexactness"), 2))
        EXPECT_LE(record.scalar("starts_mean_lower_bound"), inexact + 1e-12);

    // Of all eight orders none is less inexact at the winning flag, in any domain.
    Matrix const flag = found.estimate.best().fit.parameters.subspace * pooled_covariance(context.domains) *
                        context.shared.projection.transpose();
    for (std::size_t k = 0; k < 3; ++k) {
        Matrix const losses = level_losses(context.standardised[k], flag);
        auto const sum = [&](int top, int last) { return losses(top, 0) + losses(last, 1); };
        EXPECT_LE(sum(stored.rows[k][0], stored.rows[k][1]), sum(stored.rows[k][1], stored.rows[k][0]));
    }
}

TEST(JointAnswer, names_and_weights_are_read_from_the_winning_optimum)
{
    auto const& found = challenged();
    auto const& best = found.estimate.best().reading;
    MemoryRun const run(found.simulation, found.setting, {});
    auto const record = run.estimate();
    std::vector<Moments> moments;
    for (auto const& scores : found.simulation.scores) moments.push_back(moments_of(scores));
    auto const alignment = align_with_benchmarks(best.factor_scores, pool(moments));
    EXPECT_EQ(first(record.values("alignment_benchmark"), 2),
              std::vector<double>(alignment.labels.begin(), alignment.labels.end()));
    auto const answer = static_cast<std::int64_t>(record.scalar("answer"));
    EXPECT_EQ(record.matrix("optimum_unmixing", answer), record.matrix("unmixing", 0));
    for (std::int64_t k = 0; k < 3; ++k)
        EXPECT_EQ(record.matrix("sem", k), best.triangles[static_cast<std::size_t>(k)]);
}

// The answer and the next one are compared after the same steps, by what is minimised.
TEST(JointAnswer, no_optimum_of_a_replicate_beats_its_answer)
{
    auto const& found = challenged();
    auto setting = found.setting;
    setting.starts = 4;
    MemoryRun run(found.simulation, setting, {.bootstrap = 12});
    int compared = 0;
    for (std::int64_t replicate = 0; replicate < 12; ++replicate) {
        auto const record = run.compute(ReplicateKind::bootstrap, replicate);
        auto const view = run.view(record, ReplicateKind::bootstrap);
        EXPECT_GE(view.scalar("objective"), -view.scalar("log_likelihood")) << "the penalty is not negative";
        auto const inexactness = view.values("inexactness");
        EXPECT_EQ(view.scalar("mic"), *std::max_element(inexactness.begin(), inexactness.end()));
        if (std::isnan(view.scalar("next_objective"))) continue;
        ++compared;
        EXPECT_LE(view.scalar("objective"), view.scalar("next_objective"));
    }
    EXPECT_GT(compared, 0);
}

TEST(AnalysisWarnings, of_joint_are_stored_with_every_kind_of_record)
{
    auto simulation = small_domains(2);
    for (Matrix& scores : simulation.scores) scores.col(2).setConstant(12);
    MemoryRun run(simulation, one_start(simulation), {.bootstrap = 1, .placebo_gaussian = 1, .influence = 2});
    std::string const warning = "C is constant within every base model";
    EXPECT_NE(run.reason().find(warning), std::string::npos) << run.reason();
    for (auto const kind : {ReplicateKind::bootstrap, ReplicateKind::placebo_gaussian, ReplicateKind::influence}) {
        auto const record = run.compute(kind, 0);
        EXPECT_NE(record.reason.find(warning), std::string::npos) << to_string(kind) << ": " << record.reason;
    }
    MemoryRun const sound(small_domains(2), one_start(simulation), {});
    EXPECT_EQ(sound.reason().find("constant"), std::string::npos) << sound.reason();
}

TEST(AnalysisWarnings, of_published_are_stored_too)
{
    auto const simulation = small_domains(2);
    auto setting = one_start(simulation);
    setting.estimator = Estimator::published;
    EXPECT_EQ(MemoryRun(simulation, setting, {}).reason(), "");
    SearchResult unproven;
    unproven.outcome = SearchOutcome::tuple_limit;
    unproven.best.push_back({first_order(3, 2), 0.5, {0.5, 0.4, 0.3}});
    unproven.lower_bound = 0.25;
    EXPECT_EQ(
        MemoryRun(simulation, setting, {}, &unproven).reason(),
        "the search for orders ended at its limit: a better order may exist, though none has a value below 0.2500 "
        "(the best found: 0.5000)");
    auto poor = simulation;
    for (Matrix& scores : poor.scores) scores.col(3) *= 1e-3;
    poor.scores[1].col(1).setConstant(5);
    auto const reason = MemoryRun(poor, setting, {}).reason();
    EXPECT_NE(reason.find("D hardly varies within any base model"), std::string::npos) << reason;
    EXPECT_NE(reason.find("B is constant in base model " + poor.names[1]), std::string::npos) << reason;
}

// Shapes that cost much penalty have a high likelihood and a poor objective: the objective counts.
TEST(JointAnswer, starts_from_the_landscape_orders_that_minimise_the_objective)
{
    Setting setting = one_start(small_domains(1));
    setting.all_orders = true;
    setting.starts = 3;
    Experiment const experiment({setting}, {}, 1, {"A", "B", "C", "D"});
    auto const& layout = experiment.layout(SettingId(0), ReplicateKind::landscape);
    RecordStore records(experiment);
    RecordBuilder record(layout);
    double const missing = std::numeric_limits<double>::quiet_NaN();
    record.set("objective", std::vector<double>{5, 3, 4, missing, 3, 9, 8, 7});
    record.set("log_likelihood", std::vector<double>{-1, -6, -5, missing, -4, -3, -2, -1});
    records.put(experiment.id_of({SettingId(0), ReplicateKind::landscape, 0}),
                {TaskStatus::done, "", record.take(), 0});
    EXPECT_EQ(best_of_landscape(experiment, records, SettingId(0)), (std::vector<std::int64_t>{1, 4, 2}));
}

} // namespace
} // namespace exahca
