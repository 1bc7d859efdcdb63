#pragma once

#include "exahca/experiment/data_tree.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/score_matrix.hpp"

namespace exahca {

/// One row per setting, every hyperparameter in its own column; seed and replicate counts as attributes.
void add_settings(DataGroup& group, Experiment const& experiment);

/// What a simulated leaderboard was made from.
void add_truth(DataGroup& group, SimulationTruth const& truth, std::vector<std::string> const& benchmarks);

/// Support, intervals, p-values and angles to the truth of every setting.
void add_aggregate(DataGroup& group, Experiment const& experiment, RecordStore const& records,
                   ScoreMatrix const& scores);

} // namespace exahca
