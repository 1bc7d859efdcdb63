#include "exahca/numerics/orthogonal.hpp"

#include <Eigen/Eigenvalues>

namespace exahca {

std::optional<Matrix> decorrelate_rows(Matrix const& rows)
{
    // With W W' = E diag(l) E' the result is E diag(l)^(-1/2) E' W.
    Matrix const gram = rows * rows.transpose();
    if (!gram.allFinite()) return std::nullopt;
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(gram);
    auto const& rising = solver.eigenvalues();
    if (solver.info() != Eigen::Success || !(rising(0) > 1e-12 * rising(rising.size() - 1))) return std::nullopt;
    auto const& vectors = solver.eigenvectors();
    Matrix const projected = rising.cwiseSqrt().cwiseInverse().asDiagonal() * (vectors.transpose() * rows);
    return Matrix(vectors * projected);
}

Matrix random_orthogonal(RandomStream& stream, Index m)
{
    for (;;) {
        Matrix normals(m, m);
        for (Index i = 0; i < m; ++i)
            for (Index j = 0; j < m; ++j) normals(i, j) = stream.normal();
        // The distribution of the normals does not change under rotations, and neither does that of the orthogonal
        // factor of their polar decomposition. A (nearly) singular draw is replaced; that hardly ever happens.
        if (auto orthogonal = decorrelate_rows(normals)) return *std::move(orthogonal);
    }
}

} // namespace exahca
