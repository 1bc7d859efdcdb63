#include "replicate_data.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/screening.hpp"

#include <fmt/format.h>

namespace exahca {
namespace {

/// Drops collapsed rows by the matrix's own median.
Matrix screened(Matrix scores, double threshold)
{
    if (threshold <= 0) return scores;
    auto const kept = rows_that_pass(scores, threshold);
    return static_cast<Index>(kept.size()) == scores.rows() ? scores : gather_rows(scores, kept);
}

Matrix resample(Dataset const& dataset, std::string const& domain, RandomKey key)
{
    key.name = domain;
    RandomStream stream(key);
    std::vector<std::int64_t> positions(static_cast<std::size_t>(dataset.models(domain)));
    stream.sample_with_replacement(positions.size(), positions);
    return dataset.resampled(domain, positions);
}

} // namespace

ReplicateData observed_data(Setting const& setting, Dataset const& dataset)
{
    ReplicateData data;
    for (auto const& domain : setting.domains) {
        data.drawn.push_back(dataset.models(domain));
        data.scores.push_back(screened(dataset.domain(domain), setting.screen));
    }
    return data;
}

ReplicateData replicate_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind, RandomKey const& key,
                             RecordView const& /*estimate*/)
{
    if (kind != ReplicateKind::bootstrap)
        throw NumericalFailure(fmt::format("replicates of kind {} are not computed by this version", to_string(kind)));
    ReplicateData data;
    for (auto const& domain : setting.domains) {
        data.drawn.push_back(dataset.models(domain));
        data.scores.push_back(screened(resample(dataset, domain, key), setting.screen));
    }
    return data;
}

} // namespace exahca
