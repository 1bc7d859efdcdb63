#pragma once

#include "exahca/core/error.hpp"
#include "exahca/parallel/kernel_check.hpp"

#include <fmt/format.h>
#include <string>
#include <vector>

namespace exahca {

/// A warning when some ranks compute other bits than rank 0, else nothing.
/// \throws UsageError  where ranks run another program; instead of a warning, where identical ranks are required
[[nodiscard]] inline std::string judge_ranks(std::vector<RankKernels> const& kernels, bool require_identical)
{
    if (auto const others = differing_programs(kernels); !others.empty())
        throw UsageError(others, "they would not understand each other", "install the same program on all nodes");
    auto const differences = differing_ranks(kernels);
    if (differences.empty()) return {};
    if (require_identical)
        throw UsageError(differences, "--require-identical", "start on one type of processor, or leave the option out");
    return fmt::format("warning: {}: the last bits of results depend on who computes what", differences);
}

} // namespace exahca
