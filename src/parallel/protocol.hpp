#pragma once

#include "exahca/core/bytes.hpp"

#include <cstdint>
#include <span>

namespace exahca {

/// What a message between master and worker is about. The header is followed by the payload up to the message's end.
enum class MessageKind : std::uint32_t {
    chunk,        ///< master: work; `chunk` numbers it
    stop,         ///< master: a stop was asked for `number` times
    finish,       ///< master: nothing more will come; `number` is the WorkloadOutcome
    reply,        ///< worker: answer to `chunk`, which took `seconds`
    stop_request, ///< worker: a signal asked this rank to stop `number` times
    report,       ///< worker: finished; computed for `seconds` in all
    alive, ///< either: nothing else to say; the master's means that it will be heard of again in `number` seconds
};

struct MessageHeader
{
    MessageKind kind = MessageKind::chunk;
    std::uint32_t run = 0; ///< Communicator::begin_computation()
    std::uint64_t chunk = 0;
    std::uint64_t number = 0;
    double seconds = 0;
};

struct ParsedMessage
{
    MessageHeader header;
    std::span<std::byte const> payload; ///< into the message
};

[[nodiscard]] Bytes compose(MessageHeader const& header, std::span<std::byte const> payload = {});

/// \throws InvalidInput  when the message is too short or of no known kind, or its numbers cannot be
[[nodiscard]] ParsedMessage parse(std::span<std::byte const> message);

} // namespace exahca
