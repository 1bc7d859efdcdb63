#if defined(__x86_64__)
#define EXAHCA_NOISE_KERNELS avx2_noise_kernels
#include "noise_kernels.inl"
#endif
