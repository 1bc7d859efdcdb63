#include "exahca/estimate/interim_search.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/alignment.hpp"

#include <cstdint>

namespace exahca {
namespace {

template <class Enum>
Enum get_enum(ByteReader& reader, Enum last)
{
    auto const value = reader.get<std::int32_t>();
    if (value < 0 || value > static_cast<std::int32_t>(last))
        throw InvalidInput("a message holds no interim search", "an enumerator is out of range");
    return static_cast<Enum>(value);
}

} // namespace

InterimSearch interim_search(Objective objective, SearchResult const& found, Matrix const& factors,
                             Moments const& pooled)
{
    InterimSearch interim{objective, found.outcome, found.best.front().value, found.lower_bound, {}};
    if (factors.size() == 0) return interim;
    try {
        interim.labels = align_with_benchmarks(factors, pooled).labels;
    } catch (NumericalFailure const&) { // names are a help, not a result
    }
    return interim;
}

void write_interim(ByteWriter& writer, std::vector<InterimSearch> const& searches)
{
    writer.put(static_cast<std::uint64_t>(searches.size()));
    for (auto const& search : searches) {
        writer.put(static_cast<std::int32_t>(search.objective));
        writer.put(static_cast<std::int32_t>(search.outcome));
        writer.put(search.value);
        writer.put(search.lower_bound);
        writer.put_span(std::span<Index const>(search.labels));
    }
}

std::vector<InterimSearch> read_interim(ByteReader& reader)
{
    auto const count = reader.get<std::uint64_t>();
    std::vector<InterimSearch> searches;
    for (std::uint64_t i = 0; i < count; ++i) {
        InterimSearch search;
        search.objective = get_enum(reader, Objective::n_weighted);
        search.outcome = get_enum(reader, SearchOutcome::stopped);
        search.value = reader.get<double>();
        search.lower_bound = reader.get<double>();
        search.labels = reader.get_vector<Index>();
        searches.push_back(std::move(search));
    }
    return searches;
}

} // namespace exahca
