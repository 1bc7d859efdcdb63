#include "histories/launch.hpp"

#include "exahca/parallel/session.hpp"
#include "exahca/run/run_search.hpp"
#include "histories/printed.hpp"

#include <fmt/format.h>
#include <utility>

namespace exahca::histories {
namespace {

constexpr double closing_seconds = 20; // as of a session

/// One launch: its ranks, its launcher and what befalls them.
class Launch
{
public:
    Launch(SearchRequest const& request, Circumstances const& circumstances, std::uint64_t seed, std::uint64_t launch,
           SimulatedDisk& disk, PlantedBug const& bug)
        : request_(request), circumstances_(circumstances), bug_(bug), disk_(disk),
          clockwork_(circumstances.pace, Draws(seed, "clockwork", launch), ranks()),
          network_(clockwork_, circumstances.network, Draws(seed, "network", launch)), draws_(seed, "launcher", launch),
          stops_(static_cast<std::size_t>(ranks()))
    {
        end_.ranks.resize(stops_.size());
        ended_.resize(stops_.size());
        request_.rank_zero_computes = circumstances.rank_zero_computes;
        request_.chunk_seconds = circumstances.chunk_seconds;
        request_.snapshot_seconds = circumstances.snapshot_seconds;
        request_.max_seconds = circumstances.max_seconds;
    }

    LaunchEnd run(bool print_notes)
    {
        clockwork_.print_notes(print_notes);
        plug_in_disk();
        for (auto const& blow : circumstances_.blows) clockwork_.at(blow.time, [this, &blow] { strike(blow); });
        for (int rank = 0; rank < ranks(); ++rank) clockwork_.add_rank(rank, [this, rank] { run_process(rank); });
        PrintedText const printed;
        end_.stuck = clockwork_.run();
        end_.messages = printed.text();
        end_.stop_asked = end_.stop_asked || request_.max_seconds > 0;
        end_.trace = clockwork_.trace();
        end_.seconds = in_seconds(clockwork_.time());
        disk_.plug_in(nullptr, {});
        return std::move(end_);
    }

private:
    [[nodiscard]] int ranks() const { return static_cast<int>(circumstances_.network.nodes.size()); }

    void plug_in_disk()
    {
        auto faults = circumstances_.disk;
        faults.strike = [this] {
            if (circumstances_.power_fails_at_struck_call)
                lose_node(0);
            else
                kill_process(0);
        };
        disk_.plug_in(&clockwork_, std::move(faults));
    }

    /// A process from main() to its end.
    void run_process(int rank)
    {
        auto const wrapped_disk = bug_.disk ? bug_.disk(disk_) : nullptr;
        io::DiskScope const scope(wrapped_disk ? *wrapped_disk : disk_);
        SimulatedCommunicator communicator(clockwork_, network_, rank,
                                           [this](int who, int status) { end_all(who, status); });
        auto const wrapped_world = bug_.world ? bug_.world(communicator) : nullptr;
        Communicator& world = wrapped_world ? *wrapped_world : communicator;
        RunContext const context{world, "search", "simulated", {}, {}};
        try {
            auto const status =
                run_rank(world, [&] { return run_search(request_, context, stops_[static_cast<std::size_t>(rank)]); });
            clockwork_.check_alive();
            communicator.close(closing_seconds);
            finish(rank, RankEnd::How::returned, static_cast<int>(status));
        } catch (RunAborted const&) { // its end is known
        } catch (std::exception const& error) {
            fmt::print(stderr, "rank {} is ended by an exception: {}\n", rank, error.what());
            finish(rank, RankEnd::How::escaped, 0);
            kill_process(rank);
        }
    }

    void finish(int rank, RankEnd::How how, int status)
    {
        clockwork_.note(rank, "ends with status", static_cast<std::uint64_t>(status));
        end_.ranks[static_cast<std::size_t>(rank)] = {how, status, clockwork_.time()};
        ended_[static_cast<std::size_t>(rank)] = true;
    }

