#include "bench/scheduler_simulation.hpp"

#include "exahca/core/random.hpp"
#include "exahca/parallel/worker.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <queue>
#include <utility>

namespace exahca::bench {
namespace {

/// Independent tasks of like cost, in chunks by their mean cost as measured so far: what a source of replicates does.
class CountingSource final : public WorkSource
{
public:
    explicit CountingSource(std::int64_t tasks) : left_(tasks), total_(tasks) {}

    std::optional<Bytes> next_chunk(ChunkRequest const& request) override
    {
        if (left_ == 0) return std::nullopt;
        double const cost = done_ > 0 ? cautious_cost() : request.target_seconds;
        auto const count = std::clamp<std::int64_t>(std::llround(request.target_seconds / cost), 1, left_);
        left_ -= count;
        outstanding_ += count;
        ByteWriter writer;
        writer.put(count);
        return writer.take();
    }
    void absorb(std::span<std::byte const> reply, double seconds_spent) override
    {
        last_count_ = ByteReader(reply).get<std::int64_t>();
        done_ += last_count_;
        outstanding_ -= last_count_;
        seconds_ += seconds_spent;
    }
    bool finished() const override { return done_ == total_; }
    std::pair<double, double> progress() const override
    {
        return {static_cast<double>(done_), static_cast<double>(total_)};
    }
    std::int64_t done() const { return done_; }
    std::int64_t take_last_count() { return std::exchange(last_count_, 0); }

private:
    /// The first replies come from the shortest tasks (or from failed ones): the mean of what is back is far too low as
    /// long as much is still out. Counting what is out as if it had run as long as what is back corrects that.
    double cautious_cost() const
    {
        auto const done = static_cast<double>(done_);
        return seconds_ / done * (done + static_cast<double>(outstanding_)) / done;
    }

    std::int64_t outstanding_ = 0;
    std::int64_t left_;
    std::int64_t total_;
    std::int64_t done_ = 0;
    std::int64_t last_count_ = 0;
    double seconds_ = 0;
};

/// Sum of `count` costs of mean `mean`: of exponential ones exact for few, normal for many.
double cost_of(std::int64_t count, double mean, double spread, RandomStream& random)
{
    if (count > 50 || spread < 1) {
        auto const n = static_cast<double>(count);
        return mean * std::max(0.1 * n, n + spread * std::sqrt(n) * random.normal());
    }
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += random.exponential();
    return mean * sum;
}

enum class EventKind : std::uint8_t { at_worker, at_master, computed, master_looks };

struct Event
{
    double time;
    std::uint64_t order; // events of one time happen in the order of their making
    EventKind kind;
    int worker;
    Bytes message;

    friend bool operator>(Event const& a, Event const& b)
    {
        return std::pair(a.time, a.order) > std::pair(b.time, b.order);
    }
};

class Simulation
{
public:
    explicit Simulation(SimulationOptions const& options)
        : options_(options), random_({options.seed, "schedule", 0, {}, 0}),
          tasks_(std::max<std::int64_t>(
              1, std::llround(options.work_per_worker * options.workers / options.task_seconds))),
          source_(tasks_), master_(source_, options.policy, ids(options.workers), 1),
          nodes_(static_cast<std::size_t>(options.workers))
    {
    }

    SimulationResult run()
    {
        schedule(0, EventKind::master_looks, 0);
        while (!events_.empty() && !master_.all_reported()) {
            // The queue's top is const only to protect its order; the event leaves the queue at once.
            Event event = std::move(const_cast<Event&>(events_.top()));
            events_.pop();
            happen(event);
        }
        return result();
    }

private:
    struct Node
    {
        Worker machine{1};
        std::deque<Assignment> stored;
        bool computing = false;
        double busy = 0;
        std::uint64_t chunk = 0;
        std::int64_t count = 0;
        double seconds = 0;
    };

