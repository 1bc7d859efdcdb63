#pragma once

#include "exahca/core/random.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/replicate_kind.hpp"

#include <vector>

namespace exahca {

/// The scores that one task analyses, or that it draws them from.
struct ReplicateData
{
    std::vector<Matrix> scores; ///< one per domain of the setting, models x benchmarks; NaN where missing
    ScoreBounds bounds;         ///< of the whole table, also for drawn data; infinite where a scale has no known end
    BenchmarkItems items = {};
};

/// The models of which every score is known, for what cannot do without. Scores at a bound count as they stand.
/// \throws NumericalFailure  when a domain has none
[[nodiscard]] ReplicateData complete_rows(Setting const& setting, ReplicateData data);

/// Drops the models of every domain that the setting's estimator cannot use or its screening leaves out
/// (analysed_rows).
/// \throws NumericalFailure  when nothing of a domain is left or, with exact scores, not d + 1 different models
[[nodiscard]] ReplicateData screened(Setting const& setting, ReplicateData data);

/// Models of every domain drawn anew with replacement, with the key's seed, purpose and replicate and each domain's
/// name; not screened.
[[nodiscard]] ReplicateData resampled(Setting const& setting, ReplicateData const& data, RandomKey const& key);

/// The data as they are, screened; with the gaps that the estimator can use.
[[nodiscard]] ReplicateData observed_data(Setting const& setting, Dataset const& dataset);

/// How many models of every domain the setting's estimator can use of the data as they are, where these are not all, as
/// a sentence for people; else empty.
[[nodiscard]] std::string unused_models(Setting const& setting, Dataset const& dataset);

/// The data of one replicate before it is screened itself: drawn with the key's seed, purpose and replicate and each
/// domain's name (method.md, sections 5 and 8).
///
/// Where scores are missing, resamples take models with their gaps. Placebos and splits rearrange complete rows, since
/// a rotation needs every score. Draws from the fit are draws from its mixtures and noise where it is noise-aware; else
/// sources and residuals of complete rows are resampled, each source by itself. Each draw then misses what a model
/// picked at random of its domain misses, and stands at a bound of the table that it lies beyond.
[[nodiscard]] ReplicateData drawn_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind,
                                       RandomKey const& key, RecordView const& estimate);

/// The data that one replicate analyses: drawn, and screened where the kind is (facts_of): resamples and data drawn
/// from the fit stand for data sets as they might have come in. Placebos and splits without control rearrange the
/// models that screening has left, and are analysed whole. \throws NumericalFailure  as screened() does
[[nodiscard]] ReplicateData replicate_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind,
                                           RandomKey const& key, RecordView const& estimate);

} // namespace exahca
