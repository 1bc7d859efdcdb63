#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/centred_domain.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Small data sets that follow the model x = mu_k + H' B_k^-1 e + noise, for tests of the joint fit.
struct JointSimulation
{
    Matrix unmixing;            ///< H
    std::vector<Matrix> scores; ///< models x benchmarks
    std::vector<std::string> names;
};

inline Matrix random_matrix(RandomStream& random, Index rows, Index columns)
{
    Matrix matrix(rows, columns);
    for (double& x : matrix.reshaped()) x = random.normal();
    return matrix;
}

/// Each domain about its mean.
inline std::vector<CentredDomain> centred(std::vector<Matrix> const& scores)
{
    std::vector<CentredDomain> domains;
    for (Matrix const& matrix : scores) domains.push_back(centre(matrix));
    return domains;
}

/// Sources with two peaks and Laplace sources by turns. The flag is left to the caller.
/// \param loadings  d x m, the first factor's last
inline JointSimulation simulate_sources(RandomStream& random, Matrix const& loadings, std::vector<Index> const& sizes,
                                        double noise)
{
    JointSimulation simulation;
    Index const m = loadings.cols(), d = loadings.rows();
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        Matrix mixing = Matrix::Zero(m, m);
        for (Index i = 0; i < m; ++i)
            for (Index j = i; j < m; ++j) mixing(i, j) = i == j ? 8 + 3 * random.uniform() : 8 * random.normal();
        Matrix sources(sizes[k], m);
        for (Index j = 0; j < m; ++j)
            for (Index r = 0; r < sizes[k]; ++r) {
                double const sign = random.uniform() < 0.5 ? -1 : 1;
                sources(r, j) = j % 2 == 0 ? 0.9 * sign + 0.4 * random.normal() : sign * random.exponential() / 1.41;
            }
        Matrix x = sources * mixing.transpose() * loadings.transpose() + noise * random_matrix(random, sizes[k], d);
        simulation.scores.push_back(x.array() + 30);
        simulation.names.push_back("domain-" + std::to_string(k));
    }
    return simulation;
}

inline JointSimulation simulate_joint(std::uint64_t seed, Index m, Index d, std::vector<Index> const& sizes,
                                      double noise)
{
    RandomStream random({seed, "joint-simulation", 0, "", 0});
    Matrix h = random_matrix(random, m, d);
    for (Index i = m - 1; i >= 0; --i) {
        for (Index j = m - 1; j > i; --j) h.row(i) -= h.row(i).dot(h.row(j)) * h.row(j);
        h.row(i).normalize();
    }
    auto simulation = simulate_sources(random, h.transpose(), sizes, noise);
    simulation.unmixing = h;
    return simulation;
}

} // namespace exahca
