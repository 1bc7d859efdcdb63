#pragma once

#include "contender.hpp"
#include "exahca/experiment/joint_estimator.hpp"
#include "exahca/experiment/record.hpp"
#include "exahca/experiment/setting.hpp"
#include "replicate_data.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// The estimator `joint`: joint maximum likelihood of the best starting orders (method.md, section 5). See analysis.hpp
/// for parameters and errors.
/// \param more_orders  ranks of further candidate orders to start from: the best of the landscape, where it was
/// computed \param unscreened   the same data before screening, for the comparison with and without
/// \param activity     is told what is going on
[[nodiscard]] std::vector<double> joint_estimate(Setting const& setting, RecordLayout const& layout,
                                                 ReplicateData const& data, ReplicateData const& unscreened,
                                                 RandomKey const& key, std::span<std::int64_t const> more_orders,
                                                 std::string& note, Activity& activity);
[[nodiscard]] std::vector<double> joint_replicate(Setting const& setting, RecordLayout const& layout,
                                                  ReplicateData const& data, RandomKey const& key,
                                                  RecordView const& estimate);

/// The optima of any data, with the effort of a replicate.
[[nodiscard]] Contenders joint_contenders(Setting const& setting, ReplicateData const& data, RandomKey const& key);

/// What the fits of a landscape start from; the same for all its ranges.
[[nodiscard]] JointContext landscape_context(Setting const& setting, ReplicateData const& data, RandomKey const& key);

/// The joint fits of the candidate orders of one range.
[[nodiscard]] std::vector<double> joint_landscape(Setting const& setting, RecordLayout const& layout,
                                                  JointContext const& context, std::int64_t range);

} // namespace exahca
