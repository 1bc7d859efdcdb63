#pragma once

#include <cstdint>

namespace exahca {

/// Digest (XXH3, 64 bits) of a small fixed computation: the C library's exp, log and tanh, and the estimates of both
/// estimators on a small simulated leaderboard, with the functions that tasks run (whitening, FastICA, search for
/// orders, densities, joint fit). Processors or libraries that give other bits anywhere in it have another digest;
/// equal digests are no proof that they agree everywhere. Takes some hundredths of a second.
[[nodiscard]] std::uint64_t kernel_fingerprint();

} // namespace exahca
