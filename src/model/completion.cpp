#include "exahca/model/completion.hpp"

#include "exahca/core/check.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace exahca {

// In two passes: sums of squares are about the mean.
ColumnMoments column_moments(Matrix const& scores)
{
    ColumnMoments moments{Vector(scores.cols()), Vector(scores.cols()), Vector(scores.cols())};
    for (Index j = 0; j < scores.cols(); ++j) {
        double sum = 0, squares = 0, count = 0;
        for (double const x : scores.col(j))
            if (!std::isnan(x)) sum += x, ++count;
        double const mean = sum / count; // NaN where nothing is known
        for (double const x : scores.col(j))
            if (!std::isnan(x)) squares += (x - mean) * (x - mean);
        moments.means[j] = mean;
        moments.squares[j] = squares;
        moments.counts[j] = count;
    }
    return moments;
}

namespace {

/// Rows that know the same columns.
struct KnownColumns
{
    std::vector<Index> known, missing, rows;
};

std::vector<KnownColumns> group_by_known(Matrix const& scores)
{
    // Rows that know the same columns share one regression. Groups come in the order of their first rows.
    std::map<std::vector<bool>, std::size_t> places;
    std::vector<KnownColumns> groups;
    for (Index i = 0; i < scores.rows(); ++i) {
        std::vector<bool> known(static_cast<std::size_t>(scores.cols()));
        for (Index j = 0; j < scores.cols(); ++j) known[static_cast<std::size_t>(j)] = !std::isnan(scores(i, j));
        auto const [place, is_new] = places.emplace(known, groups.size());
        if (is_new) {
            groups.emplace_back();
            for (Index j = 0; j < scores.cols(); ++j)
                (known[static_cast<std::size_t>(j)] ? groups.back().known : groups.back().missing).push_back(j);
        }
        groups[place->second].rows.push_back(i);
    }
    return groups;
}

/// Regression of a group's missing columns on its known ones.
struct Regression
{
    Matrix coefficients; ///< missing x known
    Matrix covariance;   ///< of what is left, missing x missing
};

// Conditional distribution of the missing columns given the known ones, for a Gaussian of this covariance.
Regression regress(KnownColumns const& group, Matrix const& covariance)
{
    Matrix const cross = covariance(group.missing, group.known), left = covariance(group.missing, group.missing);
    if (group.known.empty()) return {Matrix(cross.rows(), 0), left};
    // The ridge on the diagonal of the covariance keeps this positive definite.
    Matrix const within = covariance(group.known, group.known);
    Matrix const coefficients = Eigen::LLT<Matrix>(within).solve(cross.transpose()).transpose();
    return {coefficients, left - coefficients * cross.transpose()};
}

} // namespace

Matrix complete_by_means(Matrix const& scores, Vector const& deviations)
{
    Vector const means = column_moments(scores).means;
    Matrix filled = scores;
    for (Index i = 0; i < scores.rows(); ++i) {
        double sum = 0, count = 0;
        for (Index j = 0; j < scores.cols(); ++j)
            if (!std::isnan(scores(i, j))) sum += (scores(i, j) - means[j]) / deviations[j], ++count;
        // How many deviations the row is above the columns' means, on average over its known scores.
        double const above = count > 0 ? sum / count : 0;
        for (Index j = 0; j < scores.cols(); ++j)
            if (std::isnan(scores(i, j))) filled(i, j) = means[j] + above * deviations[j];
    }
    return filled;
}

