#define EXAHCA_KERNEL_TABLE baseline_kernels
#include "numerics/density_kernels.inl"
