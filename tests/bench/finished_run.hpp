#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/results/data_tree.hpp"
#include "exahca/simulate/simulator.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// All tasks of one setting on one data set, one after the other, and the results made from them.
struct FinishedRun
{
    Experiment experiment;
    RecordStore records;
    DataGroup results; ///< as a results file holds them; empty when the estimate failed
    TaskRecord estimate;

    FinishedRun(ScoreMatrix const& scores, Setting const& setting, ReplicateCounts const& counts, std::uint64_t seed);

    /// What the replicates come to. \pre the estimate has not failed
    [[nodiscard]] DataGroup const& tables() const;
    /// Why there is nothing to compare: no estimate, or not one replicate. Empty when there is.
    /// \param replicates  dataset of tables() that counts them; null: none are needed
    [[nodiscard]] std::string problem(char const* replicates) const;
    [[nodiscard]] RecordLayout const& layout() const;
};

/// The truth under given labels, as a record of the same layout as the estimate's. The best linear reading of the
/// factors weighs benchmarks by their residual variances, as released residuals do.
/// \param options  with built-in sources
[[nodiscard]] std::vector<double> true_record(RecordLayout const& layout, SimulationOptions const& options,
                                              SimulationTruth const& truth, std::span<Index const> labels);

/// Benchmarks that name the factors of an estimate.
[[nodiscard]] std::vector<Index> labels_of(RecordView const& estimate);

} // namespace exahca
