#include "finished_run.hpp"

#include "estimate/reading.hpp"
#include "exahca/results/results.hpp"
#include "exahca/work/task_runner.hpp"

#include <Eigen/LU>
#include <algorithm>

namespace exahca {

FinishedRun::FinishedRun(ScoreMatrix const& scores, Setting const& setting, ReplicateCounts const& counts,
                         std::uint64_t seed)
    : experiment({setting}, counts, seed, scores.benchmarks), records(experiment)
{
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    TaskRunner runner(experiment, dataset);
    auto const first = experiment.id_of({SettingId(0), ReplicateKind::estimate, 0});
    estimate = runner.compute(first);
    records.put(first, estimate);
    if (estimate.status != TaskStatus::done) return;
    runner.set_estimate(SettingId(0), estimate);
    for (std::int64_t i = 0; i < experiment.task_count(); ++i)
        if (records.at(TaskId(i)).status == TaskStatus::missing) records.put(TaskId(i), runner.compute(TaskId(i)));
    results = build_results(experiment, records, scores, {"simulated", ""});
}

DataGroup const& FinishedRun::tables() const
{
    return *results.find_group("aggregate/" + setting_name(experiment.settings().front()));
}

std::string FinishedRun::problem(char const* replicates) const
{
    bool const done = estimate.status == TaskStatus::done;
    if (done && (replicates == nullptr || tables().find(replicates) != nullptr)) return {};
    std::string reason = done ? "no replicate succeeded" : estimate.reason;
    std::replace(reason.begin(), reason.end(), ',', ';'); // a comma would begin a new column
    return reason;
}

RecordLayout const& FinishedRun::layout() const { return experiment.layout(SettingId(0), ReplicateKind::estimate); }

namespace {

/// Moments of all domains' scores together in the population.
Moments population_moments(SimulationOptions const& options, SimulationTruth const& truth,
                           SimulatedPopulation const& population)
{
    std::vector<Moments> domains;
    for (std::size_t k = 0; k < truth.mixing.size(); ++k) {
        Matrix const sources = truth.unmixing.transpose() * truth.mixing[k]; // d x m
        Matrix covariance = sources * sources.transpose();
        covariance.diagonal() += population.residual_sds.cwiseAbs2();
        domains.push_back({options.sizes[k], population.means.row(static_cast<Index>(k)).transpose(), covariance});
    }
    return pool(domains);
}

} // namespace

std::vector<double> true_record(RecordLayout const& layout, SimulationOptions const& options,
                                SimulationTruth const& truth, std::span<Index const> labels)
{
    auto const population = population_of(options);
    Matrix const weighted = truth.unmixing * population.residual_sds.cwiseAbs2().cwiseInverse().asDiagonal();
    Matrix const factor_scores = (weighted * truth.unmixing.transpose()).inverse() * weighted;
    std::vector<Matrix> triangles;
    for (auto const& mixing : truth.mixing)
        triangles.emplace_back(
            mixing.triangularView<Eigen::Upper>().solve(Matrix::Identity(mixing.rows(), mixing.cols())));
    RecordBuilder record(layout);
    put_reading(record, read_order(truth.unmixing, factor_scores, triangles,
                                   population_moments(options, truth, population), labels));
    return record.take();
}

std::vector<Index> labels_of(RecordView const& estimate)
{
    std::vector<Index> labels;
    for (double const label : estimate.values("alignment_benchmark")) labels.push_back(static_cast<Index>(label));
    return labels;
}

} // namespace exahca
