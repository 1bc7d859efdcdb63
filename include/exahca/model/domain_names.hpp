#pragma once

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Names, of base models say, that differ in nothing but their spelling (core/spelling.hpp): each of these lists, of
/// two different names at least, is probably one. Names within a list are in the order given, each once.
[[nodiscard]] std::vector<std::vector<std::string>> spelling_variants(std::span<std::string const> names);

} // namespace exahca
