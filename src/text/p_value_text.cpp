#include "p_value_text.hpp"

#include "exahca/read/words.hpp"

namespace exahca {

std::string p_value_text(double p) { return p < 0.001 ? "p < 0.001" : "p = " + plain_number(p, 3); }

} // namespace exahca
