#if defined(__x86_64__)
#define EXAHCA_KERNEL_TABLE avx2_kernels
#include "numerics/density_kernels.inl"
#endif
