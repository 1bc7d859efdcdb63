// Whole searches on simulated ranks, without a command line: however a rank fails, no other waits for it.

#include "exahca/run/run_search.hpp"

#include "exahca/io/compare.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/parallel/in_process.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/run/orders_only.hpp"
#include "exahca/simulate/simulator.hpp"
#include "io/temporary_directory.hpp"
#include "support/watched_communicator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <sstream>
#include <string>

namespace exahca {
namespace {

using testing::WatchedCommunicator;

constexpr int ranks = 3;

/// Keeps what a run prints out of the test's output.
class Quiet
{
public:
    Quiet()
    {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
    }
    Quiet(Quiet const&) = delete;
    Quiet& operator=(Quiet const&) = delete;
    ~Quiet()
    {
        if (captures_) (void)end();
    }
    /// Ends it. \returns what went to standard error
    std::string end()
    {
        captures_ = false;
        (void)::testing::internal::GetCapturedStdout();
        return ::testing::internal::GetCapturedStderr();
    }

private:
    bool captures_ = true;
};

/// Seven domains with 6^7 orders, enough for a search that all ranks take part in.
class SearchOnRanks : public ::testing::Test
{
protected:
    void SetUp() override
    {
        SimulationOptions options;
        options.design = Design::base;
        options.sizes.assign(7, 40);
        options.domains = {"a", "b", "c", "d", "e", "f", "g"};
        write_scores(directory.file("s.h5"), simulate(options));
    }

    SearchRequest request(std::string const& output) const
    {
        SearchRequest request;
        request.scores = directory.file("s.h5");
        request.output = directory.file(output);
        request.domains.min_models = 1;
        request.grid.estimators = {Estimator::published};
        request.grid.common.restarts = 2;
        request.replicates.bootstrap = 6;
        request.existing = ExistingOutput::overwrite;
        request.quiet = true;
        return request;
    }

    /// One rank's part of a run whose collective calls are watched.
    static ExitStatus run(Communicator& inner, SearchRequest const& wanted, std::function<void(int)> hook)
    {
        WatchedCommunicator world(inner, std::move(hook));
        return run_rank(world, [&] {
            StopFlag stop;
            return run_search(wanted, RunContext{world, "search", "none"}, stop);
        });
    }

