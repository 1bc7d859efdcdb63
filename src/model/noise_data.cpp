#include "exahca/model/noise_data.hpp"

#include "exahca/core/error.hpp"
#include "noise_rows.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace exahca {
namespace {

// Of the known scores of each benchmark: their sums, sums of squares about the domain's mean, and how many there are.
struct Spread
{
    Vector sums, squares, counts;
};

void add_spread(IncompleteScores const& domain, Spread& spread)
{
    for (Index j = 0; j < domain.scores.cols(); ++j) {
        double sum = 0, count = 0, square = 0;
        for (Index i = 0; i < domain.scores.rows(); ++i)
            // In two passes, as the squares are about the domain's own mean.
            if (domain.kinds(i, j) != ScoreKind::missing) {
                sum += domain.scores(i, j);
                ++count;
            }
        for (Index i = 0; i < domain.scores.rows(); ++i)
            if (domain.kinds(i, j) != ScoreKind::missing) {
                double const about = domain.scores(i, j) - sum / count;
                square += about * about;
            }
        spread.sums[j] += sum;
        spread.squares[j] += square;
        spread.counts[j] += count;
    }
}

double constexpr grid = 1 << 24; // steps in one deviation: 1e-7 of it, far below any score's noise

// Standardised scores of two tables that differ in units alone differ by rounding errors, unless they are rounded to a
// common grid. Missing scores stay NaN.
void standardise(Matrix& scores, Vector const& centres, Vector const& deviations)
{
    for (Index j = 0; j < scores.cols(); ++j)
        scores.col(j) = (((scores.col(j).array() - centres[j]) / deviations[j]) * grid).round() / grid;
}

// Parameters of scores times `deviations`; means are about the same origin.
NoiseParameters in_units(NoiseParameters parameters, Vector const& deviations)
{
    parameters.loadings = deviations.asDiagonal() * parameters.loadings;
    for (Vector& mean : parameters.means) mean = mean.cwiseProduct(deviations);
    parameters.log_psi.array() += 2 * deviations.array().log();
    for (Vector& known : parameters.known_noise) known = known.cwiseProduct(deviations.cwiseAbs2());
    return parameters;
}

// What the mean of the factors keeps of them in a complete row: (Phi^-1 + Gam)^-1 Gam, Gam = G' Psi^-1 G.
Matrix shrinkage(NoiseParameters const& gaussian, std::size_t k)
{
    Vector const noise = gaussian.noise_variances(k);
    Matrix const precision = gaussian.loadings.transpose() * noise.cwiseInverse().asDiagonal() * gaussian.loadings;
    Matrix const covariance = gaussian.mixing[k] * gaussian.mixing[k].transpose();
    Index const m = precision.rows();
    // Phi^-1 stands nowhere: (Phi^-1 + Gam)^-1 Gam = (1 + Phi Gam)^-1 Phi Gam.
    return (Matrix::Identity(m, m) + covariance * precision).partialPivLu().solve(covariance * precision);
}

} // namespace

Index NoiseData::models() const
{
    Index sum = 0;
    for (auto const& domain : domains) sum += domain.models();
    return sum;
}

std::vector<Index> absent_benchmarks(NoiseData const& data)
{
    std::vector<Index> absent;
    for (auto const& domain : data.domains) {
        std::set<Index> present;
        for (RowPattern const& pattern : domain.patterns) {
            present.insert(pattern.observed.begin(), pattern.observed.end());
            present.insert(pattern.censored.begin(), pattern.censored.end());
        }
        absent.push_back(domain.benchmarks() - std::ssize(present));
    }
    return absent;
}

NoiseData noise_data(std::span<Matrix const> scores, ScoreBounds const& bounds, std::span<Vector const> item_variances)
{
    Index const d = scores.front().cols();
    double const infinity = std::numeric_limits<double>::infinity();
    // Everything is classified in score units, where the bounds are; standardising moves scores and bounds alike.
    bool const none = bounds.floor.size() == 0;
    ScoreBounds const ends{none ? Vector(Vector::Constant(d, -infinity)) : bounds.floor,
                           none ? Vector(Vector::Constant(d, infinity)) : bounds.ceiling};
    std::vector<IncompleteScores> classified;
    for (Matrix const& domain : scores) classified.push_back(classify_scores(domain, ends));
    Spread spread{Vector::Zero(d), Vector::Zero(d), Vector::Zero(d)};
    for (auto const& domain : classified) add_spread(domain, spread);
    NoiseData data;
    Vector const counts = spread.counts.cwiseMax(1);
    data.centres = spread.sums.cwiseQuotient(counts);
    data.deviations = spread.squares.cwiseQuotient(counts).cwiseSqrt();
    for (Index i = 0; i < d; ++i)
        // A benchmark that nothing is known of has no unit to be standardised by.
        if (!(data.deviations[i] > 0))
            throw NumericalFailure(fmt::format("benchmark {} has no two different known scores in any domain", i + 1));
    auto const columns = columns_by_censoring(classified);
    Vector const log_deviations = data.deviations.array().log();
    for (auto& domain : classified) {
        standardise(domain.scores, data.centres, data.deviations);
        data.domains.push_back(group_rows(domain, columns));
        for (RowPattern const& pattern : data.domains.back().patterns)
            // Observed scores only: the probability of lying beyond a bound has no unit.
            data.log_volume += static_cast<double>(pattern.rows.size()) * log_deviations(pattern.observed).sum();
    }
    for (Vector const& variances : item_variances)
        data.known_noise.emplace_back(variances.cwiseQuotient(data.deviations.cwiseAbs2()));
    return data;
}

