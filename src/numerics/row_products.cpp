#include "exahca/numerics/row_products.hpp"

#include "exahca/core/check.hpp"
#include "numerics/density_kernels.hpp"

namespace exahca {

void combine_columns(Matrix const& x, Vector const& coefficients, Vector& out)
{
    EXAHCA_EXPECT(coefficients.size() == x.cols() && out.size() >= x.rows());
    // Columns of x are contiguous: the stride is the number of rows.
    auto const rows = static_cast<std::size_t>(x.rows());
    detail::kernels().combine_columns(x.data(), rows, rows, static_cast<std::size_t>(x.cols()), coefficients.data(),
                                      out.data());
}

void weigh_rows(Matrix const& x, Vector const& weights, Vector& out)
{
    EXAHCA_EXPECT(out.size() == x.cols() && weights.size() >= x.rows());
    auto const rows = static_cast<std::size_t>(x.rows());
    detail::kernels().weigh_rows(x.data(), rows, rows, static_cast<std::size_t>(x.cols()), weights.data(), out.data());
}

} // namespace exahca
