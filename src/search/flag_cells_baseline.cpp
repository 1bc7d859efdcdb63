#include "search/flag_cell_kernels.inl"

namespace exahca {

FlagCellKernels const& baseline_flag_kernels()
{
    static constexpr FlagCellKernels kernels{last_level, bound_second_level, combine, "baseline"};
    return kernels;
}

} // namespace exahca
