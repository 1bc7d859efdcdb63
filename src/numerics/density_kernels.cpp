#include "numerics/density_kernels.hpp"

namespace exahca::detail {

KernelTable const& kernels()
{
#if defined(__x86_64__)
    // Decided once for the process. Both tables give the same bits, so ranks on different processors agree.
    static bool const has_avx2 = __builtin_cpu_supports("avx2") != 0;
    if (has_avx2) return avx2_kernels();
#endif
    return baseline_kernels();
}

} // namespace exahca::detail
