#include "search/flag_cell_kernels.inl"

namespace exahca {

FlagCellKernels const& avx2_flag_kernels();

FlagCellKernels const& avx2_flag_kernels()
{
    static constexpr FlagCellKernels kernels{last_level, bound_second_level, combine, "avx2"};
    return kernels;
}

} // namespace exahca
