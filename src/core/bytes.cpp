#include "exahca/core/bytes.hpp"

#include "exahca/core/error.hpp"

namespace exahca {

std::byte const* ByteReader::take(std::size_t size)
{
    if (size > bytes_.size())
        throw InvalidInput("a message between ranks ends early", "its sender runs another version, or it was damaged",
                           "start all ranks from one binary");
    auto const* first = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return first;
}

void ByteReader::check_count(std::uint64_t count, std::size_t size) const
{
    if (count > bytes_.size() / size)
        throw InvalidInput("a message between ranks declares more values than it holds",
                           "its sender runs another version, or it was damaged", "start all ranks from one binary");
}

void ByteReader::expect_end() const
{
    if (!bytes_.empty())
        throw InvalidInput("a message between ranks is longer than expected",
                           "its sender runs another version, or it was damaged", "start all ranks from one binary");
}

} // namespace exahca
