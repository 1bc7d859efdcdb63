#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/model/score_matrix.hpp"

namespace exahca {

/// Numbers of rows and columns, then all entries, column by column.
void put_matrix(ByteWriter& writer, Matrix const& matrix);
/// \throws InvalidInput  when there are fewer or more entries than that
[[nodiscard]] Matrix get_matrix(ByteReader& reader);

} // namespace exahca
