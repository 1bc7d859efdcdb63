#include "noise_finish.hpp"

#include "exahca/core/error.hpp"

namespace exahca {
namespace {

// Nobody sends a piece of a step that has ended.
FinishStep get_step(ByteReader& reader)
{
    auto const step = reader.get<std::uint8_t>();
    if (step >= static_cast<std::uint8_t>(FinishStep::ended))
        throw InvalidInput("a message holds no piece of an estimate", "an enumerator is out of range");
    return static_cast<FinishStep>(step);
}

} // namespace

Bytes write_finish_piece(FinishPiece const& piece)
{
    ByteWriter writer;
    writer.put(piece.step);
    put(writer, piece.optima);
    writer.put(static_cast<std::uint8_t>(piece.hops));
    writer.put(static_cast<std::int32_t>(piece.turn));
    writer.put(static_cast<std::uint64_t>(piece.block.domain));
    for (int const number : {piece.block.pass, piece.block.first, piece.block.last})
        writer.put(static_cast<std::int32_t>(number));
    put(writer, piece.candidates);
    return writer.take();
}

FinishPiece read_finish_piece(std::span<std::byte const> message)
{
    ByteReader reader(message);
    FinishPiece piece;
    piece.step = get_step(reader);
    piece.optima = get_optima(reader);
    piece.hops = reader.get<std::uint8_t>() != 0;
    piece.turn = reader.get<std::int32_t>();
    piece.block.domain = static_cast<std::size_t>(reader.get<std::uint64_t>());
    for (int* number : {&piece.block.pass, &piece.block.first, &piece.block.last}) *number = reader.get<std::int32_t>();
    piece.candidates = get_candidates(reader);
    reader.expect_end();
    return piece;
}

Bytes write_finish_reply(FinishReply const& reply)
{
    ByteWriter writer;
    put(writer, reply.optima);
    put(writer, reply.candidates);
    return writer.take();
}

FinishReply read_finish_reply(std::span<std::byte const> message)
{
    ByteReader reader(message);
    FinishReply reply;
    reply.optima = get_optima(reader);
    reply.candidates = get_candidates(reader);
    reader.expect_end();
    return reply;
}

} // namespace exahca
