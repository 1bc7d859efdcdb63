#pragma once

#include "exahca/profile/treatment_effects.hpp"
#include "exahca/text/fit_facts.hpp"

#include <string>

namespace exahca {

/// What `exahca effects` says.
struct EffectsReport
{
    FitFacts fit;
    double rate = 0.05; ///< false discovery rate up to which a difference is told
    TreatmentEffects found;
};

/// A table for each level of the treatment, and what can be read as cause.
[[nodiscard]] std::string to_text(EffectsReport const& report);
/// One line per level and quantity; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(EffectsReport const& report);
[[nodiscard]] std::string to_json(EffectsReport const& report);

} // namespace exahca
