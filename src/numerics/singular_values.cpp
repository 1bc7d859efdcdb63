#include "exahca/numerics/singular_values.hpp"

#include <Eigen/SVD>
#include <memory>
#include <new>

namespace exahca {

Vector singular_values(Matrix const& matrix)
{
    // Eigen 3.4 makes the first step's decomposition anew in the place of the old one; when that throws, the destructor
    // frees it a second time. So an object that ran out of memory is never destroyed: it leaks what it still holds.
    auto decomposition = std::make_unique<Eigen::JacobiSVD<Matrix>>();
    try {
        decomposition->compute(matrix);
    } catch (std::bad_alloc const&) {
        static_cast<void>(decomposition.release()); // NOLINT(bugprone-unused-return-value)
        throw;
    }
    return decomposition->singularValues();
}

} // namespace exahca
