#pragma once

#include "exahca/experiment/experiment.hpp"
#include "exahca/work/task_runner.hpp"
#include "exahca/work/workload.hpp"

#include <deque>
#include <map>
#include <vector>

namespace exahca {

/// Independent searches of estimates that every computing rank takes one by one, so that ranks do not wait for the one
/// that computes an estimate. What a search finds is a function of its setting and number alone, so an estimate is the
/// same whether its searches were shared out or not.
using SharedSearches = std::map<SettingId, std::vector<Bytes>>; ///< one message per search; empty: it failed

/// Hands the searches out: of each setting independent_searches, and as many again where these disagree.
class IndependentSearchSource final : public WorkSource
{
public:
    /// \param settings  whose estimates are missing and do independent searches
    explicit IndependentSearchSource(std::vector<SettingId> const& settings);

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override { return done_ == total_; }
    [[nodiscard]] std::pair<double, double> progress() const override
    {
        return {static_cast<double>(done_), static_cast<double>(total_)};
    }

    [[nodiscard]] std::int64_t done() const { return done_; }
    [[nodiscard]] std::int64_t total() const { return total_; }
    [[nodiscard]] SharedSearches const& found() const { return found_; }
    /// Of each setting, what the searches for orders knew of an independent search that was stopped.
    [[nodiscard]] std::map<SettingId, std::vector<InterimSearch>> const& interim() const { return interim_; }

private:
    void add_searches(SettingId setting);

    std::deque<std::pair<SettingId, std::int32_t>> queue_;
    std::map<SettingId, std::int32_t> missing_; ///< how many of those handed out, or to be, are not back
    std::int64_t done_ = 0, total_ = 0;
    SharedSearches found_;
    std::map<SettingId, std::vector<InterimSearch>> interim_;
};

/// Does them.
class IndependentSearchRunner final : public WorkRunner
{
public:
    explicit IndependentSearchRunner(TaskRunner& runner) : runner_(runner) {}
    [[nodiscard]] Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override;

private:
    TaskRunner& runner_;
};

/// Whether sharing out searches keeps ranks busy that would otherwise wait: as long as there are fewer estimates than
/// twice the ranks.
[[nodiscard]] bool worth_sharing(std::size_t estimates, int ranks);
/// Whether the estimate of a setting does independent searches.
[[nodiscard]] bool has_independent_searches(Setting const& setting);

[[nodiscard]] Bytes write_searches(SharedSearches const& searches);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] SharedSearches read_searches(std::span<std::byte const> message);

} // namespace exahca
