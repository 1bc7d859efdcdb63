#include "parallel/protocol.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/parallel/worker.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace exahca {
namespace {

Bytes sample()
{
    Bytes const payload{std::byte{1}, std::byte{2}, std::byte{3}};
    return compose({.kind = MessageKind::reply, .run = 7, .chunk = 11, .number = 0, .seconds = 0.25}, payload);
}

TEST(Protocol, parse_reads_what_compose_wrote)
{
    auto const message = sample();
    auto const parsed = parse(message);
    EXPECT_EQ(parsed.header.kind, MessageKind::reply);
    EXPECT_EQ(parsed.header.run, 7U);
    EXPECT_EQ(parsed.header.chunk, 11U);
    EXPECT_EQ(parsed.header.seconds, 0.25);
    ASSERT_EQ(parsed.payload.size(), 3U);
    EXPECT_EQ(parsed.payload[2], std::byte{3});
}

TEST(Protocol, shortened_headers_and_senseless_values_are_refused)
{
    auto const message = sample();
    for (std::size_t size = 0; size < sizeof(MessageHeader); ++size)
        EXPECT_THROW((void)parse(std::span<std::byte const>(message).first(size)), InvalidInput) << size;

    auto const refuse = [](MessageHeader const& header, std::span<std::byte const> payload = {}) {
        EXPECT_THROW((void)parse(compose(header, payload)), InvalidInput);
    };
    MessageHeader header{.kind = MessageKind::reply, .run = 1, .chunk = 1, .number = 0, .seconds = 0};
    header.seconds = -1;
    refuse(header);
    header.seconds = std::numeric_limits<double>::quiet_NaN();
    refuse(header);
    header.seconds = 0;
    header.number = 1'000'001;
    refuse(header);
    header.number = 0;
    header.kind = static_cast<MessageKind>(7);
    refuse(header);
    header.kind = MessageKind::finish;
    refuse(header, std::vector{std::byte{0}});
}

// Whatever bytes arrive, a worker takes them or refuses them with InvalidInput; its count of assignments stays true.
TEST(Protocol, random_bytes_never_upset_a_worker)
{
    RandomStream random({1, "protocol", 0, {}, 0});
    Worker worker(1);
    std::int64_t refused = 0;
    std::int64_t assignments = 0;
    for (int round = 0; round < 20000; ++round) {
        auto message = compose({.kind = static_cast<MessageKind>(random.below(6)),
                                .run = static_cast<std::uint32_t>(random.below(2)),
                                .chunk = random.bits(),
                                .number = random.below(5),
                                .seconds = 0});
        for (std::uint64_t flips = random.below(4); flips > 0; --flips)
            message[random.below(message.size())] ^= static_cast<std::byte>(random.below(256));
        try {
            worker.receive(message);
        } catch (InvalidInput const&) {
            ++refused;
        }
        assignments += static_cast<std::int64_t>(worker.take_assignments().size());
    }
    EXPECT_GT(refused, 0);
    EXPECT_EQ(worker.in_hand(), assignments);
}

} // namespace
} // namespace exahca
