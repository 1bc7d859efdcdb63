#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Dimensions of one setting.
struct Extents
{
    Extent order, domain, level, source, benchmark, factor, effect, cause;

    Extents(Setting const& setting, std::int64_t benchmarks)
        : order{"order", setting.best}, domain{"domain", static_cast<std::int64_t>(setting.domains.size())},
          level{"level", setting.factors}, source{"source", setting.factors}, benchmark{"benchmark", benchmarks},
          factor{"factor", setting.factors}, effect{"effect", setting.factors}, cause{"cause", setting.factors}
    {
    }
};

/// Of the fits that a field speaks of.
inline constexpr char const* isotropic_residuals = "isotropic residuals";
inline constexpr char const* released_residuals = "residual weights as they are at the end";

/// Adds the log-likelihood of joint fits, their criteria, and whether they met their tolerance.
/// \param residuals  of the fits that the columns speak of
void add_likelihood_columns(RecordLayout& layout, std::vector<Extent> const& extents, std::string const& residuals);

} // namespace exahca
