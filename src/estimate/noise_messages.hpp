#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "noise_shapes.hpp"

#include <utility>
#include <vector>

namespace exahca {

using CountedOptima = std::vector<std::pair<NoiseOptimum, int>>; ///< with the fits that ended at each

// Parts of messages between ranks: what is read is what was written, to the last bit. What reads throws InvalidInput
// where a message ends early or holds more values than it has room for.

void put(ByteWriter& writer, NoiseParameters const& parameters);
void put(ByteWriter& writer, CountedOptima const& optima);
void put(ByteWriter& writer, std::vector<SourceCandidate> const& candidates);
/// All but the number of evaluations.
void put(ByteWriter& writer, JointFit const& fit);

[[nodiscard]] NoiseParameters get_noise_parameters(ByteReader& reader);
[[nodiscard]] CountedOptima get_optima(ByteReader& reader);
[[nodiscard]] std::vector<SourceCandidate> get_candidates(ByteReader& reader);
[[nodiscard]] JointFit get_joint_fit(ByteReader& reader);

} // namespace exahca
