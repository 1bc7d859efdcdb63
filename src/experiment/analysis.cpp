#include "analysis.hpp"

#include "exahca/core/error.hpp"
#include "published_analysis.hpp"

namespace exahca {

std::vector<double> analyse_estimate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                     RandomKey const& key, std::string& note)
{
    if (setting.estimator == Estimator::published) return published_estimate(setting, layout, data, key, note);
    throw NumericalFailure("the joint estimator is not part of this version");
}

std::vector<double> analyse_replicate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                      RandomKey const& key, RecordView const& estimate, std::string& /*note*/)
{
    if (setting.estimator == Estimator::published) return published_replicate(setting, layout, data, key, estimate);
    throw NumericalFailure("the joint estimator is not part of this version");
}

} // namespace exahca
