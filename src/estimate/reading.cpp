#include "reading.hpp"

#include "exahca/model/effects.hpp"

namespace exahca {

Reading read_order(Matrix const& unmixing, Matrix const& factor_scores, std::span<Matrix const> triangles,
                   Moments const& pooled, std::span<Index const> labels)
{
    Reading reading{labels.empty() ? align_with_benchmarks(factor_scores, pooled)
                                   : align_to_labels(factor_scores, pooled, labels),
                    {},
                    {},
                    {}};
    // Causal reading in factors z first, then in aligned ones z' = L z.
    auto const unaligned = read_causally(unmixing, triangles);
    reading.causal = align_reading(reading.alignment, unaligned.mixing);
    // z' = L z, so the loadings on z' are those on z times L^-1, whatever weighs the factors.
    reading.causal.loadings = reading.alignment.transform.triangularView<Eigen::Lower>()
                                  .transpose()
                                  .solve(unaligned.loadings.transpose())
                                  .transpose();
    for (auto const& mixing : reading.causal.mixing) {
        reading.total_effects.push_back(total_effects(mixing));
        reading.benchmark_effects.push_back(benchmark_effects(reading.causal.loadings, mixing));
    }
    return reading;
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
