#pragma once

#include "exahca/model/joint_fit.hpp"

#include <utility>

namespace exahca::detail {

/// The free parameters of a fit as one vector: V, T_k, shapes, log psi, in coordinates in which the objective is about
/// equally curved in all directions. Without that L-BFGS needs several times more steps.
///
/// Given V the sources do not interact, so the row of T_k and the shapes of one source make up one block. It is scaled
/// by the Cholesky factor of its empirical Fisher information at the start. V is scaled by how much tilting it costs in
/// residuals.
class JointPacking
{
public:
    /// Brings `start` into the form in which it is packed: V with orthonormal rows in whitened coordinates, its
    /// triangular factor moved into the T_k; log psi present when it is released.
    ///
    /// \throws NumericalFailure  when V has no full rank in whitened coordinates, or a T_k is singular
    JointPacking(std::span<CentredDomain const> domains, JointParameters& start, FitOptions const& options);

    [[nodiscard]] Vector pack(JointParameters const& parameters) const;
    void unpack(Vector const& point, JointParameters& parameters) const;
    /// From derivatives with respect to the parameters to those with respect to the vector.
    void pack_gradient(JointGradient const& gradient, Vector& by_point) const;

    [[nodiscard]] bool has_residuals() const { return residuals_; }
    /// Bounds of every coordinate; +-log 4 for log psi, infinite for the rest.
    [[nodiscard]] std::pair<Vector, Vector> bounds() const;

private:
    /// Source j of domain k: entries from `first` of its row of T_k, then its shapes.
    struct Block
    {
        /// `offset` and `size` say where the block stands in the vector.
        std::size_t domain;
        Index source, first, offset, size;
        Matrix to_packed, from_packed; ///< size x size, inverse to each other
    };

    void prepare_subspace(Matrix const& covariance, JointParameters& start);
    void add_block(CentredDomain const& domain, Matrix const& projected, JointParameters const& start, Block block,
                   double models);

    SourcePattern pattern_;
    bool subspace_;  // V moves
    bool residuals_; // log psi moves
    Index size_ = 0;
    Index benchmarks_ = 0;
    Matrix whitening_, unwhitening_; // r x d and d x r: to and from pooled whitened coordinates
    // V = turn_ (C / stiffness_) whitening_, division by entries; C is what is packed.
    Matrix turn_, stiffness_; // m x m and m x r
    std::vector<Block> blocks_;
};

} // namespace exahca::detail
