#include "exahca/model/linear_sem.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/prefix_fit.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

void check_order(OrderProblem const& problem, CandidateOrder const& order)
{
    if (!is_candidate_order(order, problem.domains(), problem.factors()))
        throw InvalidInput("not a candidate order",
                           fmt::format("it must hold {} permutations of {} rows", problem.domains(), problem.factors()),
                           "give one permutation for each domain");
}

// The row of every domain that stands at a level, counted from 1.
std::vector<std::uint8_t> rows_at(CandidateOrder const& order, int level)
{
    std::vector<std::uint8_t> rows;
    for (auto const& domain : order.rows)
        rows.push_back(static_cast<std::uint8_t>(domain[static_cast<std::size_t>(level - 1)]));
    return rows;
}

// Takes a direction of the quotient space back to the whole: undoes the reflections, the last first.
Vector lift(std::vector<Reflection> const& reflections, std::vector<double> const& direction)
{
    Vector lifted = Eigen::Map<Vector const>(direction.data(), static_cast<Index>(direction.size()));
    for (auto reflection = reflections.rbegin(); reflection != reflections.rend(); ++reflection) {
        // The dropped last axis comes back with the coordinate 0; a reflection is its own inverse.
        lifted.conservativeResize(lifted.size() + 1);
        lifted(lifted.size() - 1) = 0;
        Eigen::Map<Vector const> const mirror(reflection->mirror.data(), lifted.size());
        lifted -= reflection->scale * mirror.dot(lifted) * mirror;
    }
    return lifted;
}

Eigen::RowVectorXd with_largest_entry_positive(Vector const& direction)
{
    Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    return (direction(largest) < 0 ? Vector(-direction) : direction).transpose();
}

// Row l of the result is the one that the order puts at level l + 1.
Matrix permuted_rows(Matrix const& matrix, std::vector<int> const& rows)
{
    Matrix result(matrix.rows(), matrix.cols());
    for (std::size_t l = 0; l < rows.size(); ++l) result.row(static_cast<Index>(l)) = matrix.row(rows[l]);
    return result;
}

} // namespace

LinearSem fit_linear_sem(OrderProblem const& problem, std::span<Matrix const> unmixing, CandidateOrder const& order)
{
    check_order(problem, order);
    Index const m = problem.factors();
    LinearSem sem;
    sem.order = order;
    sem.unmixing.resize(m, problem.basis().rows());
    sem.level_inexactness.resize(m, problem.domains());
    PrefixFit prefix(problem);
    LevelFit fit;
    std::vector<Reflection> reflections;
    // The same fold as evaluate_order and the search; what comes besides are the directions.
    for (Index level = m; level >= 1; --level) {
        auto const rows = rows_at(order, static_cast<int>(level));
        prefix.fit(rows, fit);
        // The direction lives in the quotient space of the levels placed so far: lifted through their reflections,
        // then from the basis of the rows' span to score space.
        sem.unmixing.row(level - 1) = with_largest_entry_positive(problem.basis() * lift(reflections, fit.direction));
        for (Index k = 0; k < problem.domains(); ++k)
            sem.level_inexactness(level - 1, k) = fit.inexactness[static_cast<std::size_t>(k)];
        reflections.push_back(reflection_to_last_axis(fit.direction));
        prefix.place(rows, fit);
    }
    sem.value = prefix.value();
    sem.inexactness.resize(problem.domains());
    for (Index k = 0; k < problem.domains(); ++k)
        sem.inexactness(k) = prefix.sums()[static_cast<std::size_t>(k)] / static_cast<double>(m);
    for (std::size_t k = 0; k < unmixing.size(); ++k) {
        Matrix const rows = permuted_rows(unmixing[k], order.rows[k]);
        Matrix const triangle = (rows * sem.unmixing.transpose()).triangularView<Eigen::Upper>();
        sem.triangles.push_back(triangle);
        // C_k = B_k H M_k^+, all rows in the order of levels.
        sem.exactness.push_back(triangle * sem.unmixing *
                                Eigen::CompleteOrthogonalDecomposition<Matrix>(rows).pseudoInverse());
    }
    return sem;
}

LinearSem fit_linear_sem(std::span<Matrix const> unmixing, CandidateOrder const& order, Objective objective,
                         std::span<double const> sizes)
{
    return fit_linear_sem(OrderProblem(unmixing, objective, sizes), unmixing, order);
}

CausalReading read_causally(Matrix const& unmixing, std::span<Matrix const> triangles)
{
    CausalReading reading;
    reading.loadings = unmixing.transpose().rowwise().reverse();
    Index const m = unmixing.rows();
    Matrix const identity = Matrix::Identity(m, m);
    for (auto const& triangle : triangles) {
        if (!(triangle.diagonal().cwiseAbs().minCoeff() > 0))
            throw NumericalFailure("a domain's triangle B_k is singular: its order has no causal reading");
        // z = B_k^-1 e in levels; in causal order rows and columns are reversed, which makes lower triangular what was
        // upper: W_k = reversed B_k^-1.
        Matrix const inverse = triangle.triangularView<Eigen::Upper>().solve(identity);
        Matrix const mixing = inverse.reverse().triangularView<Eigen::Lower>();
        Matrix const reversed = triangle.reverse(); // W_k^-1
        Matrix const weights = identity - Matrix(mixing.diagonal().asDiagonal() * reversed);
        reading.mixing.push_back(mixing);
        reading.weights.push_back(weights.triangularView<Eigen::StrictlyLower>());
    }
    return reading;
}

OrderValue evaluate_order(OrderProblem const& problem, CandidateOrder const& order)
{
    check_order(problem, order);
    PrefixFit prefix(problem);
    LevelFit fit;
    for (int level = problem.factors(); level >= 1; --level) {
        auto const rows = rows_at(order, level);
        prefix.fit(rows, fit);
        prefix.place(rows, fit);
    }
    // The value is that of the fold, not computed anew: bit for bit what a search has.
    OrderValue result{prefix.value(), {}};
    for (double const sum : prefix.sums()) result.inexactness.push_back(sum / problem.factors());
    return result;
}

} // namespace exahca
