#include "exahca/work/estimate_sharing.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"

#include <fmt/format.h>

namespace exahca {
namespace {

// A stopped piece found nothing and is queued again; one that failed is done and empty.
enum class PieceStatus : std::uint8_t { done, stopped };

void put_piece(ByteWriter& writer, SettingId setting, PieceId piece)
{
    writer.put(setting);
    writer.put(piece.kind);
    writer.put(piece.number);
}

std::pair<SettingId, PieceId> get_piece(ByteReader& reader)
{
    auto const setting = reader.get<SettingId>();
    auto const kind = reader.get<std::uint8_t>();
    auto const number = reader.get<std::int32_t>();
    if (kind > static_cast<std::uint8_t>(PieceKind::exact_scores))
        throw InvalidInput("a message names no piece of an estimate", "an enumerator is out of range");
    return {setting, {static_cast<PieceKind>(kind), number}};
}

} // namespace

EstimatePieceSource::EstimatePieceSource(std::map<SettingId, JointOptions> const& efforts)
{
    for (auto const& [setting, effort] : efforts) {
        auto const& book = books_.emplace(setting, EstimateBook(effort)).first->second;
        unfinished_.insert(setting);
        count(book, 1);
        queue_due(setting);
    }
}

// Totals over all books, taken out before a book changes and put back after it.
void EstimatePieceSource::count(EstimateBook const& book, int sign)
{
    auto const [done, total] = book.progress();
    auto const [searches_done, searches] = book.searches();
    done_ += sign * done;
    total_ += sign * total;
    searches_done_ += sign * searches_done;
    searches_ += sign * searches;
}

void EstimatePieceSource::queue_due(SettingId setting)
{
    for (auto const piece : books_.at(setting).take_due()) queue_.emplace(piece.kind, setting, piece.number);
}

std::optional<Bytes> EstimatePieceSource::next_chunk(ChunkRequest const&)
{
    while (!queue_.empty()) {
        auto const [kind, setting, number] = queue_.extract(queue_.begin()).value();
        auto const& book = books_.at(setting);
        PieceId const piece{kind, number};
        // Given up since it was queued.
        if (!book.awaits(piece)) continue;
        ByteWriter writer;
        put_piece(writer, setting, piece);
        writer.put_span(std::span<std::byte const>(book.input(piece)));
        return writer.take();
    }
    return std::nullopt;
}

void EstimatePieceSource::absorb(std::span<std::byte const> reply, double)
{
    ByteReader reader(reply);
    auto const [setting, piece] = get_piece(reader);
    auto const status = reader.get<PieceStatus>();
    auto found = reader.get_vector<std::byte>();
    auto interim = read_interim(reader);
    reader.expect_end();
    auto const known = books_.find(setting);
    if (known == books_.end()) throw InvalidInput("a reply names a piece of an estimate that was not handed out");
    auto& book = known->second;
    if (status == PieceStatus::stopped) {
        if (book.awaits(piece)) queue_.emplace(piece.kind, setting, piece.number);
        if (!interim.empty()) stopped_[setting] = std::move(interim);
        return;
    }
    count(book, -1);
    book.take(piece, std::move(found));
    count(book, 1);
    queue_due(setting);
    if (book.finished()) unfinished_.erase(setting);
}

std::string EstimatePieceSource::detail() const
{
    if (searches_done_ < searches_ || unfinished_.empty())
        return fmt::format("{} of {} independent searches", searches_done_, searches_);
    return fmt::format("{} independent searches, {}", searches_, books_.at(*unfinished_.begin()).activity());
}

SharedEstimates EstimatePieceSource::found() const
{
    SharedEstimates found;
    for (auto const& [setting, book] : books_) found.emplace(setting, book.found());
    return found;
}

std::map<SettingId, std::vector<InterimSearch>> EstimatePieceSource::interim() const
{
    auto interim = stopped_;
    for (auto const& [setting, book] : books_)
        if (auto known = book.order_searches(); !known.empty()) interim[setting] = std::move(known);
    return interim;
}

Bytes EstimatePieceRunner::run(std::span<std::byte const> chunk, StopFlag const& stop)
{
    StopScope const scope(&stop, StopScope::Reach::everything);
    ByteReader reader(chunk);
    auto const [setting, piece] = get_piece(reader);
    auto const input = reader.get_vector<std::byte>();
    reader.expect_end();
    // Nothing is begun after a stop.
    auto const reply = stop.requested() ? PieceReply{} : runner_.estimate_piece(setting, piece, input);
    ByteWriter writer;
    put_piece(writer, setting, piece);
    writer.put(reply.found ? PieceStatus::done : PieceStatus::stopped);
    writer.put_span(std::span<std::byte const>(reply.found.value_or(Bytes{})));
    write_interim(writer, reply.interim);
    return writer.take();
}

bool worth_sharing(std::size_t estimates, int ranks)
{
    return ranks > 1 && estimates > 0 && estimates < 2 * static_cast<std::size_t>(ranks);
}

bool has_pieces(Setting const& setting) { return analyser_of(setting).has_pieces(setting); }

Bytes write_shared_estimates(SharedEstimates const& estimates)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint64_t>(estimates.size()));
    for (auto const& [setting, pieces] : estimates) {
        writer.put(setting);
        write_pieces(writer, pieces);
    }
    return writer.take();
}

SharedEstimates read_shared_estimates(std::span<std::byte const> message)
{
    ByteReader reader(message);
    SharedEstimates estimates;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t s = 0; s < count; ++s) {
        auto const setting = reader.get<SettingId>();
        estimates.emplace(setting, read_pieces(reader));
    }
    reader.expect_end();
    return estimates;
}

} // namespace exahca
