#include "exahca/model/matrix_bytes.hpp"

#include "exahca/core/error.hpp"

#include <span>

namespace exahca {

void put_matrix(ByteWriter& writer, Matrix const& matrix)
{
    writer.put(matrix.rows());
    writer.put(matrix.cols());
    writer.put_span(std::span<double const>(matrix.data(), static_cast<std::size_t>(matrix.size())));
}

Matrix get_matrix(ByteReader& reader)
{
    auto const rows = reader.get<Index>(), columns = reader.get<Index>();
    auto const values = reader.get_vector<double>();
    // Products of damaged numbers might overflow.
    bool const fits =
        rows >= 0 && columns >= 0 &&
        (columns == 0 ? values.empty() : std::ssize(values) % columns == 0 && std::ssize(values) / columns == rows);
    if (!fits) throw InvalidInput("a matrix in a message is damaged");
    return Eigen::Map<Matrix const>(values.data(), rows, columns);
}

} // namespace exahca
