#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// Names that somebody may have meant: at most three, the closest first, by the number of bytes that were put in, left
/// out or changed; none of which more than half of `wanted` would have to change, nor more than one byte beyond the
/// closest.
[[nodiscard]] std::vector<std::string> close_names(std::string_view wanted, std::vector<std::string> const& names);

} // namespace exahca
