// Does any message between ranks make a reader crash or take memory that the message cannot fill? The first byte picks
// the reader, the rest is the message. What a reader accepts must come out again as the bytes that went in.
#include "estimate/noise_finish.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/search/subtree_search.hpp"
#include "exahca/work/estimate_sharing.hpp"
#include "exahca/work/task_source.hpp"
#include "message_samples.hpp"
#include "parallel/protocol.hpp"
#include "run/messages.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace exahca {
namespace {

using testing::domains, testing::levels;

using Message = std::span<std::byte const>;

void require_same(Message message, Bytes const& again)
{
    if (!std::equal(message.begin(), message.end(), again.begin(), again.end())) std::abort();
}

Experiment const& sample_experiment()
{
    static auto const experiment = testing::sample_experiment();
    return experiment;
}

Bytes estimates_again(std::vector<TaskRecord> const& estimates)
{
    ByteWriter writer;
    for (auto const& estimate : estimates) estimate.write(writer);
    return writer.take();
}

void read_between_master_and_worker(std::uint8_t which, Message message)
{
    switch (which) {
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
    default:
        break;
    }
}

void read_from_rank_zero(std::uint8_t which, Message message)
{
    switch (which) {
    case 5:
        static_cast<void>(read_plan(message)); // rows come back sorted by name
        break;
    case 6: {
        ByteReader reader(message);
        static_cast<void>(read_rows(reader));
        break;
    }
    case 7:
        require_same(message, write_rank_facts(read_rank_facts(message)));
        break;
    case 8:
        require_same(message, write_pilot_verdict(read_pilot_verdict(message, domains, levels)));
        break;
    case 9:
        require_same(message, estimates_again(read_estimates(message, sample_experiment())));
        break;
    case 10:
        require_same(message, write_start_orders(read_start_orders(message, 3)));
        break;
    case 11: {
        auto const given = read_given_matrices(message);
        if (read_given_matrices(write_given_matrices(given)).unmixing != given.unmixing) std::abort();
        break;
    }
    default:
        break;
    }
}

void read_of_estimate(std::uint8_t which, Message message)
{
    switch (which) {
    case 12:
        static_cast<void>(read_shared_estimates(message)); // come back sorted by setting
        break;
    case 13:
        static_cast<void>(read_finish_piece(message)); // any byte but 0 means yes
        break;
    case 14:
        require_same(message, write_finish_reply(read_finish_reply(message)));
        break;
    default:
        break;
    }
}

void read_one(std::uint8_t which, Message message)
{
    if (which < 5)
        read_between_master_and_worker(which, message);
    else if (which > 11)
        read_of_estimate(which, message);
    else
        read_from_rank_zero(which, message);
}

} // namespace
} // namespace exahca

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    if (size == 0) return 0;
    try {
        exahca::read_one(static_cast<std::uint8_t>(data[0] % exahca::testing::message_kinds),
                         std::as_bytes(std::span(data + 1, size - 1)));
    } catch (exahca::Error const&) {
    }
    return 0;
}
