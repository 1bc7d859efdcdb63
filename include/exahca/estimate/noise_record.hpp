#pragma once

#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"

#include <string>
#include <vector>

namespace exahca {

/// What an estimate of the noise-aware likelihood stores beyond others.
void add_noise_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks);
void put_noise(RecordBuilder& record, JointEstimate const& estimate);

/// What a user should know before trusting a noise-aware estimate. See joint_warnings.
[[nodiscard]] std::vector<std::string> noise_warnings(JointOptions const& options, std::span<std::string const> names,
                                                      JointEstimate const& estimate);

} // namespace exahca
