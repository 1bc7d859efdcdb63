#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/profile/replication.hpp"
#include "exahca/work/workload.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace exahca {

/// Hands out what a replication takes: the independent searches, the fits at the flag that was found, and then, at the
/// answer of these, random flags and resamples. Everything that a rank needs besides the input is in the chunks.
class ReplicationSource final : public WorkSource
{
public:
    /// \param input  outlives this object
    explicit ReplicationSource(ReplicationInput const& input);
    ~ReplicationSource() override;

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    /// \throws InvalidInput  when the other scores allow no search, or no fit at the flag
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::pair<double, double> progress() const override;
    /// What is under way, in words.
    [[nodiscard]] std::string stage() const;
    /// \pre finished()
    [[nodiscard]] Replication result() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Does it.
class ReplicationRunner final : public WorkRunner
{
public:
    /// \param input  outlives this object
    explicit ReplicationRunner(ReplicationInput const& input);
    ~ReplicationRunner() override;
    [[nodiscard]] Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override;

private:
    struct State;
    ReplicationInput const& input_;
    std::unique_ptr<State> state_;
};

/// All of it, by this thread. \throws InvalidInput, UsageError  see ReplicationSource and check
[[nodiscard]] Replication replicate(ReplicationInput const& input);

} // namespace exahca
