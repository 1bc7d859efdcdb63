#pragma once

#include "exahca/model/joint_fit.hpp"

#include <utility>

namespace exahca::detail {

/// The free parameters of a fit as one vector: V in whitened coordinates, T_k, shapes, log psi.
class JointPacking
{
  public:
    /// Brings `start` into the form in which it is packed: V with orthonormal rows in whitened coordinates, its
    /// triangular factor moved into the T_k; log psi present when it is released.
    ///
    /// \throws NumericalFailure  when V has no full rank in whitened coordinates
    JointPacking(std::span<CentredDomain const> domains, JointParameters& start, FitOptions const& options);

    [[nodiscard]] Vector pack(JointParameters const& parameters) const;
    void unpack(Vector const& point, JointParameters& parameters) const;
    /// From derivatives with respect to the parameters to those with respect to the vector.
    void pack_gradient(JointGradient const& gradient, Vector& by_point) const;

    [[nodiscard]] bool has_residuals() const { return residuals_; }
    /// Bounds of every coordinate; +-log 4 for log psi, infinite for the rest.
    [[nodiscard]] std::pair<Vector, Vector> bounds() const;

  private:
    SourcePattern pattern_;
    bool subspace_;  // V moves
    bool residuals_; // log psi moves
    Index size_ = 0;
    Matrix whitening_; // r x d: V = packed whitening
    Matrix unwhitening_; // d x r: packed = V unwhitening
};

} // namespace exahca::detail
