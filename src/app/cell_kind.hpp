#pragma once

#include <string>
#include <string_view>

namespace exahca {

/// What a cell holds that is no number and begins like one.
enum class CellKind {
    other,
    two_numbers, ///< "92.7/90.7", "60.1 ± 1.0 / 68.3 ± 1.1"
    time,        ///< "4:39.00", "1:02:15"
    date,        ///< "2024-05-31", "31.5.2024", "2023/12", with a time of the day or without
    season,      ///< two years one after the other: "2023-24", "2023/2024", "23/24"
    hash,        ///< six digits of base 16 or more, some of them letters and some not; a UUID
    address,     ///< "10.0.3.17", of the internet
    version,     ///< "15.3.1", "v2.0.0.1"
    identifier,  ///< "10X100": capital letters between digits, but for sizes such as "224X224"
};
/// \param cell  may be cut off, by "..."
[[nodiscard]] CellKind kind_of_cell(std::string_view cell);

/// A time in seconds, as it would be written: "279" for "4:39.00". \pre it is one
[[nodiscard]] std::string in_seconds(std::string_view time);

} // namespace exahca
