#include "exahca/experiment/stage.hpp"

#include "exahca/model/candidate_order.hpp"

namespace exahca {

std::string_view to_string(Stage stage)
{
    switch (stage) {
    case Stage::landscapes:
        return "landscape";
    case Stage::estimates:
        return "estimates";
    case Stage::replicates:
        return "replicates";
    }
    return "";
}

Stage stage_of(ReplicateKind kind)
{
    if (kind == ReplicateKind::landscape) return Stage::landscapes;
    return kind == ReplicateKind::estimate ? Stage::estimates : Stage::replicates;
}

bool shares_search(Setting const& setting)
{
    return setting.estimator == Estimator::published &&
           log10_order_count(static_cast<int>(setting.domains.size()), setting.factors) >= 5;
}

} // namespace exahca
