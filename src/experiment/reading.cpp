#include "reading.hpp"

#include "exahca/model/effects.hpp"

namespace exahca {
namespace {

Reading finish(Alignment alignment, CausalReading const& unaligned)
{
    Reading reading{std::move(alignment), {}, {}, {}};
    reading.causal = align_reading(reading.alignment, unaligned.mixing);
    for (auto const& mixing : reading.causal.mixing) {
        reading.total_effects.push_back(total_effects(mixing));
        reading.benchmark_effects.push_back(benchmark_effects(reading.causal.loadings, mixing));
    }
    return reading;
}

} // namespace

Reading read_order(Matrix const& unmixing, std::span<Matrix const> triangles, Moments const& pooled)
{
    return finish(align_with_benchmarks(unmixing, pooled), read_causally(unmixing, triangles));
}

Reading read_order(Matrix const& unmixing, std::span<Matrix const> triangles, Moments const& pooled,
                   std::span<Index const> labels)
{
    return finish(align_to_labels(unmixing, pooled, labels), read_causally(unmixing, triangles));
}

void put_reading(RecordBuilder& record, Reading const& reading)
{
    auto const& r2 = reading.alignment.label_r2;
    record.set("alignment_r2", std::span(r2.data(), static_cast<std::size_t>(r2.size())));
    record.set("loadings", reading.causal.loadings);
    record.set("factor_weights", reading.alignment.factors);
    record.set("coefficients", reading.causal.weights);
    record.set("total_effects", reading.total_effects);
    record.set("benchmark_effects", reading.benchmark_effects);
}

} // namespace exahca
