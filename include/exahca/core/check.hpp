#pragma once

/// Internal checks: a failure is a bug in the program, never bad input.
///
/// EXAHCA_EXPECT (precondition), EXAHCA_ASSERT (in the middle) and EXAHCA_ENSURE (postcondition) throw CheckFailed in
/// builds with assertions and vanish from release builds.

#include <exception>
#include <string>

namespace exahca {

/// A check that failed. Of a type of its own, so that nobody who expects failures of some kind takes it for one of
/// them: it derives from std::exception alone, which only those catch who end a process or carry errors between threads
/// (tests/style/check_catches.py).
class CheckFailed final : public std::exception
{
public:
    /// \param kind  "precondition", "assertion" or "postcondition"
    CheckFailed(char const* kind, char const* condition, char const* file, int line)
        : text_(std::string(kind) + " failed: " + condition + " at " + file + ":" + std::to_string(line))
    {
    }
    /// Names the condition and its place.
    [[nodiscard]] char const* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

namespace detail {

[[noreturn]] inline void check_failed(char const* kind, char const* condition, char const* file, int line)
{
    throw CheckFailed(kind, condition, file, line);
}

} // namespace detail
} // namespace exahca

#ifdef EXAHCA_ASSERTIONS
#define EXAHCA_CHECK_(kind, condition)                                                                                 \
    ((condition) ? static_cast<void>(0) : ::exahca::detail::check_failed(kind, #condition, __FILE__, __LINE__))
#else
#define EXAHCA_CHECK_(kind, condition) static_cast<void>(sizeof(!(condition)))
#endif

#define EXAHCA_EXPECT(condition) EXAHCA_CHECK_("precondition", condition)
#define EXAHCA_ASSERT(condition) EXAHCA_CHECK_("assertion", condition)
#define EXAHCA_ENSURE(condition) EXAHCA_CHECK_("postcondition", condition)