NoiseParameters in_score_units(NoiseParameters parameters, NoiseData const& data)
{
    auto scaled = in_units(std::move(parameters), data.deviations);
    for (Vector& mean : scaled.means) mean += data.centres;
    return scaled;
}

NoiseParameters in_standard_units(NoiseParameters parameters, NoiseData const& data)
{
    for (Vector& mean : parameters.means) mean -= data.centres;
    return in_units(std::move(parameters), data.deviations.cwiseInverse());
}

std::vector<Matrix> exact_rows(NoiseData const& data)
{
    std::vector<Matrix> exact;
    for (auto const& domain : data.domains) {
        std::vector<Index> rows;
        for (RowPattern const& pattern : domain.patterns)
            if (static_cast<Index>(pattern.observed.size()) == domain.benchmarks())
                rows.insert(rows.end(), pattern.rows.begin(), pattern.rows.end());
        // Patterns hold rows in groups; the domain's own order is restored.
        std::sort(rows.begin(), rows.end());
        exact.emplace_back(domain.scores(rows, Eigen::all));
    }
    return exact;
}

std::vector<Matrix> factor_scores(std::span<PatternedScores const> domains, NoiseParameters const& gaussian)
{
    std::vector<Matrix> scores;
    for (std::size_t k = 0; k < domains.size(); ++k) {
        detail::DomainModel const model(gaussian, k);
        // The posterior mean of f = R_k e in a complete row is the shrinkage matrix times its generalised least
        // squares; this takes E[e] to the latter.
        Matrix const undo = shrinkage(gaussian, k).partialPivLu().solve(gaussian.mixing[k]);
        Matrix factors(domains[k].models(), gaussian.factors());
        for (RowPattern const& pattern : domains[k].patterns) {
            detail::PatternModel const part(model, pattern);
            detail::RowModel rows(part);
            for (Index const row : pattern.rows) {
                rows.evaluate_row(domains[k].scores.row(row));
                detail::PatternSums sums(model);
                rows.add_row(sums);
                factors.row(row) = (undo * sums.sources).transpose();
            }
        }
        scores.push_back(std::move(factors));
    }
    return scores;
}

NoiseParameters gaussian_of(NoiseParameters const& parameters)
{
    NoiseParameters gaussian = parameters;
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        auto const [mean, variance] = source_moments(source_mixtures(parameters.shapes[k]));
        Matrix const& mixing = parameters.mixing[k];
        // Sources may have means and variances other than 0 and 1: the means go to mu_k, the variances to R_k.
        gaussian.means[k] += parameters.loadings * mixing * mean;
        gaussian.mixing[k] = upper_factor(mixing * variance.asDiagonal() * mixing.transpose());
        gaussian.shapes[k] = Matrix::Zero(2, parameters.factors());
    }
    return gaussian;
}

NoiseParameters with_basis(NoiseParameters const& gaussian, Matrix const& basis)
{
    NoiseParameters moved = gaussian;
    // f becomes basis f, so G becomes G basis^-1. The covariance of the new factors is all that Gaussian sources
    // determine of R_k.
    moved.loadings = basis.transpose().partialPivLu().solve(gaussian.loadings.transpose()).transpose();
    for (Matrix& mixing : moved.mixing) mixing = upper_factor(basis * mixing * mixing.transpose() * basis.transpose());
    return moved;
}

Moments implied_moments(NoiseParameters const& parameters, std::size_t k, Index models)
{
    // A_k Cov(e) A_k' + Psi_k about mu_k + A_k E[e].
    auto const gaussian = gaussian_of(parameters);
    Matrix const mixing = gaussian.loadings * gaussian.mixing[k];
    Matrix covariance = mixing * mixing.transpose();
    covariance.diagonal() += gaussian.noise_variances(k);
    return {models, gaussian.means[k], std::move(covariance)};
}

Matrix upper_factor(Matrix const& covariance)
{
    // With rows and columns in reverse order the lower factor becomes an upper one.
    Eigen::LLT<Matrix> const cholesky(covariance.reverse());
    if (cholesky.info() != Eigen::Success) throw NumericalFailure("the factors of a domain have a singular covariance");
    return Matrix(cholesky.matrixL()).reverse();
}

} // namespace exahca
