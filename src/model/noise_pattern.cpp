#include "noise_pattern.hpp"

#include "exahca/core/check.hpp"

#include <cmath>
#include <numbers>

namespace exahca::detail {

std::vector<Index> first_combination(SourceMixtures const& mixtures)
{
    return std::vector<Index>(static_cast<std::size_t>(mixtures.factors()), 0);
}

bool advance(std::vector<Index>& combination, SourceMixtures const& mixtures)
{
    for (auto c = combination.rbegin(); c != combination.rend(); ++c) {
        if (++*c < mixtures.components()) return true;
        *c = 0;
    }
    return false;
}

DomainModel::DomainModel(NoiseParameters const& parameters, std::size_t k)
    : mixtures(source_mixtures(parameters.shapes[k])), means(parameters.means[k]),
      log_noise(parameters.log_psi.array() + parameters.log_scales[static_cast<Index>(k)])
{
    noise = log_noise.array().exp();
    // Psi_k = known + s_k psi. A derivative by log psi or log s_k moves the second part alone, which is free_share of
    // the whole.
    if (!parameters.known_noise.empty()) {
        Vector const total = noise + parameters.known_noise[k];
        free_share = noise.cwiseQuotient(total);
        noise = total;
        log_noise = total.array().log();
    }
    mixing = parameters.loadings * parameters.mixing[k];
    weighted = noise.cwiseInverse().asDiagonal() * mixing;
}

PatternModel::PatternModel(DomainModel const& whole, RowPattern const& row_pattern)
    : domain(whole), pattern(row_pattern), known(row_pattern.observed)
{
    // Observed scores first: blocks of the first observed() rows are about these.
    known.insert(known.end(), pattern.censored.begin(), pattern.censored.end());
    means = domain.means(known);
    noise = domain.noise(known);
    mixing = domain.mixing(known, Eigen::all);
    weighted = domain.weighted(known, Eigen::all);
    // Small products as plain loops: Eigen's blocked ones add in an order that depends on the processor's caches.
    precision = weighted.topRows(observed()).transpose().lazyProduct(mixing.topRows(observed()));
    constant = 0;
    for (Index const i : pattern.observed) constant -= 0.5 * (domain.log_noise[i] + std::log(2 * std::numbers::pi));
}

PatternMoments pattern_moments(Matrix const& scores, RowPattern const& pattern)
{
    Matrix rows = scores(pattern.rows, pattern.observed);
    PatternMoments moments{rows.colwise().mean(), {}};
    rows.rowwise() -= moments.mean.transpose();
    // Eigen's large products split their sums by the size of the processor's caches; this one does not.
    moments.scatter.noalias() = rows.transpose().lazyProduct(rows);
    return moments;
}

PatternSums::PatternSums(DomainModel const& domain)
{
    Index const d = domain.mixing.rows(), m = domain.mixing.cols();
    residuals.setZero(d);
    squares.setZero(d);
    products.setZero(d, m);
    sources.setZero(m);
    source_squares.setZero(m, m);
    counts = firsts = seconds = Matrix::Zero(m, domain.mixtures.components());
}

void PatternSums::start_pattern()
{
    residuals.setZero();
    squares.setZero();
    products.setZero();
    sources.setZero();
    source_squares.setZero();
}

// Derivatives by A_k, mu_k, log psi_i and log s_k of docs/noise.md, section Gradient, from the expected sums of one
// pattern. E2 runs over the pattern's rows only, so each benchmark gets it from the rows that know it.
void add_gradient(PatternModel const& model, PatternSums const& sums, Matrix& by_mixing, Vector& by_means,
                  Vector& by_log_psi, double& by_log_scale)
{
    Matrix const explained = model.mixing.lazyProduct(sums.source_squares); // A E2
    for (std::size_t u = 0; u < model.known.size(); ++u) {
        auto const i = static_cast<Index>(u);
        Index const column = model.known[u];
        auto const a = model.mixing.row(i);
        // Sum of E[(r_i - a_i e)^2].
        double const squares = sums.squares[i] - 2 * sums.products.row(i).dot(a) + explained.row(i).dot(a);
        double by_psi = 0.5 * (squares / model.noise[i] - static_cast<double>(model.pattern.rows.size()));
        if (model.domain.free_share.size() > 0) by_psi *= model.domain.free_share[column];
        by_mixing.row(column) += (sums.products.row(i) - explained.row(i)) / model.noise[i];
        by_means[column] += (sums.residuals[i] - a.dot(sums.sources)) / model.noise[i];
        by_log_psi[column] += by_psi;
        by_log_scale += by_psi;
    }
}

// dlogit = N - n w, da = (M1 - N a)/v, dlog sigma = (M2 - 2 a M1 + N a^2)/v - N; rows of N sum to n.
Matrix shape_gradient(PatternSums const& sums, SourceMixtures const& mixtures)
{
    Index const m = mixtures.means.rows(), components = mixtures.means.cols();
    Matrix const weights = mixtures.log_weights.array().exp();
    Vector const rows = sums.counts.rowwise().sum();
    Matrix const logits = sums.counts - rows.asDiagonal() * weights;
    Matrix const means = (sums.firsts - sums.counts.cwiseProduct(mixtures.means)).cwiseQuotient(mixtures.variances);
    Matrix const squares = sums.seconds - 2 * mixtures.means.cwiseProduct(sums.firsts) +
                           mixtures.means.cwiseAbs2().cwiseProduct(sums.counts);
    Matrix const deviations = squares.cwiseQuotient(mixtures.variances) - sums.counts;
    Matrix gradient(3 * components - 1, m);
    gradient << logits.leftCols(components - 1).transpose(), means.transpose(), deviations.transpose();
    return gradient;
}

} // namespace exahca::detail
