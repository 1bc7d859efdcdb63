#pragma once

#include "exahca/estimate/setting_fields.hpp"

#include <string>
#include <vector>

namespace exahca::testing {

// Another value than the default, of every type that a field of Setting has. A field of a new type needs one here.
inline std::vector<std::string> another(std::vector<std::string> const&) { return {"a/b", "a_b", "ä, \"+\" %"}; }
inline std::string another(std::string const&) { return "1=b1"; }
inline int another(int value) { return value + 2; }
inline std::int64_t another(std::int64_t value) { return value + (std::int64_t{1} << 40); }
inline double another(double value) { return value / 2 + 1.0 / 3; }
inline bool another(bool value) { return !value; }
inline Estimator another(Estimator) { return Estimator::published; }
inline Contrast another(Contrast) { return Contrast::cube; }
inline Objective another(Objective) { return Objective::n_weighted; }
inline NoiseModel another(NoiseModel) { return NoiseModel::aware; }
inline Screening another(Screening) { return Screening::fit; }
inline DensityFamily another(DensityFamily) { return DensityFamily::sas; }

/// A setting in which no field has its default, but for the rule of screening, which goes without a share.
inline Setting unusual_setting()
{
    Setting setting;
    for_each_setting_field([&](auto const& field) { setting.*field.member = another(setting.*field.member); });
    setting.tolerance = 1e-7;              // within its range
    setting.density = DensityFamily::mog2; // sas has no noise-aware likelihood
    setting.screening = Screening::share;
    setting.factors = 4; // fewer than the benchmarks of the tests
    return setting;
}

} // namespace exahca::testing
