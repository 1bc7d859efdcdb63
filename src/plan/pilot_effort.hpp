#pragma once

#include <cstdint>

namespace exahca {

/// Tuples that the search of a replicate gets in a pilot, in about a second; that of an estimate gets more in
/// proportion.
inline constexpr std::int64_t pilot_replicate_tuples = 5'000'000;

} // namespace exahca
