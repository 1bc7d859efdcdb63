#pragma once

#include "exahca/estimate/estimate_pieces.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/work/task_runner.hpp"
#include "exahca/work/workload.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace exahca {

/// Estimates that every computing rank takes pieces of, so that ranks do not wait for the one that computes an
/// estimate. What a piece finds is a function of its setting, data and input alone, so an estimate is the same whether
/// it was shared out or not.
using SharedEstimates = std::map<SettingId, EstimatePieces>;

/// Hands out the pieces of estimates, as EstimateBook says.
class EstimatePieceSource final : public WorkSource
{
public:
    /// \param efforts  of the estimates that are missing and are done in pieces (estimate_effort)
    explicit EstimatePieceSource(std::map<SettingId, JointOptions> const& efforts);

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override { return unfinished_.empty(); }
    [[nodiscard]] std::pair<double, double> progress() const override { return {done_, total_}; }

    /// "3 of 4 independent searches", and when these are over, what is under way.
    [[nodiscard]] std::string detail() const;
    /// \pre finished
    [[nodiscard]] SharedEstimates found() const;
    /// Of each setting, what the searches for orders of an independent search knew that is over, or was stopped.
    [[nodiscard]] std::map<SettingId, std::vector<InterimSearch>> interim() const;

private:
    /// Counts what an estimate has done and has in all, or takes it out of the count.
    void count(EstimateBook const& book, int sign);
    void queue_due(SettingId setting);

    std::map<SettingId, EstimateBook> books_;
    std::set<std::tuple<PieceKind, SettingId, std::int32_t>> queue_;
    std::set<SettingId> unfinished_;
    double done_ = 0, total_ = 0;
    std::int64_t searches_done_ = 0, searches_ = 0;
    std::map<SettingId, std::vector<InterimSearch>> stopped_;
};

/// Does them.
class EstimatePieceRunner final : public WorkRunner
{
public:
    explicit EstimatePieceRunner(TaskRunner& runner) : runner_(runner) {}
    [[nodiscard]] Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override;

private:
    TaskRunner& runner_;
};

/// Whether sharing out estimates keeps ranks busy that would otherwise wait: as long as there are fewer of them than
/// twice the ranks.
[[nodiscard]] bool worth_sharing(std::size_t estimates, int ranks);
/// Whether the estimate of a setting is done in pieces.
[[nodiscard]] bool has_pieces(Setting const& setting);

[[nodiscard]] Bytes write_shared_estimates(SharedEstimates const& estimates);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] SharedEstimates read_shared_estimates(std::span<std::byte const> message);

} // namespace exahca
