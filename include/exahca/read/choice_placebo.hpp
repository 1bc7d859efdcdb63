#pragma once

#include "exahca/read/summary.hpp"

namespace exahca {

/// p-values of placebos up to this are said to be low.
inline constexpr double usual_level = 0.05;

/// Whether a placebo was drawn for the choice among sets of base models alone (--choice-placebo): then it says nothing
/// of the setting by itself, and there is only `choice`, among settings of equally many base models.
[[nodiscard]] inline bool only_chooses(PlaceboSummary const& placebo)
{
    return placebo.choice.has_value() && placebo.replicates + placebo.failed == 0;
}

/// What p is at least with so many choices, however low the observed MIC is.
[[nodiscard]] inline double least_p(ChosenSetSummary const& choice)
{
    return 1.0 / static_cast<double>(choice.replicates + choice.failed + 1);
}

} // namespace exahca
