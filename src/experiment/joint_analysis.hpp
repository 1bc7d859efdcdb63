#pragma once

#include "analysis_request.hpp"
#include "contender.hpp"
#include "exahca/core/activity.hpp"
#include "exahca/experiment/joint_estimator.hpp"
#include "noise_search.hpp"
#include "replicate_data.hpp"

#include <span>

namespace exahca {

/// What a setting says to the estimator, with the effort of a replicate; bounds and items are left to the caller.
[[nodiscard]] JointOptions joint_options(Setting const& setting, RandomKey const& key);

/// The estimator `joint`: joint maximum likelihood of the best starting orders (method.md, section 5). See analysis.hpp
/// for parameters and errors.
/// \param more_orders  ranks of further candidate orders to start from: the best of the landscape, where it was
///                     computed
/// \param unscreened   the same data before screening, for the comparison with and without
/// \param activity     is told what is going on
[[nodiscard]] AnalysisRecord joint_estimate(AnalysisRequest const& request, ReplicateData const& data,
                                            ReplicateData const& unscreened, std::span<std::int64_t const> more_orders,
                                            Activity& activity);
/// One independent search of that estimate, as write_noise_search has it.
[[nodiscard]] Bytes joint_search(AnalysisRequest const& request, ReplicateData const& data,
                                 std::span<std::int64_t const> more_orders, int index, Activity& activity);
[[nodiscard]] AnalysisRecord joint_replicate(AnalysisRequest const& request, ReplicateData const& data,
                                             RecordView const& estimate);

/// The optima of any data, with the effort of a replicate.
/// \param request  its layout does not matter
[[nodiscard]] Contenders joint_contenders(AnalysisRequest const& request, ReplicateData const& data);

/// What the fits of a landscape start from; the same for all its ranges.
struct Landscape
{
    JointContext context;             ///< whose components the candidate orders are about
    std::optional<NoiseOrders> noise; ///< where the likelihood is noise-aware
};
[[nodiscard]] Landscape make_landscape(Setting const& setting, ReplicateData const& data, RandomKey const& key);

/// The joint fits of the candidate orders of one range.
[[nodiscard]] std::vector<double> joint_landscape(Setting const& setting, RecordLayout const& layout,
                                                  Landscape const& landscape, std::int64_t range);

} // namespace exahca
