#include "histories/history.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/io/compare.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/results/results.hpp"
#include "histories/quick_trees.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <optional>

namespace exahca::histories {
namespace {

namespace fs = std::filesystem;

char const* name_of(RankEnd::How how)
{
    constexpr char const* names[] = {"returned", "ended all", "was killed", "threw"};
    return names[static_cast<int>(how)];
}

/// A history under way.
class Course
{
public:
    Course(Problems const& problems, HistoryOptions const& options)
        : options_(options), problem_(problems.of(options.seed)), folder_(problems.results_folder()),
          output_(folder_ + "/r.h5"), draws_(options.seed, "course", 0), disk_(folder_, Draws(options.seed, "disk", 0))
    {
        for (auto const& entry : fs::directory_iterator(folder_)) fs::remove(entry.path());
        disk_.watch("r.h5");
        request_ = problem_.request;
        request_.output = output_;
        request_.existing = ExistingOutput::resume;
    }

    History run()
    {
        std::optional<QuickTrees> quick;
        if (options_.files == Files::quick) quick.emplace();
        int const disturbed = 1 + draws_.below(3);
        for (int i = 0; i < disturbed && history_.broken.empty(); ++i) {
            launch(true);
            if (draws_.chance(0.3)) lose_power();
        }
        do // once more where a person has to help first
            if (history_.broken.empty()) launch(false);
        while (helped_ && history_.broken.empty());
        return std::move(history_);
    }

private:
    void breach(std::string const& what)
    {
        history_.broken.push_back(fmt::format("launch {}: {}", history_.launches, what));
    }

    void launch(bool disturbed)
    {
        auto const number = static_cast<std::uint64_t>(++history_.launches);
        // Each launch is the batch job started anew, which takes over the lock of the one before.
        ::setenv("SLURM_JOB_ID", "1", 1);
        ::setenv("SLURM_RESTART_COUNT", std::to_string(number).c_str(), 1);
        auto const circumstances = draw_circumstances(options_.seed, number, problem_.tasks, disturbed);
        history_.account += fmt::format("launch {}: {}\n", number, describe(circumstances));
        auto const end =
            run_launch(request_, circumstances, options_.seed, number, disk_, options_.bug, options_.print_notes);
        tell(end);
        history_.trace = history_.trace * 31 + end.trace;
        history_.seconds += end.seconds;
        request_.existing = ExistingOutput::resume;
        helped_ = false;
        if (!end.stuck.empty()) breach(end.stuck);
        check_statuses(end);
        check_lock(end);
        check_results(end, disturbed);
        check_promises();
    }

    void tell(LaunchEnd const& end)
    {
        history_.account += end.messages;
        for (std::size_t rank = 0; rank < end.ranks.size(); ++rank)
            history_.account +=
                fmt::format("  rank {} {} with status {} at {:.6f} s\n", rank, name_of(end.ranks[rank].how),
                            end.ranks[rank].status, in_seconds(end.ranks[rank].time));
        if (end.power_lost) history_.account += "  the power was lost\n";
    }

    /// Whether what befell a launch, or the disk, explains that a rank ends so.
    [[nodiscard]] bool is_explained(LaunchEnd const& end, ExitStatus status)
    {
        switch (status) {
        case ExitStatus::done:
            return true;
        case ExitStatus::resumable:
            return end.stop_asked || end.ranks_struck;
        case ExitStatus::lost_ranks:
            return end.ranks_struck;
        case ExitStatus::output:
            return disk_.has_failed();
        case ExitStatus::input: // nothing that can be gone on with: the user is told to start again
            if (!disk_.has_lied() || end.messages.find("--overwrite") == std::string::npos) return false;
            request_.existing = ExistingOutput::overwrite;
            return helped_ = true;
        case ExitStatus::usage: // a lock without owner, which the user is told to remove
            if (!disk_.has_lied() || end.messages.find(": rm ") == std::string::npos) return false;
            disk_.unlink((output_ + ".lock").c_str());
            return helped_ = true;
        case ExitStatus::internal_error:
        case ExitStatus::failed_tasks:
            return false;
        }
        return false;
    }

