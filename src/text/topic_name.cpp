#include "exahca/read/certainty.hpp"

#include <stdexcept>

namespace exahca {

std::string_view topic_name(Topic topic)
{
    switch (topic) {
    case Topic::the_same:
        return "";
    case Topic::no_estimate:
        return "No estimate";
    case Topic::direction:
        return "Direction";
    case Topic::names:
        return "Names";
    case Topic::certainty:
        return "Certainty";
    case Topic::by_level:
        return "By level";
    case Topic::factor:
        return "Factor";
    case Topic::details:
        return "Details";
    case Topic::truth:
        return "Truth";
    case Topic::assumptions:
        return "Assumptions";
    case Topic::subspace:
        return "Subspace";
    case Topic::hierarchy:
        return "Hierarchy";
    case Topic::by_bic:
        return "By BIC";
    case Topic::searches:
        return "Searches";
    case Topic::noise:
        return "Noise";
    case Topic::items:
        return "Items";
    case Topic::missing:
        return "Missing";
    case Topic::anchors:
        return "Anchors";
    case Topic::exact:
        return "If exact";
    case Topic::if_true:
        return "If true";
    case Topic::no_control:
        return "No control";
    case Topic::placebo:
        return "Placebo";
    case Topic::calibrated:
        return "Calibrated";
    case Topic::influence:
        return "Influence";
    case Topic::bottom_line:
        return "Bottom line";
    case Topic::everywhere:
        return "Everywhere";
    case Topic::varying:
        return "Varying";
    case Topic::order:
        return "Order";
    case Topic::domain_sets:
        return "Domain sets";
    case Topic::contrasts:
        return "Contrasts";
    case Topic::densities:
        return "Densities";
    case Topic::estimators:
        return "Estimators";
    case Topic::factors:
        return "Factors";
    case Topic::likelihoods:
        return "Likelihoods";
    case Topic::screening:
        return "Screening";
    case Topic::choice:
        return "Choice";
    case Topic::settings:
        return "Settings";
    case Topic::by_chance:
        return "By chance";
    case Topic::ranked_by:
        return "Ranked by";
    case Topic::commonest:
        return "Commonest";
    case Topic::by_name:
        return "By name";
    case Topic::warning:
        return "Warning";
    case Topic::scores:
        return "Scores";
    case Topic::unscreened:
        return "Unscreened";
    case Topic::next:
        return "Next";
    case Topic::log_likelihood:
        return "Likelihood";
    case Topic::base_models:
        return "Base models";
    }
    throw std::logic_error("a topic has no name");
}

} // namespace exahca
