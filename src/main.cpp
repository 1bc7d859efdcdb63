#include "app/command.hpp"
#include "exahca/parallel/session.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <string>
#include <vector>

namespace {

/// Keeps freed memory for the next use. Results are put together in buffers of a megabyte that live for a moment; given
/// back to the system each time, their pages are cleared and mapped anew, which cost as much as compressing them.
void keep_freed_memory()
{
    constexpr int mebibyte = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, 2 * mebibyte);
    ::mallopt(M_TRIM_THRESHOLD, 32 * mebibyte);
}

/// Runs the program inside the session, so that a failing rank can still tell the others.
int run_in(exahca::Session& session, std::vector<std::string> const& words)
{
    using namespace exahca;
    auto& world = session.communicator();
    RunContext context{world, fmt::format("{}", fmt::join(words, " ")), session.library()};
    try {
        auto const arguments = std::span(words).subspan(1);
        auto const status = run_program(arguments, context);
        session.close();
        return static_cast<int>(status);
    } catch (Error const& error) { // every rank knows of it, or the others have nothing left to do
        if (world.rank() == 0) fmt::print(stderr, "exahca: {}\n", error.what());
        session.close();
        return static_cast<int>(error.status());
    } catch (...) {
        report_and_abort(world, std::current_exception());
    }
}

} // namespace

int main(int argc, char** argv)
{
    keep_freed_memory();
    std::vector<std::string> const words(argv, argv + argc);
    try {
        exahca::Session session(&argc, &argv);
        return run_in(session, words);
    } catch (exahca::Error const& error) { // a wrong launch: no rank knows the others
        if (exahca::announced_rank(exahca::process_environment()) == 0)
            fmt::print(stderr, "exahca: {}\n", error.what());
        return static_cast<int>(error.status());
    } catch (std::exception const& error) {
        fmt::print(stderr, "exahca: {}\n", error.what());
        return static_cast<int>(exahca::ExitStatus::internal_error);
    }
}
