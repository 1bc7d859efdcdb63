#include "search/kernels.hpp"

namespace exahca {

#ifdef EXAHCA_X86_64_V3_KERNELS
Kernels const& x86_64_v3_kernels();

Kernels const& best_kernels()
{
    static bool const has_them = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    return has_them ? x86_64_v3_kernels() : portable_kernels();
}
#else
Kernels const& best_kernels() { return portable_kernels(); }
#endif

} // namespace exahca
