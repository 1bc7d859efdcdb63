#include "exahca/results/stored_version.hpp"

#include "exahca/core/error.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace exahca {

FormatVersion format_version_of(DataGroup const& root)
{
    auto const* value = root.find_attribute("format_version");
    auto const* numbers = value == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(value);
    if (numbers == nullptr || numbers->size() != 2)
        throw InvalidInput("the file has no format version", "attribute \"format_version\" is not two integers",
                           "make the file again");
    return {(*numbers)[0], (*numbers)[1]};
}

} // namespace exahca
