#include "search/kernel_bodies.hpp"

namespace exahca {

Kernels const& x86_64_v3_kernels();

Kernels const& x86_64_v3_kernels()
{
    static constexpr Kernels kernels{dispatch_tuples, dispatch_rows, dispatch_pairs, "x86-64-v3"};
    return kernels;
}

} // namespace exahca
