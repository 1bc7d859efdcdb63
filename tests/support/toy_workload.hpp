#pragma once

#include "exahca/core/random.hpp"
#include "exahca/work/workload.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

namespace exahca::testing {

/// A range of tasks, first to last - 1.
struct Range
{
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Work in two stages: the second half of the tasks becomes available when the first half is complete, as with bounds
/// that have to be known first. Every task's result is its own function; each may arrive once.
class ToySource final : public WorkSource
{
public:
    explicit ToySource(std::int64_t tasks) : results_(static_cast<std::size_t>(tasks)), seen_(results_.size())
    {
        if (tasks > 0) ready_.push_back({0, (tasks + 1) / 2});
    }

    std::optional<Bytes> next_chunk(ChunkRequest const& request) override
    {
        if (ready_.empty()) return std::nullopt;
        auto& range = ready_.front();
        double const cost = done_ > 0 ? seconds_ / static_cast<double>(done_) : request.target_seconds;
        auto const wished = std::max<std::int64_t>(1, std::llround(request.target_seconds / std::max(cost, 1e-9)));
        Range const chunk{range.first, std::min(range.last, range.first + wished)};
        range.first = chunk.last;
        if (range.first == range.last) ready_.pop_front();
        ByteWriter writer;
        writer.put(chunk);
        return writer.take();
    }

    void absorb(std::span<std::byte const> reply, double seconds_spent) override
    {
        ByteReader reader(reply);
        auto const complete = reader.get<Range>();
        auto const left_out = reader.get<Range>();
        auto const values = reader.get_vector<double>();
        reader.expect_end();
        if (static_cast<std::int64_t>(values.size()) != complete.last - complete.first)
            throw std::logic_error("a reply has the wrong number of results");
        for (auto i = complete.first; i < complete.last; ++i) {
            if (seen_.at(static_cast<std::size_t>(i))) throw std::logic_error("a task was computed twice");
            seen_[static_cast<std::size_t>(i)] = true;
            results_[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(i - complete.first)];
            ++done_;
        }
        seconds_ += seconds_spent;
        if (left_out.first < left_out.last) ready_.push_back(left_out);
        auto const half = (tasks() + 1) / 2;
        if (done_ >= half && !second_half_released_) {
            second_half_released_ = true;
            if (half < tasks()) ready_.push_back({half, tasks()});
        }
    }

    bool finished() const override { return done_ == tasks(); }
    std::pair<double, double> progress() const override
    {
        return {static_cast<double>(done_), static_cast<double>(tasks())};
    }

    std::int64_t tasks() const { return static_cast<std::int64_t>(results_.size()); }
    std::int64_t done() const { return done_; }
    std::vector<double> const& results() const { return results_; }

private:
    std::vector<double> results_;
    std::vector<bool> seen_;
    std::deque<Range> ready_;
    std::int64_t done_ = 0;
    bool second_half_released_ = false;
    double seconds_ = 0;
};

/// The result of one task: something that depends on every bit of the index.
inline double toy_result(std::int64_t task)
{
    return RandomStream({3, "toy", static_cast<std::uint64_t>(task), {}, 0}).normal();
}

inline std::vector<double> toy_results(std::int64_t tasks)
{
    std::vector<double> results;
    for (std::int64_t i = 0; i < tasks; ++i) results.push_back(toy_result(i));
    return results;
}

/// Computes tasks, each after `cost` has worked; hands back what a stop leaves.
class ToyRunner final : public WorkRunner
{
public:
    explicit ToyRunner(std::function<void(std::int64_t task)> cost = {}) : cost_(std::move(cost)) {}

    Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override
    {
        ByteReader reader(chunk);
        auto const range = reader.get<Range>();
        reader.expect_end();
        std::vector<double> values;
        auto task = range.first;
        for (; task < range.last && !stop.requested(); ++task) {
            if (cost_) cost_(task);
            values.push_back(toy_result(task));
            ++tasks_;
        }
        ByteWriter writer;
        writer.put(Range{range.first, task});
        writer.put(Range{task, range.last});
        writer.put_span(std::span<double const>(values));
        return writer.take();
    }
    std::int64_t tasks() const { return tasks_; }

private:
    std::function<void(std::int64_t task)> cost_;
    std::int64_t tasks_ = 0;
};

/// Keeps a core busy.
inline void spin_for(double seconds)
{
    auto const end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
    }
}

} // namespace exahca::testing
