#include "compute_thread.hpp"

#include "exahca/parallel/run_workload.hpp"

#include <new>
#include <utility>

namespace exahca {
namespace {

/// Throws what a runner threw on the main thread. Whatever type it has, there it is a bug: expected failures are
/// results. Only memory may run out anywhere.
[[noreturn]] void throw_for_runner(std::exception_ptr const& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        throw RunnerFailure(error.what());
    } catch (...) {
        throw RunnerFailure("unknown error");
    }
}

} // namespace

ComputeThread::ComputeThread(WorkRunner& runner) : runner_(runner), thread_(time_.start([this] { work(); })) {}

// Two requests: the runner is to return as soon as it can, its result is forgotten.
ComputeThread::~ComputeThread()
{
    request_stop(2);
    {
        std::lock_guard const guard(lock_);
        leaving_ = true;
    }
    time_.notify_one(submitted_);
    time_.join(thread_);
}

void ComputeThread::submit(Assignment assignment)
{
    {
        std::lock_guard const guard(lock_);
        queue_.push_back(std::move(assignment));
    }
    time_.notify_one(submitted_);
}

void ComputeThread::request_stop(int requests)
{
    while (stop_.requests() < requests) stop_.request();
}

std::vector<ComputeThread::Completed> ComputeThread::take_completed()
{
    std::lock_guard const guard(lock_);
    // Before what was completed: after a failure the run ends anyway.
    if (failure_) throw_for_runner(failure_);
    return std::exchange(completed_, {});
}

void ComputeThread::wait_for_completed(std::chrono::nanoseconds longest)
{
    std::unique_lock guard(lock_);
    // What interrupts the wait for no reason only has the main thread look for messages once more.
    if (completed_.empty() && !failure_) time_.wait_for(done_, guard, longest);
}

/// Waits for one. \returns false when the thread is to end
bool ComputeThread::next_assignment(Assignment& assignment)
{
    std::unique_lock guard(lock_);
    while (!leaving_ && queue_.empty()) time_.wait(submitted_, guard);
    if (leaving_) return false;
    assignment = std::move(queue_.front());
    queue_.pop_front();
    return true;
}

/// The runner runs without the lock, so that the main thread never waits for it. A runner that throws ends the thread.
void ComputeThread::work()
{
    for (Assignment assignment; next_assignment(assignment);) {
        auto const start = time_.now();
        Bytes reply;
        std::exception_ptr failure;
        try {
            reply = runner_.run(assignment.work, stop_);
        } catch (...) {
            failure = std::current_exception();
        }
        std::chrono::duration<double> const spent = time_.now() - start;
        {
            std::lock_guard const guard(lock_);
            if (failure)
                failure_ = failure;
            else
                completed_.push_back({assignment.chunk, std::move(reply), spent.count()});
        }
        time_.notify_one(done_);
        if (failure) return;
    }
}

} // namespace exahca