    static std::vector<int> ids(int workers)
    {
        std::vector<int> result(static_cast<std::size_t>(workers));
        std::iota(result.begin(), result.end(), 0);
        return result;
    }

    Node& node(int worker) { return nodes_[static_cast<std::size_t>(worker)]; }

    void schedule(double time, EventKind kind, int worker, Bytes message = {})
    {
        events_.push({time, order_++, kind, worker, std::move(message)});
    }

    void happen(Event& event)
    {
        switch (event.kind) {
        case EventKind::master_looks:
            master_works(event.time);
            break;
        case EventKind::at_master:
            inbox_.emplace_back(event.worker, std::move(event.message));
            break;
        case EventKind::at_worker:
            worker_receives(event);
            break;
        case EventKind::computed:
            worker_completes(event.time, event.worker);
            break;
        }
    }

    /// As the driver does: up to 64 messages in, up to 64 out; then at once again, or after a nap when nothing came.
    void master_works(double now)
    {
        double time = now;
        int received = 0;
        for (; received < 64 && !inbox_.empty(); ++received) {
            auto const [worker, message] = std::move(inbox_.front());
            inbox_.pop_front();
            master_.receive(worker, message);
            time += options_.message_cost + options_.absorb_per_task * static_cast<double>(source_.take_last_count());
        }
        for (auto& envelope : master_.hand_out()) {
            time += options_.message_cost;
            schedule(time + options_.latency, EventKind::at_worker, envelope.destination, std::move(envelope.message));
        }
        bool const idle = time == now;
        master_busy_ += time - now;
        last_time_ = std::max(last_time_, time);
        schedule(idle ? now + options_.idle_look : time, EventKind::master_looks, 0);
    }

    void worker_receives(Event& event)
    {
        auto& own = node(event.worker);
        own.machine.receive(event.message);
        for (auto& assignment : own.machine.take_assignments()) own.stored.push_back(std::move(assignment));
        // A rank that waits has to wake up and look first.
        if (!own.computing) start_next(event.time + options_.idle_look * random_.uniform(), event.worker);
        post(event.time, event.worker);
    }

    void start_next(double time, int worker)
    {
        auto& own = node(worker);
        if (own.stored.empty()) return;
        own.computing = true;
        own.chunk = own.stored.front().chunk;
        own.count = ByteReader(own.stored.front().work).get<std::int64_t>();
        own.stored.pop_front();
        own.seconds = cost_of(own.count, options_.task_seconds, options_.spread, random_);
        schedule(time + own.seconds, EventKind::computed, worker);
    }

    void worker_completes(double time, int worker)
    {
        auto& own = node(worker);
        own.computing = false;
        own.busy += own.seconds;
        ByteWriter reply;
        reply.put(own.count);
        own.machine.completed(own.chunk, reply.take(), own.seconds);
        start_next(time, worker);
        post(time, worker);
    }

    void post(double time, int worker)
    {
        for (auto& message : node(worker).machine.take_messages())
            schedule(time + options_.latency, EventKind::at_master, worker, std::move(message));
    }

    SimulationResult result() const
    {
        double busy = 0;
        for (auto const& own : nodes_) busy += own.busy;
        SimulationResult result;
        result.wall_seconds = last_time_;
        result.efficiency = busy / (last_time_ * options_.workers);
        result.master_load = master_busy_ / last_time_;
        result.chunks = master_.chunks();
        result.tasks = tasks_;
        result.tasks_absorbed = source_.done();
        result.chunk_seconds = busy / static_cast<double>(master_.chunks());
        return result;
    }

    SimulationOptions options_;
    RandomStream random_;
    std::int64_t tasks_;
    CountingSource source_;
    Master master_;
    std::vector<Node> nodes_;
    std::deque<std::pair<int, Bytes>> inbox_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t order_ = 0;
    double master_busy_ = 0;
    double last_time_ = 0;
};

} // namespace

SimulationResult simulate_schedule(SimulationOptions const& options) { return Simulation(options).run(); }

} // namespace exahca::bench
