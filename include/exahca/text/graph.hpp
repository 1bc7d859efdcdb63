#pragma once

#include "exahca/read/summary.hpp"

#include <string>

namespace exahca {

/// The causal graphs of all settings as one graph in the DOT language of Graphviz: one cluster for each setting, in it
/// one for each domain. Edges carry the weight and, where enough replicates agree, its interval; an edge whose interval
/// crosses zero, or that has none, is dashed. Settings without an estimate become a note.
[[nodiscard]] std::string to_dot(Summary const& summary);

} // namespace exahca
