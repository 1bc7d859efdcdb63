#pragma once

#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/stage.hpp"
#include "exahca/model/score_matrix.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/run/domain_sets.hpp"
#include "exahca/run/grid_limits.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// What to do about results that exist already.
enum class ExistingOutput { refuse, overwrite, resume };

/// What a search is asked for (the options of `exahca search`), as far as that is known without the scores.
struct SearchRequest
{
    std::string scores;
    std::string output;
    DomainSetChoice domains;
    SettingGrid grid; ///< without the domain sets
    GridLimits limits;
    ReplicateCounts replicates;
    std::int64_t keep_details = default_kept_details; ///< see RecordStore
    std::uint64_t seed = 1;
    ExistingOutput existing = ExistingOutput::refuse;
    double snapshot_seconds = 60;
    double largest_snapshot_share = 0.02; ///< of the time: where writing takes longer, interim results are rarer
    double max_seconds = 0;               ///< 0: none
    double chunk_seconds = 0.02;
    RankZeroComputes rank_zero_computes = RankZeroComputes::automatic;
    NodeStorage storage = NodeStorage::shared; ///< of the score matrix
    Share share; ///< what this run computes of the experiment; `exahca merge` joins the parts
    bool require_identical =
        false; ///< ranks or earlier runs that are not bitwise identical are an error, not a warning
    bool quiet = false;
    bool orders_only = false;  ///< the input holds unmixing matrices
    std::vector<double> sizes; ///< with orders_only: models of each domain
};

/// All settings of the request on these scores.
/// \param warnings  out: what these scores can hardly give, see check_data \throws UsageError
[[nodiscard]] Experiment make_experiment(SearchRequest const& request, ScoreMatrix const& scores,
                                         std::vector<std::string>& warnings);

} // namespace exahca
