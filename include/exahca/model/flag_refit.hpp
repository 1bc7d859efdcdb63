#pragma once

#include "exahca/model/joint_starts.hpp"

#include <span>
#include <vector>

namespace exahca {

/// A source to start from: its coefficients on x - mu_k, and its shapes.
struct SourceStart
{
    Eigen::RowVectorXd coefficients; ///< benchmarks
    Vector shapes;
    DensityFamily family = DensityFamily::mog3; ///< never extended
};

/// The sources of one domain that its ICA and other fits have found. One list per domain.
using SourceStarts = std::vector<std::vector<SourceStart>>;

/// The ICA components of every domain, and the sources of `fits`.
[[nodiscard]] SourceStarts collect_source_starts(JointContext const& context, std::span<JointFit const* const> fits);

/// Maximises the penalised likelihood over T_k and shapes at a fixed subspace and metric, triangular T_k.
///
/// With V fixed every source of every domain stands alone: its row of T_k and its shapes. So each is fitted from all
/// `starts` of its domain, projected on the subspace's last rows, and from the source that stands there in `at`; the
/// best is kept. That is a far wider search than any number of starts of a joint fit (cost: about that of half a joint
/// fit).
///
/// \return parameters with V and metric of `at`; its penalised likelihood is never below that of `at`
[[nodiscard]] JointFit refit_at_flag(JointContext const& context, JointParameters const& at, SourceStarts const& starts,
                                     MinimizerOptions const& minimizer);

/// Parameters at another basis of the same subspace, for refits at other flags of the same span: with the basis A V of
/// `at`'s V, A m x m and invertible, T_k becomes the upper triangle of T_k A^-1.
/// \param subspace  A V, factors x benchmarks
[[nodiscard]] JointParameters with_flag(JointParameters const& at, Matrix const& subspace);

} // namespace exahca