    void check_statuses(LaunchEnd const& end)
    {
        for (std::size_t rank = 0; rank < end.ranks.size(); ++rank) {
            auto const& [how, status, time] = end.ranks[rank];
            if (how == RankEnd::How::killed) {
                if (!end.ranks_struck && !end.stop_asked) breach(fmt::format("rank {} was killed, by nobody", rank));
                continue;
            }
            if (how == RankEnd::How::escaped) breach(fmt::format("rank {} threw", rank));
            if (!is_explained(end, static_cast<ExitStatus>(status)))
                breach(fmt::format("rank {} ended with status {}, which nothing explains", rank, status));
            if (status != 0 && end.messages.find("exahca: ") == std::string::npos &&
                end.messages.find("Stopped early") == std::string::npos)
                breach(fmt::format("rank {} ended with status {}, and nobody says why", rank, status));
        }
    }

    /// Whoever ends by itself leaves no lock: a launch elsewhere could not tell that its owner is gone.
    void check_lock(LaunchEnd const& end)
    {
        bool const by_itself = end.ranks[0].how != RankEnd::How::killed && !end.power_lost;
        std::ifstream file(output_ + ".lock");
        std::string const text{std::istreambuf_iterator<char>(file), {}};
        auto const lock = parse_lock(text);
        bool const own = lock && lock->restart == history_.launches;
        if (by_itself && own && !disk_.has_failed_to_remove()) breach("rank 0 ended by itself, and left its lock");
    }

    void check_results(LaunchEnd const& end, bool disturbed)
    {
        bool const done = end.ranks[0].how == RankEnd::How::returned && end.ranks[0].status == 0 && !end.power_lost;
        if (!disturbed && !done && !helped_) breach("nothing disturbed it, and it is not done");
        if (!done) return;
        auto const found = read_newest(output_);
        if (!found) return breach("it is done, and there are no results");
        auto const differences =
            compare_trees(problem_.references[static_cast<std::size_t>(options_.files)], found->tree);
        if (!differences.empty())
            breach(fmt::format("results differ from those of an undisturbed run: {}", differences[0]));
    }

    void lose_power()
    {
        history_.account += "the power is lost\n";
        disk_.lose_power();
        check_promises();
    }

    [[nodiscard]] std::vector<bool> finished_tasks(DataGroup const& tree) const
    {
        auto const experiment = read_experiment(tree);
        RecordStore records(experiment);
        static_cast<void>(restore_records(tree, experiment, problem_.fingerprint, records));
        std::vector<bool> finished;
        for (std::int64_t i = 0; i < experiment.task_count(); ++i)
            finished.push_back(records.at(TaskId(i)).status != TaskStatus::missing);
        return finished;
    }

    /// What the directory's last sync promised to keep must be readable, or more than that.
    void check_promises()
    {
        if (disk_.has_lied() || disk_.promised().empty()) return;
        auto const copy = folder_ + "/promised.h5";
        std::ofstream(copy, std::ios::binary) << disk_.promised();
        auto const promised = finished_tasks(read_tree(copy));
        fs::remove(copy);
        try {
            auto const found = read_newest(output_);
            if (!found) return breach("results that were written are gone");
            auto const finished = finished_tasks(found->tree);
            for (std::size_t i = 0; i < promised.size(); ++i)
                if (promised[i] && !finished[i]) return breach(fmt::format("the result of task {} is lost", i));
        } catch (InvalidInput const& error) {
            breach(fmt::format("results that were written cannot be read: {}", error.what()));
        }
    }

    HistoryOptions const& options_;
    Problem const& problem_;
    std::string folder_;
    std::string output_;
    Draws draws_;
    SimulatedDisk disk_;
    SearchRequest request_;
    bool helped_ = false; ///< what the last launch had asked a person for was done
    History history_;
};

} // namespace

History run_history(Problems const& problems, HistoryOptions const& options) { return Course(problems, options).run(); }

} // namespace exahca::histories