namespace {

// All columns vary.
GaussianCompletion complete_varying(Matrix const& scores)
{
    constexpr int most_steps = 500;
    constexpr double settled = 1e-6, ridge = 1e-3;
    auto const moments = column_moments(scores);
    Vector const variances = moments.variances();
    auto const groups = group_by_known(scores);
    Index const d = scores.cols();
    Vector mean = moments.means;
    // From the known scores of each column and no correlations; from there EM.
    Matrix covariance = variances.asDiagonal();
    GaussianCompletion result{scores, Matrix::Zero(scores.rows(), d)};
    for (int step = 0; step < most_steps; ++step) {
        // Expectation: missing scores given the known ones. Their variance belongs to the second moments.
        Matrix spread = Matrix::Zero(d, d);
        for (auto const& group : groups) {
            if (group.missing.empty()) continue;
            auto const regression = regress(group, covariance);
            for (Index const i : group.rows) {
                Vector const known = (scores.row(i).transpose() - mean)(group.known);
                result.means(i, group.missing) = (mean(group.missing) + regression.coefficients * known).transpose();
                result.deviations(i, group.missing) =
                    regression.covariance.diagonal().cwiseMax(0).cwiseSqrt().transpose();
            }
            spread(group.missing, group.missing) += static_cast<double>(group.rows.size()) * regression.covariance;
        }
        // Maximisation: moments of the completed table, the missing scores' conditional covariances added.
        Vector const next = result.means.colwise().mean().transpose();
        Matrix const centred = result.means.rowwise() - next.transpose();
        Matrix later = (centred.transpose() * centred + spread) / static_cast<double>(scores.rows());
        later.diagonal() += ridge * variances;
        // In deviations. Means alone do not tell: they stand still at first, while nothing is known of correlations.
        Vector const scales = variances.cwiseSqrt();
        Matrix const change =
            scales.cwiseInverse().asDiagonal() * (later - covariance) * scales.cwiseInverse().asDiagonal();
        double const moved =
            std::max(change.cwiseAbs().maxCoeff(), (next - mean).cwiseQuotient(scales).cwiseAbs().maxCoeff());
        covariance = std::move(later);
        mean = next;
        if (step > 0 && moved < settled) break;
    }
    return result;
}

} // namespace

GaussianCompletion complete_by_gaussian(Matrix const& scores)
{
    auto const moments = column_moments(scores);
    Vector const variances = moments.variances();
    std::vector<Index> varying;
    for (Index j = 0; j < scores.cols(); ++j)
        if (variances[j] > 0) varying.push_back(j); // false for NaN
    GaussianCompletion result{scores, Matrix::Zero(scores.rows(), scores.cols())};
    for (Index j = 0; j < scores.cols(); ++j)
        // Constant columns are filled with their value, those without scores stay NaN; the Gaussian is of the others.
        result.means.col(j) = scores.col(j).array().isNaN().select(moments.means[j], scores.col(j));
    if (varying.empty()) return result;
    auto const part = complete_varying(scores(Eigen::all, varying));
    result.means(Eigen::all, varying) = part.means;
    result.deviations(Eigen::all, varying) = part.deviations;
    return result;
}

Matrix complete_by_low_rank(Matrix const& scores, Index rank)
{
    constexpr int most_steps = 1000;
    constexpr double settled = 1e-6;
    Index const d = scores.cols();
    EXAHCA_EXPECT(rank >= 1 && rank < d);
    auto const missing = scores.array().isNaN().eval();
    // 0 is the mean, as columns are centred.
    Matrix filled = missing.select(0, scores);
    for (int step = 0; step < most_steps; ++step) {
        // Right singular vectors and squared singular values, those first that are least.
        Eigen::SelfAdjointEigenSolver<Matrix> const solver(Matrix(filled.transpose() * filled));
        double const noise = solver.eigenvalues().head(d - rank).mean();
        Matrix const vectors = solver.eigenvectors().rightCols(rank);
        // A singular value l becomes (l^2 - s^2)/l, so a principal component keeps the share 1 - s^2/l^2; none where
        // l^2 <= s^2.
        Vector const kept = (1 - noise / solver.eigenvalues().tail(rank).array().max(noise)).matrix();
        Matrix const fitted = filled * vectors * kept.asDiagonal() * vectors.transpose();
        Matrix const next = missing.select(fitted, filled);
        double const moved = (next - filled).cwiseAbs().maxCoeff();
        filled = next;
        if (moved < settled) break;
    }
    return filled;
}

} // namespace exahca
