#include "exahca/model/linear_sem.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

Matrix random_matrix(RandomStream& random, Index rows, Index cols)
{
    Matrix matrix(rows, cols);
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < cols; ++j) matrix(i, j) = random.normal();
    return matrix;
}

struct Case
{
    std::vector<Matrix> unmixing;
    CandidateOrder order;
    std::vector<double> sizes;
};

Case random_case(std::uint64_t seed, int domains, int factors, int benchmarks)
{
    RandomStream random({.seed = seed, .purpose = "test-linear-sem", .name = {}});
    Case result;
    for (int k = 0; k < domains; ++k) {
        result.unmixing.push_back(random_matrix(random, factors, benchmarks));
        auto const shuffle = random.permutation(static_cast<std::uint64_t>(factors));
        result.order.rows.emplace_back(shuffle.begin(), shuffle.end());
        result.sizes.push_back(100.0 + 50 * k);
    }
    return result;
}

Matrix permuted(Matrix const& matrix, std::vector<int> const& rows)
{
    Matrix result(matrix.rows(), matrix.cols());
    for (Index i = 0; i < matrix.rows(); ++i) result.row(i) = matrix.row(rows[static_cast<std::size_t>(i)]);
    return result;
}

// Section 3 of method.md word by word, with singular value decompositions of the stacks.
struct Direct
{
    Matrix unmixing;
    Matrix level_inexactness;
    double value;
};

Direct fit_directly(Case const& input, Objective objective)
{
    auto const domains = static_cast<Index>(input.unmixing.size());
    Index const m = input.unmixing[0].rows();
    Index const d = input.unmixing[0].cols();
    double total = 0;
    for (double const size : input.sizes) total += size;
    Direct result{Matrix::Zero(m, d), Matrix(m, domains), 0};
    for (Index i = m - 1; i >= 0; --i) {
        Matrix stack(domains, d);
        for (Index k = 0; k < domains; ++k) {
            auto const at = static_cast<std::size_t>(k);
            Eigen::RowVectorXd row = permuted(input.unmixing[at], input.order.rows[at]).row(i);
            for (Index j = m - 1; j > i; --j) row -= row.dot(result.unmixing.row(j)) * result.unmixing.row(j);
            stack.row(k) = row * (objective == Objective::n_weighted ? std::sqrt(input.sizes[at]) : 1.0);
        }
        result.unmixing.row(i) = Eigen::JacobiSVD<Matrix>(stack, Eigen::ComputeThinV).matrixV().col(0).transpose();
    }
    for (Index k = 0; k < domains; ++k) {
        auto const at = static_cast<std::size_t>(k);
        Matrix const rows = permuted(input.unmixing[at], input.order.rows[at]);
        Matrix const triangle = (rows * result.unmixing.transpose()).triangularView<Eigen::Upper>();
        Matrix const exactness =
            triangle * result.unmixing * rows.transpose() * (rows * rows.transpose()).inverse().eval();
        for (Index i = 0; i < m; ++i)
            result.level_inexactness(i, k) = 1 - exactness(i, i) * exactness(i, i) / exactness.row(i).squaredNorm();
        double const coefficient = result.level_inexactness.col(k).mean();
        if (objective == Objective::mic)
            result.value = std::max(result.value, coefficient);
        else
            result.value += coefficient * (objective == Objective::mean ? 1.0 / static_cast<double>(domains)
                                                                        : input.sizes[at] / total);
    }
    return result;
}

TEST(LinearSem, agrees_with_the_formulas_written_out)
{
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        int const factors = 1 + static_cast<int>(seed % 5);
        int const benchmarks = factors + static_cast<int>(seed % 7) * 2;
        auto const input = random_case(seed, 1 + static_cast<int>(seed % 6), factors, benchmarks);
        for (auto const objective : {Objective::mic, Objective::mean, Objective::n_weighted}) {
            auto const sem = fit_linear_sem(input.unmixing, input.order, objective, input.sizes);
            auto const direct = fit_directly(input, objective);
            EXPECT_NEAR(sem.value, direct.value, 1e-10) << seed;
            EXPECT_LT((sem.level_inexactness - direct.level_inexactness).cwiseAbs().maxCoeff(), 1e-9) << seed;
            for (Index i = 0; i < factors; ++i) // up to the sign
                EXPECT_NEAR(std::fabs(sem.unmixing.row(i).dot(direct.unmixing.row(i))), 1, 1e-12) << seed;
        }
    }
}

