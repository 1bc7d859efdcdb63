#pragma once

#include <atomic>
#include <exception>

namespace exahca {

/// Asks long computations to stop at their next safe place. Sticky; may be set from a signal handler.
class StopFlag
{
public:
    void request() noexcept { requests_.fetch_add(1, std::memory_order_relaxed); }
    /// How often a stop was asked for: a second request asks to stop sooner.
    [[nodiscard]] int requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool requested() const noexcept { return requests() > 0; }

private:
    static_assert(std::atomic<int>::is_always_lock_free, "a signal handler sets it");
    std::atomic<int> requests_{0};
};

/// Leaves a computation that has nothing to show for itself before its end, after a request to stop.
class StopRequested : public std::exception
{
public:
    [[nodiscard]] char const* what() const noexcept override { return "a stop was asked for"; }
};

/// While it lives, what this thread computes hears of a stop, without every function on the way handing the flag on.
///
/// Scopes may be nested; the innermost counts.
class StopScope
{
public:
    enum class Reach {
        searches,  ///< searches for orders end soon; everything else goes on
        everything ///< long iterations throw StopRequested, too
    };

    /// \param stop  outlives the scope; may be null
    StopScope(StopFlag const* stop, Reach reach) : before_(innermost_), stop_(stop), reach_(reach)
    {
        innermost_ = this;
    }
    ~StopScope() { innermost_ = before_; }
    StopScope(StopScope const&) = delete;
    StopScope& operator=(StopScope const&) = delete;

    /// The flag for searches; null outside any scope.
    [[nodiscard]] static StopFlag const* flag() { return innermost_ != nullptr ? innermost_->stop_ : nullptr; }
    /// To be called now and then by long iterations. \throws StopRequested
    static void look()
    {
        if (innermost_ != nullptr && innermost_->reach_ == Reach::everything && innermost_->stop_ != nullptr &&
            innermost_->stop_->requested())
            throw StopRequested();
    }

private:
    StopScope* before_;
    StopFlag const* stop_;
    Reach reach_;
    static inline thread_local StopScope* innermost_ = nullptr;
};

} // namespace exahca
