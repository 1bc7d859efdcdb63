#define EXAHCA_NOISE_KERNELS baseline_noise_kernels
#include "noise_kernels.inl"
