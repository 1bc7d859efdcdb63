#include "exahca/core/bytes.hpp"
#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

Bytes sample_message()
{
    ByteWriter writer;
    writer.put(std::int64_t{42});
    writer.put_string("llama-3-8b");
    writer.put_span(std::span<double const>(std::vector{1.5, -2.0}));
    return writer.take();
}

TEST(Bytes, reads_back_what_was_written)
{
    auto const message = sample_message();
    ByteReader reader(message);
    EXPECT_EQ(reader.get<std::int64_t>(), 42);
    EXPECT_EQ(reader.get_string(), "llama-3-8b");
    EXPECT_EQ(reader.get_vector<double>(), (std::vector{1.5, -2.0}));
    EXPECT_NO_THROW(reader.expect_end());
}

TEST(Bytes, every_shortened_message_is_refused)
{
    auto const message = sample_message();
    for (std::size_t size = 0; size < message.size(); ++size) {
        ByteReader reader{std::span<std::byte const>(message).first(size)};
        EXPECT_THROW(
            {
                (void)reader.get<std::int64_t>();
                (void)reader.get_string();
                (void)reader.get_vector<double>();
            },
            InvalidInput)
            << size;
    }
}

TEST(Bytes, a_declared_count_that_cannot_be_is_refused_before_memory_is_asked_for)
{
    ByteWriter writer;
    writer.put(std::uint64_t{1} << 62);
    auto const message = writer.take();
    EXPECT_THROW((void)ByteReader(message).get_vector<double>(), InvalidInput);
}

} // namespace
} // namespace exahca
