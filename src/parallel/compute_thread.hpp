#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/core/timekeeper.hpp"
#include "exahca/parallel/worker.hpp"
#include "exahca/work/workload.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace exahca {

/// Runs assignments one after the other beside the main thread, which alone talks to other ranks.
class ComputeThread
{
public:
    struct Completed
    {
        std::uint64_t chunk;
        Bytes reply;
        double seconds;
    };

    /// \param runner  used by this thread alone until the object is gone
    explicit ComputeThread(WorkRunner& runner);
    /// Waits for the assignment under way, after asking it to stop; forgets the others.
    ~ComputeThread();

    void submit(Assignment assignment);
    /// Raises the runner's stop flag to this number of requests.
    void request_stop(int requests);
    /// What has been completed since the last call. \throws RunnerFailure  when the runner threw
    [[nodiscard]] std::vector<Completed> take_completed();
    /// Sleeps until something is completed, for `longest` at most.
    void wait_for_completed(std::chrono::nanoseconds longest);

private:
    void work();
    bool next_assignment(Assignment& assignment);

    WorkRunner& runner_;
    Timekeeper& time_ = Timekeeper::current(); // of the main thread, and of the one beside it
    StopFlag stop_;
    std::mutex lock_;
    std::condition_variable submitted_;
    std::condition_variable done_;
    std::deque<Assignment> queue_;
    std::vector<Completed> completed_;
    std::exception_ptr failure_;
    bool leaving_ = false;
    std::thread thread_; // the last member: it uses the others
};

} // namespace exahca
