#include "exahca/parallel/launch.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>
#include <map>

namespace exahca {
namespace {

EnvironmentLookup variables(std::map<std::string, std::string> const& values)
{
    return [values](char const* name) -> std::optional<std::string> {
        auto const found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(Launch, without_a_launcher_the_program_is_alone)
{
    EXPECT_EQ(detect_launch(variables({})), LaunchKind::alone);
    EXPECT_FALSE(under_launcher(variables({})));
}

TEST(Launch, mpirun_and_srun_with_pmix_start_mpi)
{
    EXPECT_EQ(detect_launch(variables({{"OMPI_COMM_WORLD_SIZE", "4"}})), LaunchKind::mpi);
    EXPECT_EQ(detect_launch(variables({{"PMIX_RANK", "0"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "64"}})),
              LaunchKind::mpi);
    EXPECT_EQ(detect_launch(variables({{"PMI_RANK", "0"}})), LaunchKind::mpi);
    EXPECT_TRUE(under_launcher(variables({{"PMIX_RANK", "0"}})));
}

TEST(Launch, plain_call_in_a_batch_script_is_alone)
{
    auto const script = variables({{"SLURM_JOB_ID", "5"}, {"SLURM_NTASKS", "64"}, {"SLURM_PROCID", "0"}});
    EXPECT_EQ(detect_launch(script), LaunchKind::alone);
    EXPECT_TRUE(under_launcher(script));
    EXPECT_NO_THROW(check_launched_size(script, 1));
}

TEST(Launch, one_task_of_srun_is_alone)
{
    EXPECT_EQ(detect_launch(variables({{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}, {"SLURM_NTASKS", "64"}})),
              LaunchKind::alone);
}

TEST(Launch, srun_without_pmix_is_refused_with_the_way_out)
{
    auto const step = variables({{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "64"}, {"SLURM_PROCID", "3"}});
    try {
        (void)detect_launch(step);
        FAIL() << "accepted";
    } catch (UsageError const& error) {
        EXPECT_STREQ(error.what(), "every process believes it is alone (SLURM_NTASKS=64, MPI size 1): start with srun "
                                   "--mpi=pmix, or mpirun");
        EXPECT_EQ(error.status(), ExitStatus::usage);
    }
    EXPECT_EQ(announced_rank(step), 3);
}

TEST(Launch, a_launcher_that_mpi_does_not_understand_is_refused)
{
    auto const foreign = variables({{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}});
    EXPECT_EQ(detect_launch(foreign), LaunchKind::mpi);
    EXPECT_THROW(check_launched_size(foreign, 1), UsageError);
    EXPECT_NO_THROW(check_launched_size(foreign, 4));
    EXPECT_THROW(
        check_launched_size(variables({{"PMIX_RANK", "0"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}}), 1),
        UsageError);
}

// mpirun starts its daemons on other nodes as steps of several tasks: a single rank there is in order.
TEST(Launch, one_rank_of_mpirun_inside_slurm_is_accepted)
{
    auto const daemon =
        variables({{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}});
    EXPECT_EQ(detect_launch(daemon), LaunchKind::mpi);
    EXPECT_NO_THROW(check_launched_size(daemon, 1));
}

} // namespace
} // namespace exahca
