#pragma once

/// Internal checks: a failure is a bug in the program, never bad input.
///
/// EXAHCA_EXPECT (precondition), EXAHCA_ASSERT (in the middle) and EXAHCA_ENSURE (postcondition) throw
/// std::logic_error in builds with assertions and vanish from release builds.

#include <stdexcept>
#include <string>

namespace exahca::detail {

/// Throws std::logic_error that names the broken condition and its place.
[[noreturn]] inline void check_failed(char const* kind, char const* condition, char const* file, int line)
{
    throw std::logic_error(std::string(kind) + " failed: " + condition + " at " + file + ":" + std::to_string(line));
}

} // namespace exahca::detail

#ifdef EXAHCA_ASSERTIONS
#define EXAHCA_CHECK_(kind, condition)                                                                                 \
    ((condition) ? static_cast<void>(0) : ::exahca::detail::check_failed(kind, #condition, __FILE__, __LINE__))
#else
#define EXAHCA_CHECK_(kind, condition) static_cast<void>(sizeof(!(condition)))
#endif

#define EXAHCA_EXPECT(condition) EXAHCA_CHECK_("precondition", condition)
#define EXAHCA_ASSERT(condition) EXAHCA_CHECK_("assertion", condition)
#define EXAHCA_ENSURE(condition) EXAHCA_CHECK_("postcondition", condition)
