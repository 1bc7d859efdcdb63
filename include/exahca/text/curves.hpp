#pragma once

#include "exahca/profile/capability_curves.hpp"
#include "exahca/text/fit_facts.hpp"

#include <string>

namespace exahca {

/// What `exahca effects --curve` says.
struct CurvesReport
{
    FitFacts fit;
    CapabilityCurves found;
};

/// A table for each capability, base model by base model.
[[nodiscard]] std::string to_text(CurvesReport const& report);
/// One line per base model, quarter and capability; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(CurvesReport const& report);
[[nodiscard]] std::string to_json(CurvesReport const& report);

} // namespace exahca
