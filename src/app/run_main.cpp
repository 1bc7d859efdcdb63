#include "run_main.hpp"

#include "exahca/core/shell_words.hpp"
#include "exahca/parallel/session.hpp"

#include <exception>
#include <fmt/core.h>
#include <malloc.h>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace exahca {
namespace {

/// Keeps freed memory for the next use. Results are put together in buffers of a megabyte that live for a moment; given
/// back to the system each time, their pages are cleared and mapped anew, which cost as much as compressing them.
void keep_freed_memory()
{
    constexpr int mebibyte = 1 << 20;
    ::mallopt(M_MMAP_THRESHOLD, 2 * mebibyte);
    ::mallopt(M_TRIM_THRESHOLD, 32 * mebibyte);
}

} // namespace

int run_main(int argc, char** argv, std::function<void(SearchMoment const&)> observer)
{
    keep_freed_memory();
    try {
        std::vector<std::string> const words(argv, argv + argc);
        Session session(&argc, &argv);
        auto& world = session.communicator();
        RunContext context{world, shell_line(words), session.library(), {}, std::move(observer)};
        auto const status = run_rank(world, [&] { return run_program(std::span(words).subspan(1), context); });
        session.close(static_cast<int>(status));
        return static_cast<int>(status);
    } catch (Error const& error) { // a wrong launch: no rank knows the others
        if (announced_rank(process_environment()) == 0) fmt::print(stderr, "exahca: {}\n", error.what());
        return static_cast<int>(error.status());
    } catch (std::bad_alloc const&) {
        fmt::print(stderr, "exahca: {}\n", out_of_memory);
        return static_cast<int>(ExitStatus::usage);
    } catch (std::exception const& error) {
        fmt::print(stderr, "exahca: {}\n", error.what());
        return static_cast<int>(ExitStatus::internal_error);
    }
}

} // namespace exahca
