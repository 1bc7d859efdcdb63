#include "histories/circumstances.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca::histories {
namespace {

constexpr int most_ranks = 5;

NetworkOptions draw_network(Draws& draws)
{
    NetworkOptions network;
    int const ranks = 1 + draws.below(most_ranks);
    int node = 0;
    for (int rank = 0; rank < ranks; ++rank) {
        if (rank > 0 && draws.chance(0.6)) ++node;
        network.nodes.push_back(node);
    }
    network.delay_seconds = draws.magnitude(1e-5, 1e-1);
    network.straggler_share = draws.chance(0.5) ? draws.magnitude(1e-3, 0.2) : 0;
    network.straggler_seconds = draws.magnitude(0.01, 5);
    constexpr std::array<std::size_t, 3> eager{0, 4096, 65536};
    network.eager_bytes = eager[static_cast<std::size_t>(draws.below(3))];
    return network;
}

Blow draw_blow(Draws& draws, int ranks, double expected_seconds)
{
    constexpr std::array kinds{Blow::Kind::signals, Blow::Kind::signals, Blow::Kind::kill,  Blow::Kind::node_loss,
                               Blow::Kind::cut,     Blow::Kind::cut,     Blow::Kind::pause, Blow::Kind::slowness};
    Blow blow{kinds[static_cast<std::size_t>(draws.below(static_cast<int>(kinds.size())))], {}};
    blow.time = seconds(draws.chance(0.2) ? draws.magnitude(1e-4, 0.1) : draws.between(0, 1.2 * expected_seconds));
    blow.rank = draws.below(ranks);
    switch (blow.kind) {
    case Blow::Kind::signals:
        blow.all_ranks = draws.chance(0.5);
        blow.count = 1 + draws.below(3);
        blow.amount = draws.magnitude(1e-3, 2);
        break;
    case Blow::Kind::cut:
        blow.amount = draws.chance(0.5) ? 0 : draws.magnitude(0.01, 60);
        break;
    case Blow::Kind::pause:
        blow.amount = draws.magnitude(0.01, 100);
        break;
    case Blow::Kind::slowness:
        blow.amount = draws.magnitude(2, 200);
        break;
    case Blow::Kind::kill:
    case Blow::Kind::node_loss:
        break;
    }
    return blow;
}

void disturb_disk(Draws& draws, double expected_seconds, Circumstances& found)
{
    auto& disk = found.disk;
    if (draws.chance(0.3)) disk.short_writes = draws.magnitude(0.01, 0.5);
    if (draws.chance(0.1)) disk.lying_syncs = draws.chance(0.5) ? 1 : 0.3;
    if (draws.chance(0.1)) disk.lying_directories = draws.chance(0.5) ? 1 : 0.3;
    if (draws.chance(0.1)) {
        disk.full_from = seconds(draws.between(0, expected_seconds));
        disk.full_until = draws.chance(0.5) ? never : disk.full_from + seconds(draws.magnitude(0.1, 10));
    }
    if (draws.chance(0.1)) {
        constexpr std::array errors{EIO, ENOSPC, EACCES, EDQUOT};
        disk.failing_call = draws.below(50);
        disk.error = errors[static_cast<std::size_t>(draws.below(4))];
    }
    if (draws.chance(0.3)) {
        disk.struck_call = draws.below(60);
        disk.struck_after = draws.chance(0.5);
        found.power_fails_at_struck_call = draws.chance(0.7);
    }
    if (draws.chance(0.1)) disk.operation_seconds = draws.magnitude(0.01, 30);
}

} // namespace

Circumstances draw_circumstances(std::uint64_t seed, std::uint64_t launch, std::int64_t tasks, bool disturbed)
{
    Draws draws(seed, "circumstances", launch);
    Circumstances found;
    found.network = draw_network(draws);
    auto const ranks = static_cast<int>(found.network.nodes.size());
    double const task_seconds = draws.magnitude(1e-3, 3);
    found.pace.work_seconds = task_seconds / 2;
    found.pace.longest_rest = draws.magnitude(0.01, 0.5);
    double const expected = static_cast<double>(tasks) * task_seconds / ranks;
    constexpr std::array modes{RankZeroComputes::automatic, RankZeroComputes::yes, RankZeroComputes::no};
    found.rank_zero_computes = modes[static_cast<std::size_t>(draws.below(3))];
    found.chunk_seconds = draws.magnitude(1e-3, 2);
    found.snapshot_seconds = draws.chance(0.2) ? 60 : expected * draws.between(0.1, 1);
    found.disk.operation_seconds = draws.magnitude(1e-5, 1e-2);
    if (!disturbed) return found;
    if (draws.chance(0.1)) found.max_seconds = expected * draws.between(0.1, 1);
    for (int blows = 0; blows < 4 && draws.chance(blows == 0 ? 0.8 : 0.4); ++blows)
        found.blows.push_back(draw_blow(draws, ranks, expected));
    found.launcher_notices = draws.chance(0.5);
    disturb_disk(draws, expected, found);
    return found;
}

namespace {

std::string describe(Blow const& blow)
{
    auto const who = blow.all_ranks ? std::string("all ranks") : fmt::format("rank {}", blow.rank);
    auto const so_long = blow.amount == 0 ? std::string("for good") : fmt::format("for {:.3g} s", blow.amount);
    switch (blow.kind) {
    case Blow::Kind::signals:
        return fmt::format("{} signals, {:.3g} s apart, to {}", blow.count, blow.amount, who);
    case Blow::Kind::kill:
        return fmt::format("{} is killed", who);
    case Blow::Kind::node_loss:
        return fmt::format("the node of {} is lost", who);
    case Blow::Kind::cut:
        return fmt::format("the node of {} is cut off {}", who, so_long);
    case Blow::Kind::pause:
        return fmt::format("{} is stopped {}", who, so_long);
    case Blow::Kind::slowness:
        return fmt::format("{} works {:.3g} times as long", who, blow.amount);
    }
    return {};
}

} // namespace

std::string describe(Circumstances const& circumstances)
{
    auto const& [network, pace, mode, chunk, snapshot, max_time, disk, power, notices, blows] = circumstances;
    auto text =
        fmt::format("ranks on nodes {}, tasks of {:.3g} s, messages of {:.3g} s, chunks of {:.3g} s, interim "
                    "results every {:.3g} s",
                    fmt::join(network.nodes, " "), 2 * pace.work_seconds, network.delay_seconds, chunk, snapshot);
    if (max_time > 0) text += fmt::format("\n  ends after {:.3g} s", max_time);
    for (auto const& blow : blows) text += fmt::format("\n  at {:.6f} s {}", in_seconds(blow.time), describe(blow));
    if (disk.short_writes > 0) text += fmt::format("\n  {:.3g} of the writes are short", disk.short_writes);
    if (disk.lying_syncs > 0) text += fmt::format("\n  {:.3g} of the syncs of files do nothing", disk.lying_syncs);
    if (disk.lying_directories > 0)
        text += fmt::format("\n  {:.3g} of the syncs of the directory do nothing", disk.lying_directories);
    if (disk.full_from != never)
        text += fmt::format("\n  the disk is full from {:.3g} s on", in_seconds(disk.full_from));
    if (disk.failing_call >= 0)
        text += fmt::format("\n  call {} of the disk fails with error {}", disk.failing_call + 1, disk.error);
    if (disk.struck_call >= 0)
        text += fmt::format("\n  {} call {} of the disk {}", disk.struck_after ? "after" : "at", disk.struck_call + 1,
                            power ? "the power fails" : "rank 0 is killed");
    return text;
}

} // namespace exahca::histories
