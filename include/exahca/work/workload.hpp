#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/core/stop_flag.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace exahca {

/// How much work one message should carry.
struct ChunkRequest
{
    double target_seconds = 0.01; ///< wished duration of the chunk on one computing rank
    int computing_ranks = 1;      ///< how many ranks share what is left
};

/// What is to be done: the master's side of a distributed computation.
///
/// Lives on rank 0 and is called from its main thread alone. Knows nothing of ranks, messages or time beyond what it is
/// told; the results it gathers must not depend on the order in which replies arrive.
class WorkSource
{
public:
    virtual ~WorkSource() = default;

    /// The next chunk; nothing when none is available at the moment (replies under way may bring more, see finished()).
    [[nodiscard]] virtual std::optional<Bytes> next_chunk(ChunkRequest const& request) = 0;
    /// Takes the reply to one chunk, whole.
    virtual void absorb(std::span<std::byte const> reply, double seconds_spent) = 0;
    /// Everything is computed; no chunk will follow.
    [[nodiscard]] virtual bool finished() const = 0;
    /// For progress: done and total in any unit that is roughly proportional to time.
    [[nodiscard]] virtual std::pair<double, double> progress() const = 0;
};

/// How it is done: the worker's side, one per computing rank.
///
/// A pure function of the request and of what the worker was built from. Expected failures of single tasks are part of
/// the reply; an exception is a bug and aborts the run.
class WorkRunner
{
public:
    virtual ~WorkRunner() = default;
    /// \param stop  when requested, return soon with what is complete; work left out is handed back in the reply
    [[nodiscard]] virtual Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) = 0;
};

} // namespace exahca
