#pragma once

#include "exahca/experiment/experiment.hpp"
#include "exahca/model/score_matrix.hpp"
#include "exahca/results/data_tree.hpp"

#include <vector>

#include <cstdint>

namespace exahca {

/// What stands for an integer that a record does not have.
inline constexpr std::int32_t missing_integer = -1;

/// One row per setting, every hyperparameter in its own column; seed and replicate counts as attributes.
void add_settings(DataGroup& group, Experiment const& experiment);

/// \throws InvalidInput  when the table of settings has a column that this program does not know: settings that seem
/// equal may not be
void check_known_columns(DataGroup const& settings);

/// What a simulated leaderboard was made from.
void add_truth(DataGroup& group, SimulationTruth const& truth, std::vector<std::string> const& benchmarks);

/// Support, intervals, p-values and angles to the truth of every setting whose details are kept.
void add_aggregate(DataGroup& group, Experiment const& experiment, RecordStore const& records,
                   ScoreMatrix const& scores, std::vector<bool> const& with_details);

/// Which models and domains decide the order of a setting: a subgroup, where influence was asked for.
void add_influence(DataGroup& group, Experiment const& experiment, RecordStore const& records, SettingId id,
                   ScoreMatrix const& scores);

/// What holds in every setting and what does not: angles between the settings' answers, level by level.
void add_across_settings(DataGroup& group, Experiment const& experiment, RecordStore const& records);

/// Adds the group domain_choice where several domain sets ran with placebos and otherwise equal settings: the p-value
/// of the set of lowest MIC against placebos that choose their set in the same way (method.md, section 8). Random keys
/// hold the domain's name, not the set's, so a replicate rotates a domain alike in every set.
void add_domain_choice(DataGroup& root, Experiment const& experiment, RecordStore const& records);

} // namespace exahca
