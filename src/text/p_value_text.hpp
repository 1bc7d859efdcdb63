#pragma once

#include <string>

namespace exahca {

/// "p = 0.036", below .001 "p < 0.001": one form wherever a sentence names a p-value.
[[nodiscard]] std::string p_value_text(double p);

} // namespace exahca
