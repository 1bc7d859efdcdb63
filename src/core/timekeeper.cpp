#include "exahca/core/timekeeper.hpp"

#include <utility>

namespace exahca {

Timekeeper::TimePoint Timekeeper::now() { return std::chrono::steady_clock::now(); }

void Timekeeper::sleep_for(std::chrono::nanoseconds time) { std::this_thread::sleep_for(time); }

void Timekeeper::wait(std::condition_variable& changed, std::unique_lock<std::mutex>& held) { changed.wait(held); }

void Timekeeper::wait_for(std::condition_variable& changed, std::unique_lock<std::mutex>& held,
                          std::chrono::nanoseconds longest)
{
    changed.wait_for(held, longest);
}

void Timekeeper::notify_one(std::condition_variable& changed) { changed.notify_one(); }

std::thread Timekeeper::start(std::function<void()> body) { return std::thread(std::move(body)); }

void Timekeeper::join(std::thread& thread) { thread.join(); }

Timekeeper& Timekeeper::current()
{
    static Timekeeper of_the_machine;
    return of_thread_ != nullptr ? *of_thread_ : of_the_machine;
}

} // namespace exahca