    void end_all(int rank, int status)
    {
        finish(rank, RankEnd::How::aborted, status);
        clockwork_.kill(rank);
        notice(rank);
    }

    /// The launcher ends the others: it asks them to, and kills them a little later.
    void notice(int gone)
    {
        auto const asked = clockwork_.time() + seconds(draws_.exponential(0.02));
        auto const killed = asked + seconds(draws_.between(0, 2));
        for (int rank = 0; rank < ranks(); ++rank) {
            bool const apart = network_.node_of(rank) != network_.node_of(gone);
            if (rank == gone ||
                (apart && (network_.is_cut(network_.node_of(gone)) || network_.is_cut(network_.node_of(rank)))))
                continue;
            clockwork_.at(asked, [this, rank] { signal(rank); });
            clockwork_.at(killed, [this, rank] { clockwork_.kill(rank); });
        }
    }

    void signal(int rank)
    {
        auto& stop = stops_[static_cast<std::size_t>(rank)];
        if (clockwork_.is_dead(rank) || ended_[static_cast<std::size_t>(rank)]) return;
        clockwork_.note(rank, "gets a signal");
        end_.stop_asked = true;
        if (stop.requests() >= 2) return kill_process(rank); // the third ends it, without a word
        stop.request();
    }

    void kill_process(int rank)
    {
        end_.ranks_struck = true;
        if (clockwork_.is_dead(rank) || ended_[static_cast<std::size_t>(rank)]) return;
        clockwork_.kill(rank);
        notice(rank);
    }

    void lose_node(int of_rank)
    {
        int const node = network_.node_of(of_rank);
        end_.ranks_struck = true;
        for (int rank = 0; rank < ranks(); ++rank)
            if (network_.node_of(rank) == node && !ended_[static_cast<std::size_t>(rank)]) clockwork_.kill(rank);
        if (node == 0 && !std::exchange(end_.power_lost, true)) disk_.lose_power();
        if (circumstances_.launcher_notices) notice(of_rank);
        network_.cut(node, never);
    }

    void strike(Blow const& blow)
    {
        clockwork_.note(blow.rank, "is struck", static_cast<std::uint64_t>(blow.kind));
        switch (blow.kind) {
        case Blow::Kind::signals:
            for (int rank = 0; rank < ranks(); ++rank)
                if (blow.all_ranks || rank == blow.rank)
                    for (int i = 0; i < blow.count; ++i)
                        clockwork_.at(clockwork_.time() + seconds(i * blow.amount + draws_.exponential(1e-3)),
                                      [this, rank] { signal(rank); });
            return;
        case Blow::Kind::kill:
            return kill_process(blow.rank);
        case Blow::Kind::node_loss:
            return lose_node(blow.rank);
        case Blow::Kind::cut:
            end_.ranks_struck = true;
            return network_.cut(network_.node_of(blow.rank),
                                blow.amount == 0 ? never : clockwork_.time() + seconds(blow.amount));
        case Blow::Kind::pause:
            end_.ranks_struck = true;
            return clockwork_.pause(blow.rank, clockwork_.time() + seconds(blow.amount));
        case Blow::Kind::slowness:
            end_.ranks_struck = true;
            return clockwork_.set_slowness(blow.rank, blow.amount);
        }
    }

    SearchRequest request_;
    Circumstances const& circumstances_;
    PlantedBug const& bug_;
    SimulatedDisk& disk_;
    Clockwork clockwork_;
    Network network_;
    Draws draws_;
    std::vector<StopFlag> stops_;
    std::vector<bool> ended_;
    LaunchEnd end_;
};

} // namespace

LaunchEnd run_launch(SearchRequest const& request, Circumstances const& circumstances, std::uint64_t seed,
                     std::uint64_t launch, SimulatedDisk& disk, PlantedBug const& bug, bool print_notes)
{
    return Launch(request, circumstances, seed, launch, disk, bug).run(print_notes);
}

} // namespace exahca::histories