    TemporaryDirectory directory;
};

TEST_F(SearchOnRanks, all_ranks_make_the_same_collective_calls_and_the_results_of_one)
{
    std::vector<int> calls(ranks, 0);
    Quiet const quiet;
    run_in_process({.ranks = ranks}, [&](Communicator& inner) {
        auto& own = calls[static_cast<std::size_t>(inner.rank())];
        EXPECT_EQ(run(inner, request("many.h5"), [&](int) { ++own; }), ExitStatus::done);
    });
    EXPECT_EQ(calls, std::vector<int>(ranks, calls[0]));
    auto const alone = make_serial_communicator();
    EXPECT_EQ(run(*alone, request("one.h5"), [](int) {}), ExitStatus::done);
    EXPECT_TRUE(compare_trees(read_tree(directory.file("one.h5")), read_tree(directory.file("many.h5"))).empty());
}

// Independent searches, what is made of them and comparisons are pieces that the ranks share, however messages overtake
// each other: a model below the others and missing scores let each comparison take a search of its own.
TEST_F(SearchOnRanks, an_estimate_in_pieces_is_that_of_one_rank)
{
    SimulationOptions options;
    options.design = Design::base;
    options.sizes = {50, 40};
    options.missing = 0.02;
    auto scores = simulate(options);
    scores.scores.row(0).setConstant(0.5);
    write_scores(directory.file("s.h5"), scores);
    auto const in_pieces = [&](std::string const& output) {
        auto wanted = request(output);
        wanted.grid.estimators = {Estimator::joint};
        wanted.grid.densities = {DensityFamily::mog2};
        wanted.grid.noises = {NoiseModel::aware};
        wanted.grid.factors = {2};
        wanted.grid.common.starts = 2;
        return wanted;
    };
    Quiet const quiet;
    auto const alone = make_serial_communicator();
    EXPECT_EQ(run(*alone, in_pieces("one.h5"), [](int) {}), ExitStatus::done);
    auto const one = read_tree(directory.file("one.h5"));
    for (int const delay : {0, 5}) {
        run_in_process({.ranks = ranks, .largest_delay = delay}, [&](Communicator& inner) {
            EXPECT_EQ(run(inner, in_pieces("many.h5"), [](int) {}), ExitStatus::done);
        });
        EXPECT_TRUE(compare_trees(one, read_tree(directory.file("many.h5"))).empty()) << delay;
    }
}

/// Whatever type an error has: no caller may take it for an expected failure of a computation.
[[noreturn]] void fail_at(int moment)
{
    if (moment % 3 == 0) throw InvalidInput("struck by lightning");
    if (moment % 3 == 1) throw NumericalFailure("struck by lightning");
    throw std::runtime_error("struck by lightning");
}

/// What is said besides the warnings that these few models call for.
std::string without_warnings(std::string const& text)
{
    std::string rest, line;
    for (std::istringstream lines(text); std::getline(lines, line);)
        if (!line.starts_with("exahca: warning: ")) rest += line + '\n';
    return rest;
}

// That it ends at all is the test: a rank that waits for ever is ended by the time limit of this test.
TEST_F(SearchOnRanks, a_rank_that_fails_before_or_after_any_collective_call_takes_all_with_it)
{
    int moments = 0;
    {
        Quiet const quiet;
        auto const alone = make_serial_communicator();
        EXPECT_EQ(run(*alone, request("r.h5"), [&](int) { ++moments; }), ExitStatus::done);
    }
    ASSERT_GT(moments, 20);
    for (int failing = 0; failing < ranks; ++failing)
        for (int moment = 0; moment < moments; ++moment) {
            SCOPED_TRACE("rank " + std::to_string(failing) + " at moment " + std::to_string(moment));
            std::atomic<int> left{0};
            Quiet quiet;
            EXPECT_THROW(run_in_process({.ranks = ranks},
                                        [&](Communicator& inner) {
                                            auto const strike = [&](int now) {
                                                if (inner.rank() == failing && now == moment) fail_at(moment);
                                            };
                                            try {
                                                (void)run(inner, request("r.h5"), strike);
                                            } catch (RunAborted const&) {
                                                ++left;
                                                throw;
                                            }
                                            ++left;
                                        }),
                         RunAborted);
            auto const said = without_warnings(quiet.end());
            EXPECT_EQ(left, ranks);
            EXPECT_EQ(said.find("exahca: rank " + std::to_string(failing) + " on "), 0U) << said;
            EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
            EXPECT_FALSE(std::filesystem::exists(directory.file("r.h5.lock")));
        }
}

TEST_F(SearchOnRanks, where_there_is_nothing_to_search_nobody_waits)
{
    auto wanted = request("r.h5");
    auto scores = read_scores(wanted.scores);
    // Two models have no three components: there are no matrices to search.
    std::int64_t of_a = 0;
    for (auto& base : scores.base_models)
        if (base == "a" && ++of_a > 2) base = "b";
    write_scores(wanted.scores, scores);
    std::vector<ExitStatus> statuses(ranks);
    Quiet const quiet;
    run_in_process({.ranks = ranks}, [&](Communicator& inner) {
        statuses[static_cast<std::size_t>(inner.rank())] = run(inner, wanted, [](int) {});
    });
    EXPECT_NE(statuses[0], ExitStatus::done);
    EXPECT_EQ(statuses, std::vector<ExitStatus>(ranks, statuses[0]));
}

TEST_F(SearchOnRanks, an_error_of_rank_zero_is_said_once_and_all_leave_with_its_status)
{
    auto wanted = request("r.h5");
    wanted.scores = directory.file("absent.h5");
    Quiet quiet;
    run_in_process({.ranks = ranks},
                   [&](Communicator& inner) { EXPECT_EQ(run(inner, wanted, [](int) {}), ExitStatus::input); });
    auto const said = quiet.end();
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    EXPECT_NE(said.find("absent.h5"), said.npos) << said;
}

// A run that finishes between the look at the output and the lock would be overwritten, so the lock comes first: with
// both in the way, it is the lock that is complained of.
TEST_F(SearchOnRanks, the_lock_is_taken_before_the_output_is_looked_at)
{
    auto wanted = request("r.h5");
    wanted.existing = ExistingOutput::refuse;
    put_file(wanted.output, "results of another run");
    RunLock const another(wanted.output);
    auto const world = make_serial_communicator();
    RunContext context{*world, "search", "none"};
    StopFlag stop;
    auto const of_search = message_of<Error>([&] { (void)run_search(wanted, context, stop); });
    EXPECT_NE(of_search.find("another run writes"), of_search.npos) << of_search;

    put_file(directory.file("m.txt"), "2 2 2\n1 0\n0 1\n1 0.5\n0 1\n");
    wanted.scores = directory.file("m.txt");
    auto const of_orders = message_of<Error>([&] { (void)search_orders_only(wanted, context, stop); });
    EXPECT_NE(of_orders.find("another run writes"), of_orders.npos) << of_orders;
    EXPECT_EQ(file_content(wanted.output), "results of another run");
}

} // namespace
} // namespace exahca
