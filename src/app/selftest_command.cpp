#include "command.hpp"

#include "exahca/core/bytes_text.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/kernel_check.hpp"
#include "exahca/parallel/launch.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/parallel/signals.hpp"
#include "exahca/run/memory_text.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/kernel_fingerprint.hpp"
#include "exahca/work/task_runner.hpp"
#include "exahca/work/task_source.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <thread>
#include <unistd.h>

namespace exahca {
namespace {

enum class Verdict { good, note, bad };

/// What was looked at, what was found, and what to do about it. Filled on rank 0.
class Findings
{
public:
    explicit Findings(bool speaks) : speaks_(speaks) {}

    void add(Verdict verdict, std::string_view subject, std::string const& text)
    {
        if (!speaks_) return;
        failed_ |= verdict == Verdict::bad;
        fmt::print("{:<5} {:<15} {}\n",
                   verdict == Verdict::good   ? "ok"
                   : verdict == Verdict::note ? "note"
                                              : "FAIL",
                   subject, text);
    }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    bool speaks_;
    bool failed_ = false;
};

/// A small leaderboard without noise, whose order every rank count must find.
struct SmallCase
{
    ScoreMatrix scores;
    Experiment experiment;

    static SmallCase make()
    {
        auto scores = simulate({Design::none, 2, {4000, 3000, 2000}, {}, 1});
        Setting setting;
        setting.domains = scores.truth->domains;
        setting.factors = 2;
        setting.estimator = Estimator::published;
        ReplicateCounts counts;
        counts.bootstrap = 64;
        auto benchmarks = scores.benchmarks;
        return {std::move(scores), Experiment({setting}, counts, 1, std::move(benchmarks))};
    }
};

template <class T>
std::vector<T> gather_values(Communicator& world, T value)
{
    ByteWriter writer;
    writer.put(value);
    std::vector<T> values;
    for (auto const& message : world.gather(writer.take())) values.push_back(ByteReader(message).get<T>());
    return values;
}

std::string environment_text(char const* name) { return process_environment()(name).value_or(""); }

void check_ranks(Communicator& world, Findings& findings)
{
    auto const nodes = node_memory(gather_rank_facts(world));
    if (world.rank() != 0) return;
    std::string hosts;
    for (auto const& node : nodes) hosts += fmt::format("{}{} x {}", hosts.empty() ? "" : ", ", node.host, node.ranks);
    findings.add(Verdict::good, "ranks",
                 fmt::format("{} rank{} on {} node{}: {}", world.size(), world.size() == 1 ? "" : "s", nodes.size(),
                             nodes.size() == 1 ? "" : "s", hosts));
    auto const tasks = environment_text("SLURM_NTASKS");
    if (world.size() == 1 && !tasks.empty() && tasks != "1")
        findings.add(Verdict::bad, "launch",
                     fmt::format("one rank alone in a job of {} tasks: start with mpirun, or srun --mpi=pmix", tasks));
    auto const cores = std::max(1U, std::thread::hardware_concurrency());
    for (auto const& node : nodes)
        if (node.host == world.host() && static_cast<unsigned>(node.ranks) > cores)
            findings.add(Verdict::note, "cores",
                         fmt::format("{} ranks share {} cores of {}: no faster than {} ranks", node.ranks, cores,
                                     node.host, cores));
}

NodeBuffer check_memory(Communicator& world, SmallCase const& small, Findings& findings)
{
    auto const& own = small.scores.scores;
    auto const bytes = std::as_bytes(std::span(own.data(), static_cast<std::size_t>(own.size())));
    auto buffer = world.share(world.rank() == 0 ? bytes : std::span<std::byte const>{}, NodeStorage::shared);
    bool const same = std::equal(bytes.begin(), bytes.end(), buffer.bytes().begin(), buffer.bytes().end());
    auto const right = gather_values<std::uint8_t>(world, same ? 1 : 0);
    auto const nodes = gather_sharing(world, buffer);
    if (world.rank() != 0) return buffer;
    if (std::count(right.begin(), right.end(), 0) > 0) {
        findings.add(Verdict::bad, "scores",
                     "a rank does not read the scores that rank 0 sent: search with --memory private, and report this");
        return buffer;
    }
    auto room = std::numeric_limits<std::int64_t>::max();
    bool several = false, all_share = true;
    for (auto const& node : nodes) {
        if (node.ranks == 1) continue;
        several = true;
        room = std::min(room, node.room());
        if (node.shared) continue;
        all_share = false;
        findings.add(Verdict::note, "memory", unshared_text(node, std::ssize(bytes)));
    }
    if (!several)
        findings.add(Verdict::good, "memory", "no node has two ranks: each holds the scores for itself");
    else if (all_share)
        findings.add(
            Verdict::good, "memory",
            fmt::format("the scores are held once per node, and all ranks read the same; /dev/shm has room for "
                        "{} of them, larger ones would be held by every rank",
                        bytes_text(static_cast<double>(room))));
    return buffer;
}

/// The kernels' fingerprint of every rank: the same everywhere, or processors and libraries differ. Then the estimate,
/// computed by every rank for itself.
TaskRecord check_bits(Communicator& world, SmallCase const& small, TaskRunner& runner, Findings& findings)
{
    auto const id = small.experiment.id_of({SettingId(0), ReplicateKind::estimate, 0});
    auto record = runner.compute(id);
    auto const kernels = gather_kernels(world, kernel_fingerprint());
    if (world.rank() == 0) {
        if (auto const others = differing_programs(kernels); !others.empty())
            findings.add(Verdict::bad, "program", others + ": install the same on all nodes");
        auto const differences = differing_ranks(kernels);
        if (differences.empty())
            findings.add(
                Verdict::good, "bits",
                fmt::format("every rank computes the same bits ({})", fingerprint_text(kernels[0].fingerprint)));
        else
            findings.add(
                Verdict::note, "bits",
                fmt::format("{}: results will depend on who computes what; use one type of node", differences));
    }
    return record;
}

void check_answer(Communicator& world, SmallCase const& small, TaskRunner& runner, TaskRecord const& estimate,
                  Findings& findings)
{
    RecordStore records(small.experiment);
    records.put(TaskId(0), estimate);
    runner.set_estimate(SettingId(0), estimate);
    std::vector<TaskId> wanted;
    for (std::int64_t i = 1; i < small.experiment.task_count(); ++i) wanted.emplace_back(i);
    std::unique_ptr<TaskSource> source;
    if (world.rank() == 0) source = std::make_unique<TaskSource>(small.experiment, records, wanted);
    RunOptions options;
    options.chunks.target_seconds = 0.005;
    auto const statistics = run_workload(world, source.get(), runner, options);
    if (world.rank() != 0) return;
    auto const working = std::count_if(statistics.busy_seconds.begin(), statistics.busy_seconds.end(),
                                       [](double seconds) { return seconds > 0; });
    if (records.count(TaskStatus::done) != small.experiment.task_count()) {
        findings.add(Verdict::bad, "answer",
                     fmt::format("{} of {} tasks failed: report this with exahca --version",
                                 records.count(TaskStatus::failed), wanted.size()));
        return;
    }
    RecordView const view(small.experiment.layout(SettingId(0), ReplicateKind::estimate), estimate.values);
    auto const angles = flag_angles_list(small.scores.truth->unmixing, view.matrix("unmixing", 0));
    double const worst = *std::max_element(angles.begin(), angles.end());
    findings.add(worst < same_flag_degrees ? Verdict::good : Verdict::bad, "answer",
                 fmt::format("{} tasks on {} of {} computing ranks; the true order is found within {:.1f} degrees",
                             wanted.size(), working, statistics.computing_ranks, worst));
}

/// Whether this process was started by Open MPI's mpirun on this machine, to which signals can be sent.
bool parent_is_mpirun()
{
    std::ifstream file(fmt::format("/proc/{}/comm", ::getppid()));
    std::string name;
    std::getline(file, name);
    return name == "mpirun" || name == "orterun" || name == "mpiexec" || name == "prterun";
}

void check_signals(Communicator& world, StopFlag const& stop, Findings& findings)
{
    bool const by_launcher = world.size() > 1;
    ByteWriter writer;
    writer.put(static_cast<std::uint8_t>(world.rank() == 0 && by_launcher && parent_is_mpirun() ? 1 : 0));
    auto const message = world.broadcast(writer.take());
    bool const forwarded = ByteReader(message).get<std::uint8_t>() == 1;
    world.barrier();
    if (world.rank() == 0) ::kill(forwarded ? ::getppid() : ::getpid(), SIGUSR1);
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10); // a busy machine takes its time
    bool const waits = forwarded || world.rank() == 0;
    while (waits && !stop.requested() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    auto const arrived = gather_values<std::uint8_t>(world, stop.requested() ? 1 : 0);
    if (world.rank() != 0) return;
    auto const count = std::count(arrived.begin(), arrived.end(), 1);
    if (forwarded)
        findings.add(count == world.size() ? Verdict::good : Verdict::bad, "signals",
                     fmt::format("SIGUSR1 to mpirun reaches {} of {} ranks{}", count, world.size(),
                                 count == world.size() ? "" : ": use --max-time instead of signals"));
    else if (count == 0)
        findings.add(Verdict::bad, "signals", "SIGUSR1 is not noticed: use --max-time instead of signals");
    else
        findings.add(by_launcher ? Verdict::note : Verdict::good, "signals",
                     by_launcher ? "rank 0 notices SIGUSR1; whether this launcher passes it on was not tried"
                                 : "SIGUSR1 is noticed");
}

class SelftestCommand final : public Command
{
public:
    std::string_view name() const override { return "selftest"; }
    std::string_view summary() const override { return "run a small search under your launcher, and say what to fix"; }
    std::string_view usage() const override { return ""; }
    std::string_view description() const override
    {
        return "Checks ranks and nodes, shared memory, whether all ranks compute the same bits, whether a small search "
               "finds\n"
               "a known order, and whether signals arrive. Start it as you would start a search, for example in a "
               "short\n"
               "batch job. Writes no file. Status 0, or 2 if something must be fixed.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca selftest", "mpirun -n 4 exahca selftest", "srun --mpi=pmix exahca selftest"};
    }
    void add_options(Options&) const override {}
    bool is_distributed() const override { return true; }
    ExitStatus run(Values const&, RunContext& context) const override
    {
        auto& world = context.world;
        StopFlag stop;
        SignalHandlers const handlers(stop);
        Findings findings(world.rank() == 0);
        if (world.rank() == 0)
            fmt::print("exahca selftest: {}\n", world.size() == 1 && context.message_passing == "none"
                                                    ? "no launcher"
                                                    : context.message_passing);
        check_ranks(world, findings);
        auto const small = SmallCase::make();
        auto const buffer = check_memory(world, small, findings);
        Dataset const dataset({reinterpret_cast<double const*>(buffer.bytes().data()), small.scores.scores.rows(),
                               small.scores.scores.cols()},
                              rows_by_domain(small.scores), column_facts(small.scores));
        TaskRunner runner(small.experiment, dataset);
        auto const estimate = check_bits(world, small, runner, findings);
        check_answer(world, small, runner, estimate, findings);
        check_signals(world, stop, findings);
        ByteWriter writer;
        writer.put(findings.failed() ? ExitStatus::usage : ExitStatus::done);
        auto const message = world.broadcast(writer.take());
        return ByteReader(message).get<ExitStatus>();
    }
};

} // namespace

std::unique_ptr<Command> make_selftest_command() { return std::make_unique<SelftestCommand>(); }

} // namespace exahca