TEST(LinearSem, has_orthonormal_rows_with_positive_largest_entries)
{
    auto const input = random_case(3, 4, 4, 9);
    auto const sem = fit_linear_sem(input.unmixing, input.order);
    EXPECT_LT((sem.unmixing * sem.unmixing.transpose() - Matrix::Identity(4, 4)).norm(), 1e-13);
    for (Index i = 0; i < 4; ++i) EXPECT_GT(sem.unmixing.row(i).maxCoeff(), -sem.unmixing.row(i).minCoeff());
    for (auto const& triangle : sem.triangles) EXPECT_TRUE(triangle.isUpperTriangular(0));
}

TEST(LinearSem, an_exact_hierarchy_is_exact_and_read_back)
{
    RandomStream random({.seed = 5, .purpose = "test-linear-sem", .name = {}});
    Matrix const any = random_matrix(random, 6, 3);
    Matrix const shared = Matrix(Eigen::HouseholderQR<Matrix>(any).householderQ() * Matrix::Identity(6, 3)).transpose();
    std::vector<Matrix> unmixing;
    for (int k = 0; k < 4; ++k) {
        Matrix triangle = random_matrix(random, 3, 3).triangularView<Eigen::Upper>();
        triangle.diagonal().array() += 3;
        unmixing.push_back(triangle * shared);
    }
    auto const sem = fit_linear_sem(unmixing, first_order(4, 3));
    EXPECT_LT(sem.value, 1e-25);
    for (auto const& exactness : sem.exactness) EXPECT_LT((exactness - Matrix::Identity(3, 3)).norm(), 1e-12);
    auto const reading = read_causally(sem.unmixing, sem.triangles);
    for (std::size_t k = 0; k < 4; ++k) {
        // z = W e and z = A z + diag(W) e must be the same factors, and G z must undo the unmixing.
        auto const& mixing = reading.mixing[k];
        Matrix const again = reading.weights[k] * mixing + Matrix(mixing.diagonal().asDiagonal());
        EXPECT_LT((again - mixing).norm(), 1e-12);
        Matrix const sources = unmixing[k] * reading.loadings * mixing; // e in level order from e in causal order
        EXPECT_LT((sources.rowwise().reverse() - Matrix::Identity(3, 3)).norm(), 1e-12);
        EXPECT_TRUE(mixing.isLowerTriangular(0));
    }
}

TEST(LinearSem, level_one_costs_nothing_when_factors_fill_the_space)
{
    auto const input = random_case(9, 3, 4, 4);
    auto const sem = fit_linear_sem(input.unmixing, input.order);
    for (Index k = 0; k < 3; ++k) EXPECT_EQ(sem.level_inexactness(0, k), 0);
    // The rows of all domains spanning a smaller space than that of the scores must make no difference.
    auto wide = input;
    RandomStream random({.seed = 2, .purpose = "test-linear-sem", .name = {}});
    Matrix const any = random_matrix(random, 9, 4);
    Matrix const embedding = Matrix(Eigen::HouseholderQR<Matrix>(any).householderQ() * Matrix::Identity(9, 4));
    for (auto& matrix : wide.unmixing) matrix = matrix * embedding.transpose();
    EXPECT_NEAR(fit_linear_sem(wide.unmixing, wide.order).value, sem.value, 1e-12);
}

TEST(LinearSem, refuses_what_it_cannot_fit)
{
    auto const input = random_case(1, 3, 2, 4);
    auto const fit = [&](std::vector<Matrix> const& unmixing) { (void)OrderProblem(unmixing, Objective::mic); };
    EXPECT_THROW(fit({}), InvalidInput);
    auto broken = input.unmixing;
    broken[1].resize(2, 5);
    broken[1].setOnes();
    EXPECT_THROW(fit(broken), InvalidInput);
    broken = input.unmixing;
    broken[2].row(1) = 3 * broken[2].row(0);
    EXPECT_THROW(fit(broken), InvalidInput);
    broken[2].row(1).setZero();
    EXPECT_THROW(fit(broken), InvalidInput);
    broken = input.unmixing;
    broken[0](1, 1) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(fit(broken), InvalidInput);
    broken[0](1, 1) = std::numeric_limits<double>::infinity();
    EXPECT_THROW(fit(broken), InvalidInput);
    broken = {Matrix::Random(5, 4)};
    EXPECT_THROW(fit(broken), InvalidInput);
    for (auto const& sizes : {std::vector<double>{}, {1, 2}, {1, 2, 0}, {1, 2, -1}})
        EXPECT_THROW(OrderProblem(input.unmixing, Objective::n_weighted, sizes), InvalidInput);
    auto order = input.order;
    order.rows[0] = {0, 0};
    EXPECT_THROW((void)fit_linear_sem(input.unmixing, order), InvalidInput);
}

} // namespace
} // namespace exahca
