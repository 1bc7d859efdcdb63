#include "noise_kernels.hpp"

namespace exahca::detail {

NoiseKernels const& noise_kernels()
{
#if defined(__x86_64__)
    static bool const has_avx2 = __builtin_cpu_supports("avx2") != 0;
    if (has_avx2) return avx2_noise_kernels();
#endif
    return baseline_noise_kernels();
}

} // namespace exahca::detail
