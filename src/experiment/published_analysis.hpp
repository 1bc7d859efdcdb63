#pragma once

#include "contender.hpp"
#include "exahca/experiment/record.hpp"
#include "exahca/experiment/setting.hpp"
#include "exahca/search/order_search.hpp"
#include "replicate_data.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Unmixing matrices and sizes of all domains.
struct UnmixedDomains
{
    std::vector<Matrix> matrices;
    std::vector<double> sizes;
};
/// What the estimate's search starts from.
[[nodiscard]] UnmixedDomains unmix_for_estimate(Setting const& setting, ReplicateData const& data,
                                                RandomKey const& key);

/// The estimator `published`: FastICA in every domain, then the orders of lowest inexactness (method.md, sections 2 to
/// 4). See analysis.hpp for parameters and errors.
/// \param known  what a search shared out over the ranks has found already; null otherwise
[[nodiscard]] std::vector<double> published_estimate(Setting const& setting, RecordLayout const& layout,
                                                     ReplicateData const& data, RandomKey const& key,
                                                     SearchResult const* known, std::string& note);
[[nodiscard]] std::vector<double> published_replicate(Setting const& setting, RecordLayout const& layout,
                                                      ReplicateData const& data, RandomKey const& key,
                                                      RecordView const& estimate);
/// The best orders of any data, with the effort of the estimate.
[[nodiscard]] Contenders published_contenders(Setting const& setting, ReplicateData const& data, RandomKey const& key);

} // namespace exahca
