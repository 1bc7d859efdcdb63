#pragma once

#include "exahca/experiment/record.hpp"
#include "exahca/experiment/setting.hpp"
#include "replicate_data.hpp"

#include <string>
#include <vector>

namespace exahca {

/// The estimator `published`: FastICA in every domain, then the orders of lowest inexactness (method.md, sections 2 to
/// 4). See analysis.hpp for parameters and errors.
[[nodiscard]] std::vector<double> published_estimate(Setting const& setting, RecordLayout const& layout,
                                                     ReplicateData const& data, RandomKey const& key, std::string& note);
[[nodiscard]] std::vector<double> published_replicate(Setting const& setting, RecordLayout const& layout,
                                                      ReplicateData const& data, RandomKey const& key,
                                                      RecordView const& estimate);

} // namespace exahca
