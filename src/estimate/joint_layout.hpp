#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"

#include <cstdint>

namespace exahca {

/// Adds what the estimator `joint` alone stores of an estimate: likelihoods of the orders, the optima and how far they
/// can be told apart and, where it is noise-aware, the noise and the fitted model.
void add_joint_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks);

} // namespace exahca
