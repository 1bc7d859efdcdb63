#include "exahca/model/shared_subspace.hpp"

#include "exahca/core/error.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace exahca {
namespace {

TEST(SharedSubspace, finds_the_span_and_whitens_the_pooled_covariance)
{
    auto const simulation = simulate_joint(1, 3, 6, {400, 300, 200}, 0.5);
    auto const domains = centred(simulation.scores);
    SharedSubspace const shared = find_shared_subspace(domains, 3);
    EXPECT_LT(largest_principal_angle(shared.projection, simulation.unmixing), 1.5);
    Matrix const white = shared.projection * pooled_covariance(domains) * shared.projection.transpose();
    EXPECT_LT((white - Matrix::Identity(3, 3)).norm(), 1e-10);
}

// One domain: probabilistic principal components, whose maximum is known (Tipping and Bishop 1999).
TEST(SharedSubspace, one_domain_gives_its_principal_components)
{
    auto const simulation = simulate_joint(2, 2, 5, {300}, 3);
    auto const domains = centred(simulation.scores);
    SharedSubspace const shared = find_shared_subspace(domains, 2);
    Eigen::SelfAdjointEigenSolver<Matrix> const solver(domains[0].covariance, Eigen::EigenvaluesOnly);
    Vector const variances = solver.eigenvalues(); // ascending: the first three are left outside
    double const log_determinant = variances.tail(2).array().log().sum() + 3 * std::log(variances.head(3).mean());
    double const expected = -300.0 / 2 * (5 * std::log(2 * std::numbers::pi) + log_determinant + 5);
    EXPECT_NEAR(shared.log_likelihood, expected, 1e-3);
}

TEST(SharedSubspace, square_case_is_the_unrestricted_normal_model)
{
    auto const simulation = simulate_joint(3, 3, 3, {100, 80}, 1);
    auto const domains = centred(simulation.scores);
    double expected = 0;
    for (auto const& domain : domains)
        expected -= static_cast<double>(domain.models()) / 2 *
                    (3 * std::log(2 * std::numbers::pi) + 3 + std::log(domain.covariance.determinant()));
    EXPECT_NEAR(find_shared_subspace(domains, 3).log_likelihood, expected, 1e-8 * std::abs(expected));
}

TEST(SharedSubspace, impossible_data_are_refused_with_a_reason)
{
    auto simulation = simulate_joint(4, 2, 4, {50, 40}, 1);
    simulation.scores[1] = Matrix(simulation.scores[1].topRows(3));
    EXPECT_THROW(static_cast<void>(find_shared_subspace(centred(simulation.scores), 2)), NumericalFailure);

    auto constant = simulate_joint(5, 2, 3, {50, 40}, 1);
    for (Matrix& scores : constant.scores) scores.rightCols(2).setConstant(1);
    EXPECT_THROW(static_cast<void>(find_shared_subspace(centred(constant.scores), 2)), NumericalFailure);
}

} // namespace
} // namespace exahca
