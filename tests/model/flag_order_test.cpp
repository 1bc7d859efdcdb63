#include "exahca/model/flag_order.hpp"

#include "exahca/model/linear_sem.hpp"
#include "support/joint_simulation.hpp"

#include <Eigen/QR>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace exahca {
namespace {

RandomStream stream(std::uint64_t seed) { return RandomStream({seed, "flag-order-test", 0, "", 0}); }

std::vector<Matrix> random_domains(RandomStream& random, int count, Index m, Index d)
{
    std::vector<Matrix> domains;
    for (int k = 0; k < count; ++k) domains.push_back(random_matrix(random, m, d));
    return domains;
}

// The rows in the order of a list, level 1 first, as they would stand in M_k.
Matrix permuted(Matrix const& matrix, std::vector<int> const& rows)
{
    Matrix result(matrix.rows(), matrix.cols());
    for (Index i = 0; i < matrix.rows(); ++i) result.row(i) = matrix.row(rows[static_cast<std::size_t>(i)]);
    return result;
}

// Sum over levels of the inexactness of C_k = B_k H M_k^+, B_k = upper triangle of M_k H': method.md, section 3.
double total_inexactness(Matrix const& unmixing, Matrix const& h)
{
    Matrix const b = (unmixing * h.transpose()).triangularView<Eigen::Upper>();
    Matrix const c = b * h * unmixing.completeOrthogonalDecomposition().pseudoInverse();
    double sum = 0;
    for (Index i = 0; i < c.rows(); ++i) sum += 1 - c(i, i) * c(i, i) / c.row(i).squaredNorm();
    return sum;
}

Matrix orthonormal_flag(RandomStream& random, Index m, Index d)
{
    Matrix h = random_matrix(random, m, d);
    for (Index i = m - 1; i >= 0; --i) {
        for (Index j = m - 1; j > i; --j) h.row(i) -= h.row(i).dot(h.row(j)) * h.row(j);
        h.row(i).normalize();
    }
    return h;
}

TEST(FlagOrder, no_permutation_of_a_domain_is_less_inexact_at_the_flag)
{
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        auto random = stream(seed);
        Index const m = 1 + static_cast<Index>(seed % 5), d = m + static_cast<Index>(seed % 3);
        auto const domains = random_domains(random, 3, m, d);
        Matrix const h = orthonormal_flag(random, m, d);
        auto const order = order_at_flag(domains, h);
        ASSERT_TRUE(is_candidate_order(order, 3, static_cast<int>(m)));
        for (std::size_t k = 0; k < domains.size(); ++k) {
            double const found = total_inexactness(permuted(domains[k], order.rows[k]), h);
            std::vector<int> rows(static_cast<std::size_t>(m));
            std::iota(rows.begin(), rows.end(), 0);
            double least = found;
            do least = std::min(least, total_inexactness(permuted(domains[k], rows), h));
            while (std::next_permutation(rows.begin(), rows.end()));
            EXPECT_NEAR(found, least, 1e-9) << "seed " << seed;
        }
    }
}

TEST(FlagOrder, finds_the_order_of_an_exact_hierarchy_from_any_basis_of_its_flag)
{
    auto random = stream(20);
    Index const m = 4, d = 6;
    Matrix const h = orthonormal_flag(random, m, d);
    std::vector<Matrix> domains;
    CandidateOrder truth;
    for (int k = 0; k < 3; ++k) {
        Matrix b = random_matrix(random, m, m).triangularView<Eigen::Upper>();
        b.diagonal().array() += 3;
        auto const shuffle = random.permutation(static_cast<std::uint64_t>(m)); // row i of B H goes to row shuffle[i]
        Matrix rows(m, d);
        truth.rows.emplace_back();
        for (Index i = 0; i < m; ++i) {
            auto const place = static_cast<Index>(shuffle[static_cast<std::size_t>(i)]);
            rows.row(place) = (b * h).row(i);
            truth.rows.back().push_back(static_cast<int>(place));
        }
        domains.push_back(rows);
    }
    // Any rows with the same spans of the last 1, 2, .. are the same flag.
    Matrix basis = random_matrix(random, m, m).triangularView<Eigen::Upper>();
    basis.diagonal().array() += 3;
    EXPECT_EQ(order_at_flag(domains, basis * h), truth);
    for (double const inexactness : evaluate_order(OrderProblem(domains, Objective::mic), truth).inexactness)
        EXPECT_LT(inexactness, 1e-12);
}

TEST(FlagOrder, losses_are_those_of_the_levels)
{
    auto random = stream(30);
    auto const domains = random_domains(random, 1, 3, 3);
    Matrix const h = orthonormal_flag(random, 3, 3);
    Matrix const losses = level_losses(domains[0], h);
    EXPECT_GE(losses.minCoeff(), 0);
    EXPECT_LE(losses.maxCoeff(), 1);
    for (Index a = 0; a < 3; ++a) EXPECT_NEAR(losses(a, 0), 0, 1e-12) << "with m = d level 1 may use all of the space";
    std::vector<int> const rows{2, 0, 1};
    EXPECT_NEAR(losses(2, 0) + losses(0, 1) + losses(1, 2), total_inexactness(permuted(domains[0], rows), h), 1e-12);
}

} // namespace
} // namespace exahca
