#include "exahca/core/check.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <type_traits>

namespace exahca {
namespace {

// Whoever expects failures of one of these kinds must not catch a bug with them.
static_assert(!std::is_base_of_v<std::runtime_error, CheckFailed>);
static_assert(!std::is_base_of_v<std::logic_error, CheckFailed>);
static_assert(std::is_base_of_v<std::exception, CheckFailed>); // but at the end of a process its text is printed

TEST(CheckFailed, names_condition_and_place)
{
    try {
        detail::check_failed("precondition", "n > 0", "model/x.cpp", 12);
    } catch (CheckFailed const& failed) {
        EXPECT_EQ(failed.what(), std::string("precondition failed: n > 0 at model/x.cpp:12"));
    }
}

TEST(CheckFailed, is_thrown_in_builds_with_assertions_alone)
{
    [[maybe_unused]] int const n = 0;
#ifdef EXAHCA_ASSERTIONS
    EXPECT_THROW(EXAHCA_EXPECT(n > 0), CheckFailed);
    EXPECT_THROW(EXAHCA_ASSERT(n > 0), CheckFailed);
    EXPECT_THROW(EXAHCA_ENSURE(n > 0), CheckFailed);
#else
    EXPECT_NO_THROW(EXAHCA_EXPECT(n > 0));
#endif
    EXPECT_NO_THROW(EXAHCA_ENSURE(n == 0));
}

} // namespace
} // namespace exahca
