// Does any message between ranks make a reader crash or take memory that the message cannot fill? The first byte picks
// the reader, the rest is the message. What a reader accepts must come out again as the bytes that went in.
#include "exahca/core/error.hpp"
#include "exahca/experiment/dataset.hpp"
#include "exahca/experiment/distributed_search.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/task_source.hpp"
#include "exahca/search/subtree_search.hpp"
#include "parallel/protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace exahca {
namespace {

constexpr int domains = 3, levels = 4;

using Message = std::span<std::byte const>;

void require_same(Message message, Bytes const& again)
{
    if (!std::equal(message.begin(), message.end(), again.begin(), again.end())) std::abort();
}

void read_one(std::uint8_t which, Message message)
{
    switch (which % 8) {
    case 0: {
        auto const parsed = parse(message);
        require_same(message, compose(parsed.header, parsed.payload));
        break;
    }
    case 1:
        require_same(message, write_task_ids(read_task_ids(message)));
        break;
    case 2:
        require_same(message, write_finished_tasks(read_finished_tasks(message)));
        break;
    case 3:
        require_same(message, to_bytes(read_chunk(message, domains, levels)));
        break;
    case 4:
        require_same(message, to_bytes(read_reply(message, domains, levels)));
        break;
    case 5:
        static_cast<void>(read_search_task(message));
        break;
    case 6: {
        ByteReader reader(message);
        static_cast<void>(Experiment::read(reader));
        break;
    }
    case 7: {
        ByteReader reader(message);
        static_cast<void>(read_rows(reader));
        break;
    }
    }
}

} // namespace
} // namespace exahca

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    try {
        exahca::read_one(data[0], std::as_bytes(std::span(data + 1, size - 1)));
    } catch (exahca::Error const&) {
    }
    return 0;
}
