#include "exahca/core/error.hpp"
#include "exahca/parallel/session.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <optional>

namespace exahca {
namespace {

/// What went wrong, as ranks tell each other; nothing when all is well.
struct Failure
{
    ExitStatus status;
    std::string text;
};

/// Runs `action`. Only what a user can mend is caught: all else is a bug or a breakdown of this rank alone.
std::optional<Failure> failure_of(std::function<void()> const& action)
{
    try {
        action();
        return std::nullopt;
    } catch (Error const& error) {
        return Failure{error.status(), error.what()};
    }
}

/// Status `done` stands for no failure.
Bytes to_bytes(std::optional<Failure> const& failure)
{
    ByteWriter writer;
    writer.put(static_cast<std::int32_t>(failure ? failure->status : ExitStatus::done));
    writer.put_string(failure ? failure->text : std::string());
    return writer.take();
}

std::optional<Failure> read_failure(std::span<std::byte const> message)
{
    ByteReader reader(message);
    auto const status = static_cast<ExitStatus>(reader.get<std::int32_t>());
    auto text = reader.get_string();
    if (status == ExitStatus::done) return std::nullopt;
    return Failure{status, std::move(text)};
}

/// On rank 0: the failure of the lowest rank, with its name unless every rank has failed.
std::optional<Failure> lowest_failure(std::vector<Bytes> const& verdicts)
{
    std::optional<Failure> lowest;
    std::size_t rank = 0, failed = 0;
    for (std::size_t r = 0; r < verdicts.size(); ++r) {
        auto failure = read_failure(verdicts[r]);
        if (!failure) continue;
        if (++failed > 1) continue;
        lowest = std::move(failure);
        rank = r;
    }
    if (lowest && failed < verdicts.size()) lowest->text = fmt::format("rank {}: {}", rank, lowest->text);
    return lowest;
}

/// Collective: rank 0's word on every rank. \throws CommonError
void agree(Communicator& communicator, std::optional<Failure> const& failure)
{
    auto const told = read_failure(communicator.broadcast(to_bytes(failure)));
    if (told) throw CommonError(told->status, told->text);
}

} // namespace

void on_rank_zero(Communicator& communicator, std::function<void()> const& action)
{
    agree(communicator, communicator.rank() == 0 ? failure_of(action) : std::nullopt);
}

void on_every_rank(Communicator& communicator, std::function<void()> const& action)
{
    auto const verdicts = communicator.gather(to_bytes(failure_of(action)));
    agree(communicator, communicator.rank() == 0 ? lowest_failure(verdicts) : std::nullopt);
}

// An error that all ranks have agreed on is printed by rank 0 alone and ends each of them in order. An error that this
// rank alone has would leave the others waiting, so it aborts all (docs/architecture.md, Errors).
ExitStatus run_rank(Communicator& communicator, std::function<ExitStatus()> const& program)
{
    auto const say = [&](Error const& error) {
        if (communicator.rank() == 0) fmt::print(stderr, "exahca: {}\n", error.what());
        return error.status();
    };
    try {
        return program();
    } catch (CommonError const& error) {
        return say(error);
    } catch (Error const& error) {
        if (communicator.size() == 1) return say(error);
        report_and_abort(communicator, std::current_exception());
    } catch (...) {
        report_and_abort(communicator, std::current_exception());
    }
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
    } catch (std::bad_alloc const&) {
        status = static_cast<int>(ExitStatus::usage);
        text = out_of_memory;
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
