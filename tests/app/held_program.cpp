// The program with a place where it waits. A search that has some replicates and has saved once writes a file "held-0"
// into the working directory and goes on only after EXAHCA_HOLD_SIGNALS (1) requests to stop; for each it writes
// "held-1", "held-2", ...

#include "app/run_main.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <thread>

namespace {

void hold(exahca::SearchMoment const& moment)
{
    static bool held = false;
    if (held || moment.stage != exahca::Stage::replicates || moment.tasks_done == 0 || moment.snapshots == 0) return;
    held = true;
    char const* const wanted = std::getenv("EXAHCA_HOLD_SIGNALS");
    int const last = wanted == nullptr ? 1 : std::atoi(wanted);
    for (int seen = 0; seen <= last; ++seen) {
        while (moment.stop.requests() < seen) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        std::ofstream(fmt::format("held-{}", seen));
    }
}

} // namespace

int main(int argc, char** argv) { return exahca::run_main(argc, argv, hold); }
