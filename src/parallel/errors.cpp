#include "exahca/core/error.hpp"
#include "exahca/parallel/session.hpp"

#include <cstdio>
#include <exception>
#include <fmt/format.h>

namespace exahca {

void on_rank_zero(Communicator& communicator, std::function<void()> const& action)
{
    ByteWriter verdict;
    std::exception_ptr error;
    if (communicator.rank() == 0) {
        try {
            action();
            verdict.put(int{0});
        } catch (Error const& failure) {
            error = std::current_exception();
            verdict.put(static_cast<int>(failure.status()));
            verdict.put_string(failure.what());
        }
    }
    auto const told = communicator.broadcast(verdict.take());
    if (error) std::rethrow_exception(error);
    ByteReader reader(told);
    if (int const status = reader.get<int>(); status != 0)
        throw Error(static_cast<ExitStatus>(status), reader.get_string(), {}, {});
}

void report_and_abort(Communicator& communicator, std::exception_ptr const& error)
{
    int status = static_cast<int>(ExitStatus::internal_error);
    std::string text = "unknown error";
    try {
        std::rethrow_exception(error);
    } catch (RunAborted const&) {
        throw; // already reported where it began
    } catch (Error const& known) {
        status = static_cast<int>(known.status());
        text = known.what();
    } catch (std::exception const& unknown) {
        text = unknown.what();
    } catch (...) {
    }
    fmt::print(stderr, "exahca: rank {} on {}: {}\n", communicator.rank(), communicator.host(), text);
    std::fflush(stderr);
    communicator.abort(status);
    std::terminate(); // not reached; the compiler does not trust virtual functions
}

} // namespace exahca
