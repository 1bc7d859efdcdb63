#pragma once

#include "exahca/text/fit_facts.hpp"

#include <string>

namespace exahca {

/// What is in the intervals of single models and what is not, in sentences.
[[nodiscard]] std::string fit_notes(FitFacts const& fit);

} // namespace exahca
