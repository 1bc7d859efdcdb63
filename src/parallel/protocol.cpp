#include "protocol.hpp"

#include "exahca/core/error.hpp"

#include <cmath>
#include <cstring>

namespace exahca {
namespace {

static_assert(sizeof(MessageHeader) == 32, "no padding goes over the wire");

// Bounds on `number`: outcomes, counts of stop requests and seconds of patience are small.
constexpr std::uint64_t largest_number = 1'000'000;

} // namespace

// The header as it lies in memory, without conversion: all ranks run one binary.
Bytes compose(MessageHeader const& header, std::span<std::byte const> payload)
{
    Bytes message(sizeof header + payload.size());
    std::memcpy(message.data(), &header, sizeof header);
    if (!payload.empty()) std::memcpy(message.data() + sizeof header, payload.data(), payload.size());
    return message;
}

ParsedMessage parse(std::span<std::byte const> message)
{
    ByteReader reader(message);
    ParsedMessage parsed;
    auto const kind = reader.get<std::uint32_t>();
    parsed.header.run = reader.get<std::uint32_t>();
    parsed.header.chunk = reader.get<std::uint64_t>();
    parsed.header.number = reader.get<std::uint64_t>();
    parsed.header.seconds = reader.get<double>();
    parsed.header.kind = static_cast<MessageKind>(kind);
    parsed.payload = message.subspan(sizeof(MessageHeader));
    bool const has_payload = parsed.header.kind == MessageKind::chunk || parsed.header.kind == MessageKind::reply;
    if (kind > static_cast<std::uint32_t>(MessageKind::alive) || parsed.header.number > largest_number ||
        !std::isfinite(parsed.header.seconds) || parsed.header.seconds < 0 || (!has_payload && !parsed.payload.empty()))
        throw InvalidInput("a message between ranks makes no sense",
                           "its sender runs another version, or it was damaged", "start all ranks from one binary");
    return parsed;
}

} // namespace exahca
