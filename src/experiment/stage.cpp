#include "exahca/experiment/stage.hpp"

#include "exahca/estimate/analyser.hpp"

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

bool shares_search(Setting const& setting) { return analyser_of(setting).shares_search(setting); }

} // namespace exahca
