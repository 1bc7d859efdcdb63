#include "exahca/work/search_sharing.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/noise_record.hpp"
#include "exahca/estimate/noise_search.hpp"

namespace exahca {
namespace {

enum class SearchStatus : std::uint8_t { done, stopped };

} // namespace

IndependentSearchSource::IndependentSearchSource(std::vector<SettingId> const& settings)
{
    for (auto const setting : settings) add_searches(setting);
}

void IndependentSearchSource::add_searches(SettingId setting)
{
    auto& found = found_[setting];
    auto const first = static_cast<std::int32_t>(found.size());
    found.resize(found.size() + independent_searches);
    for (std::int32_t i = 0; i < independent_searches; ++i) queue_.emplace_back(setting, first + i);
    missing_[setting] += independent_searches;
    total_ += independent_searches;
}

std::optional<Bytes> IndependentSearchSource::next_chunk(ChunkRequest const&)
{
    if (queue_.empty()) return std::nullopt;
    ByteWriter writer;
    writer.put(queue_.front().first);
    writer.put(queue_.front().second);
    queue_.pop_front();
    return writer.take();
}

void IndependentSearchSource::absorb(std::span<std::byte const> reply, double)
{
    ByteReader reader(reply);
    auto const setting = reader.get<SettingId>();
    auto const index = reader.get<std::int32_t>();
    auto const status = reader.get<SearchStatus>();
    auto message = reader.get_vector<std::byte>();
    auto interim = read_interim(reader);
    reader.expect_end();
    auto const known = found_.find(setting);
    if (known == found_.end() || index < 0 || index >= std::ssize(known->second))
        throw InvalidInput("a reply names a search that was not handed out");
    if (status == SearchStatus::stopped) {
        queue_.emplace_front(setting, index);
        if (!interim.empty()) interim_[setting] = std::move(interim);
        return;
    }
    known->second[static_cast<std::size_t>(index)] = Bytes(message.begin(), message.end());
    ++done_;
    if (--missing_[setting] > 0 || known->second.size() >= most_independent_searches) return;
    if (needs_more_searches(read_noise_searches(known->second))) add_searches(setting);
}

Bytes IndependentSearchRunner::run(std::span<std::byte const> chunk, StopFlag const& stop)
{
    StopScope const scope(&stop, StopScope::Reach::everything);
    ByteReader reader(chunk);
    auto const setting = reader.get<SettingId>();
    auto const index = reader.get<std::int32_t>();
    reader.expect_end();
    auto const reply = stop.requested() ? SearchReply{} : runner_.independent_search(setting, index);
    ByteWriter writer;
    writer.put(setting);
    writer.put(index);
    writer.put(reply.found ? SearchStatus::done : SearchStatus::stopped);
    writer.put_span(std::span<std::byte const>(reply.found.value_or(Bytes{})));
    write_interim(writer, reply.interim);
    return writer.take();
}

bool worth_sharing(std::size_t estimates, int ranks)
{
    return ranks > 1 && estimates > 0 && estimates < 2 * static_cast<std::size_t>(ranks);
}

bool has_independent_searches(Setting const& setting) { return analyser_of(setting).has_independent_searches(setting); }

Bytes write_searches(SharedSearches const& searches)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint64_t>(searches.size()));
    for (auto const& [setting, messages] : searches) {
        writer.put(setting);
        writer.put(static_cast<std::uint64_t>(messages.size()));
        for (auto const& message : messages) writer.put_span(std::span<std::byte const>(message));
    }
    return writer.take();
}

SharedSearches read_searches(std::span<std::byte const> message)
{
    ByteReader reader(message);
    SharedSearches searches;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t s = 0; s < count; ++s) {
        auto& messages = searches[reader.get<SettingId>()];
        auto const each = reader.get<std::uint64_t>();
        for (std::uint64_t i = 0; i < each; ++i) messages.push_back(reader.get_vector<std::byte>());
    }
    reader.expect_end();
    return searches;
}

} // namespace exahca
