// Runs GoogleTest on every rank of a launch, or on one rank without a launcher. The cases find their communicator in
// world(). EXAHCA_TEST_RANKS_PER_NODE=N lets every N ranks of one machine pass for a node.

#include "mpi_main.hpp"

#include "exahca/parallel/session.hpp"

#include <gtest/gtest.h>

#include <charconv>

namespace exahca::testing {
namespace {

Communicator* world_of_this_process = nullptr;

int ranks_per_node()
{
    auto const text = process_environment()("EXAHCA_TEST_RANKS_PER_NODE").value_or("0");
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

Communicator& world() { return *world_of_this_process; }

} // namespace exahca::testing

int main(int argc, char** argv)
{
    exahca::Session session(&argc, &argv, {.ranks_per_node = exahca::testing::ranks_per_node()});
    exahca::testing::world_of_this_process = &session.communicator();
    ::testing::InitGoogleTest(&argc, argv);
    if (session.communicator().rank() != 0) ::testing::GTEST_FLAG(brief) = true; // failures only
    // Cases that a rank leaves early would leave the others waiting; ctest's time limit ends them.
    int const status = RUN_ALL_TESTS();
    session.close();
    return status;
}
