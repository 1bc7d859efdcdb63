#include "exahca/core/bytes.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "noise_messages.hpp"

namespace exahca {

Bytes write_noise_search(NoiseSearch const& search)
{
    // Spans and fitted orders stay behind: they are large, and can be made anew from the data.
    CountedOptima optima;
    for (std::size_t i = 0; i < search.optima.size(); ++i) optima.emplace_back(search.optima[i], search.fits[i]);
    ByteWriter writer;
    put(writer, optima);
    writer.put(search.starts.outcome);
    writer.put(search.starts.mean_lower_bound);
    writer.put(search.starts.mic_lower_bound);
    write_interim(writer, search.starts.known);
    writer.put(search.span_fit.has_value());
    if (search.span_fit) put(writer, *search.span_fit);
    return writer.take();
}

NoiseSearch read_noise_search(std::span<std::byte const> message)
{
    ByteReader reader(message);
    NoiseSearch search;
    for (auto& [optimum, fits] : get_optima(reader)) {
        search.optima.push_back(std::move(optimum));
        search.fits.push_back(fits);
    }
    search.starts.outcome = reader.get<SearchOutcome>();
    search.starts.mean_lower_bound = reader.get<double>();
    search.starts.mic_lower_bound = reader.get<double>();
    search.starts.known = read_interim(reader);
    if (reader.get<bool>()) search.span_fit = get_joint_fit(reader);
    reader.expect_end();
    return search;
}

std::vector<NoiseSearch> read_noise_searches(std::span<Bytes const> messages)
{
    std::vector<NoiseSearch> searches;
    for (Bytes const& message : messages)
        if (!message.empty()) searches.push_back(read_noise_search(message));
    return searches;
}

} // namespace exahca
