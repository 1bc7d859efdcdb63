#include "search/kernel_bodies.hpp"

namespace exahca {

Kernels const& portable_kernels()
{
    static constexpr Kernels kernels{dispatch_tuples, dispatch_rows, dispatch_pairs, "portable"};
    return kernels;
}

} // namespace exahca
