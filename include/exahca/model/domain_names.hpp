#pragma once

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Names of base models that differ in nothing but small and capital letters, spaces, "_" and "-": each of these lists,
/// of two names at least, is probably one base model. Names within a list are in the order given.
[[nodiscard]] std::vector<std::vector<std::string>> spelling_variants(std::span<std::string const> names);

} // namespace exahca
