#pragma once

#include "exahca/parallel/run_workload.hpp"
#include "histories/disk.hpp"
#include "histories/network.hpp"

#include <string>
#include <vector>

namespace exahca::histories {

/// What befalls a launch at some moment.
struct Blow
{
    enum class Kind {
        signals,   ///< to ranks, one or more times
        kill,      ///< of one process; the launcher ends the others
        node_loss, ///< all ranks of a node are gone without a word; of rank 0's node, the disk loses power
        cut,       ///< a node that others cannot reach for a while, or for good
        pause,     ///< of one process
        slowness,  ///< of one rank's work, from then on
    };
    Kind kind;
    Time time;
    int rank = 0;           ///< or any rank of the node that is meant
    bool all_ranks = false; ///< signals
    int count = 1;          ///< signals
    double amount = 0;      ///< seconds between signals or of a cut or pause (0: for good), factor of slowness
};

/// What a launch meets: drawn from the seed and the launch's number.
struct Circumstances
{
    NetworkOptions network;
    Pace pace;
    RankZeroComputes rank_zero_computes = RankZeroComputes::automatic;
    double chunk_seconds = 0.02;
    double snapshot_seconds = 60;
    double max_seconds = 0; ///< 0: none
    DiskFaults disk;
    bool power_fails_at_struck_call = false; ///< otherwise the process is killed there
    bool launcher_notices = true;            ///< that a node is gone
    std::vector<Blow> blows;
};

/// \param tasks  of the experiment
/// \param disturbed  otherwise nothing goes wrong
[[nodiscard]] Circumstances draw_circumstances(std::uint64_t seed, std::uint64_t launch, std::int64_t tasks,
                                               bool disturbed);

/// One line for each thing that is out of the ordinary.
[[nodiscard]] std::string describe(Circumstances const& circumstances);

} // namespace exahca::histories
