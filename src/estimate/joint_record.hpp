#pragma once

#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/numerics/moments.hpp"

namespace exahca {

/// The table of orders: first the answer, all of it from the winning optimum, then the starting orders by falling
/// likelihood, without the answer's own order.
void put_orders(RecordBuilder& record, Setting const& setting, JointEstimate const& estimate);

/// The optima of the likelihood and how far they can be told apart.
/// \param pooled  moments of the raw scores, by which factors are named
void put_optima(RecordBuilder& record, JointEstimate const& estimate, Moments const& pooled);

/// How the components of each domain were found. \param context  of the estimate
void put_components(RecordBuilder& record, JointEstimate const& estimate);

/// The answer in a record of replicates: from the winning optimum, and from the next one with the same residual model.
void put_answer(RecordBuilder& record, JointEstimate const& estimate);

} // namespace exahca
