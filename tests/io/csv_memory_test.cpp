// Memory that runs out anywhere inside the CSV parser, whose callbacks are called by a C library.

#include "io/csv_table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <new>
#include <string>

namespace {

/// Allocations that still succeed.
std::int64_t allocations_left = std::numeric_limits<std::int64_t>::max();

void* allocate(std::size_t size)
{
    if (allocations_left-- <= 0) throw std::bad_alloc();
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace exahca::io {
namespace {

// The callbacks are noexcept: an exception that left one, into the C library, would end this program.
TEST(CsvTable, memory_that_runs_out_in_a_callback_is_an_exception_of_the_caller)
{
    std::string const content = "model,a column with a long name that needs memory of its own\n"
                                "a model with a long name that needs memory of its own,1\n"
                                "\"another, with a comma and a name that is long enough\",2";
    std::int64_t failures = 0;
    for (std::int64_t allowed = 0;; ++allowed) {
        allocations_left = allowed;
        bool failed = false;
        std::size_t rows = 0;
        try {
            rows = parse_csv(content, "t.csv").rows.size();
        } catch (std::bad_alloc const&) {
            failed = true;
        }
        allocations_left = std::numeric_limits<std::int64_t>::max();
        if (!failed) {
            EXPECT_EQ(rows, 2U);
            break;
        }
        ++failures;
    }
    EXPECT_GE(failures, 6); // three rows and three long fields at least
}

} // namespace
} // namespace exahca::io
