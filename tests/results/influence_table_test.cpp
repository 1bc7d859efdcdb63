// The table of what leaving models out does, from records that are made by hand.

#include "exahca/core/random.hpp"
#include "exahca/estimate/influence.hpp"
#include "results/results_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace exahca {
namespace {

constexpr std::int64_t groups = 2;
constexpr Index benchmarks = 3;

/// Two base models of which one model in seven lacks its first score.
ScoreMatrix with_gaps()
{
    RandomStream random({1, "influence-table-test", 0, {}, 0});
    ScoreMatrix matrix;
    matrix.benchmarks = {"x", "y", "z"};
    matrix.scores.resize(80, benchmarks);
    for (double& score : matrix.scores.reshaped()) score = 30 + 5 * random.normal();
    for (Index i = 0; i < matrix.scores.rows(); ++i) {
        matrix.models.push_back("model-" + std::to_string(i));
        matrix.base_models.emplace_back(i < 40 ? "first" : "second");
        if (i % 7 == 0) matrix.scores(i, 0) = std::numeric_limits<double>::quiet_NaN();
    }
    return matrix;
}

/// Records in which every case has the same H, but for those that leave out groups of models: theirs begins elsewhere.
RecordStore records_of(Experiment const& experiment, SettingId setting)
{
    RecordStore records(experiment);
    auto const& layout = experiment.layout(setting, ReplicateKind::influence);
    auto const cases = influence_cases(experiment.setting(setting), groups);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        RecordBuilder record(layout);
        record.set("models_left_out", std::vector<double>{1, 1});
        record.set("models_used", std::vector<double>{39, 39});
        record.set("mic", 0.1);
        Matrix unmixing = Matrix::Identity(2, benchmarks);
        if (cases[i].exclusion == Exclusion::group) unmixing.col(1).swap(unmixing.col(2));
        record.set("unmixing", unmixing);
        records.put(experiment.id_of({setting, ReplicateKind::influence, static_cast<std::int64_t>(i)}),
                    {TaskStatus::done, {}, record.take()});
    }
    return records;
}

TEST(InfluenceTable, totals_of_models_with_gaps_are_known)
{
    auto const scores = with_gaps();
    Setting setting;
    setting.domains = {scores.base_models.front(), scores.base_models.back()};
    setting.factors = 2;
    setting.estimator = Estimator::joint;
    setting.noise = NoiseModel::aware; // analyses models with gaps
    Experiment const experiment({setting}, {.influence = groups}, 7, scores.benchmarks);
    DataGroup parent;
    add_influence(parent, experiment, records_of(experiment, SettingId(0)), SettingId(0), scores);
    auto const* table = parent.find_group("influence");
    ASSERT_NE(table, nullptr);
    auto const& names = table->strings("deciding_model");
    auto const& totals = table->doubles("deciding_total");
    ASSERT_EQ(names.size(), totals.size());
    int gaps = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const row = std::find(scores.models.begin(), scores.models.end(), names[i]) - scores.models.begin();
        gaps += scores.scores.row(row).hasNaN();
        EXPECT_TRUE(std::isfinite(totals[i])) << names[i];
    }
    EXPECT_GT(gaps, 0);
}

} // namespace
} // namespace exahca
