#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// Which base model each row of a table belongs to. Names are those of the strings given, which have to outlive this.
struct RowDomains
{
    /// The different names in the order of their first rows, behind an empty one, which is that of rows without.
    std::vector<std::string_view> names{""};
    std::vector<std::uint32_t> of_row; ///< places in `names`
};
[[nodiscard]] RowDomains domains_of(std::span<std::string const> base_models);

/// The rows of each of these names, ascending.
[[nodiscard]] std::vector<std::vector<Index>> rows_of(RowDomains const& domains);

} // namespace exahca
