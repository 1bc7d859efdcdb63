#include "exahca/model/noise_starts.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/model/noise_data.hpp"

#include "noise_rows.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

using detail::BlockModel;
using detail::DomainModel;
using detail::PatternModel;
using detail::PatternMoments;
using detail::PatternSums;

// Scores about their domains' means in units of the pooled standard deviations; 0 and no weight where missing.
struct Standardised
{
    // Of each domain, in score units; deviations of all of them, in score units.
    std::vector<Vector> means;
    Vector deviations;
    Matrix rows, known; // N x d
};

// 1 where a score is known, cut off or not, else 0: models x benchmarks.
Matrix known_scores(PatternedScores const& domain)
{
    Matrix known = Matrix::Zero(domain.models(), domain.benchmarks());
    for (RowPattern const& pattern : domain.patterns) {
        known(pattern.rows, pattern.observed).setOnes();
        known(pattern.rows, pattern.censored).setOnes();
    }
    return known;
}

// Bounds stand in for scores that are cut off: for a start that is good enough.
Standardised standardise(std::span<PatternedScores const> domains)
{
    Index const d = domains[0].benchmarks();
    Index rows = 0;
    for (auto const& domain : domains) rows += domain.models();
    Standardised all{{}, Vector(d), Matrix(rows, d), Matrix(rows, d)};
    rows = 0;
    for (auto const& domain : domains) {
        Matrix const known = known_scores(domain);
        Matrix values = (known.array() > 0).select(domain.scores, 0);
        // A benchmark that a domain never observed has no mean; 0 stands in its place and is never used.
        Vector const mean =
            values.colwise().sum().transpose().array() / known.colwise().sum().transpose().array().max(1);
        values = (values.rowwise() - mean.transpose()).cwiseProduct(known);
        all.means.push_back(mean);
        all.rows.middleRows(rows, domain.models()) = values;
        all.known.middleRows(rows, domain.models()) = known;
        rows += domain.models();
    }
    for (Index i = 0; i < d; ++i) {
        all.deviations[i] = all.rows.col(i).norm() / std::sqrt(std::max(1.0, all.known.col(i).sum()));
        if (!(all.deviations[i] > 0))
            throw NumericalFailure(fmt::format("benchmark {} has no two different known scores in any domain", i + 1));
    }
    all.rows = all.rows * all.deviations.cwiseInverse().asDiagonal();
    return all;
}

// Parameters of one standard Gaussian per source around loadings and noise variances that are given in units of the
// standard deviations; the result is in the units of the scores. R_k = 1, so at first all domains have factors of
// covariance 1.
NoiseParameters gaussian_parameters(Standardised const& all, Matrix const& loadings, Vector const& noise)
{
    Index const m = loadings.cols();
    std::size_t const domains = all.means.size();
    NoiseParameters parameters;
    parameters.loadings = all.deviations.asDiagonal() * loadings;
    parameters.mixing.assign(domains, Matrix::Identity(m, m));
    parameters.means = all.means;
    parameters.log_psi = noise.array().log() + 2 * all.deviations.array().log();
    parameters.log_scales = Vector::Zero(static_cast<Index>(domains));
    parameters.shapes.assign(domains, Matrix::Zero(2, m));
    return parameters;
}

// What the M step needs of benchmark i in one domain: sums over the rows that know it, of E[r], E[r^2], E[r e], E[e],
// E[e e']. r = x_i - mu_ki is about the present mean; with missing scores each benchmark has rows of its own.
struct BenchmarkSums
{
    double rows = 0, residuals = 0, squares = 0;
    Vector products, sources;
    Matrix source_squares;
};

struct DomainSums
{
    std::vector<BenchmarkSums> benchmarks;
    Matrix source_squares; // over all rows
    double log_likelihood = 0;
};

// For each of a domain's patterns without scores that are cut off what stands for its rows; else nothing.
std::vector<PatternMoments> all_moments(PatternedScores const& domain)
{
    std::vector<PatternMoments> all;
    for (RowPattern const& pattern : domain.patterns)
        all.push_back(pattern.censored.empty() ? detail::pattern_moments(domain.scores, pattern) : PatternMoments{});
    return all;
}

// The E step for domain k at the present parameters: expected sums for each benchmark, and the log likelihood before
// the step. Rows without scores that are cut off enter by their pattern's mean and scatter alone, because with one
// Gaussian per source all sums are linear in those.
DomainSums expect(PatternedScores const& domain, std::span<PatternMoments const> moments, std::size_t k,
                  NoiseParameters const& parameters)
{
    Index const m = parameters.factors();
    DomainSums all;
    all.source_squares = Matrix::Zero(m, m);
    all.benchmarks.resize(static_cast<std::size_t>(domain.benchmarks()),
                          {0, 0, 0, Vector::Zero(m), Vector::Zero(m), Matrix::Zero(m, m)});
    DomainModel const whole(parameters, k);
    BlockModel blocks(whole);
    Vector values = Vector::Zero(domain.models()); // of rows that have to be visited
    PatternSums sums(whole);
    for (std::size_t p = 0; p < moments.size(); ++p) {
        RowPattern const& pattern = domain.patterns[p];
        PatternModel const model(whole, pattern);
        sums.start_pattern();
        if (pattern.censored.empty() && BlockModel::covers(model))
            all.log_likelihood += blocks.visit_moments(model, moments[p], sums);
        else
            visit_rows(model, blocks, domain.scores, values, &sums);
        // Every benchmark that the pattern knows has all of the pattern's rows.
        all.source_squares += sums.source_squares;
        for (std::size_t u = 0; u < model.known.size(); ++u) {
            BenchmarkSums& one = all.benchmarks[static_cast<std::size_t>(model.known[u])];
            auto const place = static_cast<Index>(u);
            one.rows += static_cast<double>(pattern.rows.size());
            one.residuals += sums.residuals[place];
            one.squares += sums.squares[place];
            one.products += sums.products.row(place).transpose();
            one.sources += sums.sources;
            one.source_squares += sums.source_squares;
        }
    }
    for (double const value : values) all.log_likelihood += value;
    return all;
}

// What one benchmark's scores say of its loading g in one domain, with the mean profiled out: sums over rows of E[f
// f'], E[r f] and E[r^2], f = R_k e, each about its mean over these rows.
struct CentredSums
{
    Matrix factors;
    Vector products;
    double squares = 0, rows = 0;

    // Sum of E[(r - g'f)^2] at the best mean.
    [[nodiscard]] double residual(Vector const& loading) const
    {
        return squares - 2 * loading.dot(products) + loading.dot(factors * loading);
    }
};

// Centres the sums, and takes those in e to sums in f = R_k e.
CentredSums centred(BenchmarkSums const& one, Matrix const& mixing)
{
    Matrix const squares = one.source_squares - one.sources * one.sources.transpose() / one.rows;
    return {mixing * squares * mixing.transpose(), mixing * (one.products - one.residuals / one.rows * one.sources),
            one.squares - one.residuals * one.residuals / one.rows, one.rows};
}

// Where psi is the noise beyond a known one of each domain: the psi, at least `least`, that makes
// sum_k n_k log(known_k + psi) + squares_k / (known_k + psi) small. Each domain alone would take squares_k / n_k -
// known_k, so a stationary point lies between the least and the largest of these.
double free_noise(std::span<CentredSums const> sums, std::span<double const> known, Vector const& loading, double now,
                  double least)
{
    std::vector<double> squares;
    double low = std::numeric_limits<double>::infinity(), high = least;
    for (std::size_t k = 0; k < sums.size(); ++k) {
        squares.push_back(std::max(0.0, sums[k].residual(loading)));
        double const alone = squares[k] / sums[k].rows - known[k];
        low = std::min(low, alone);
        high = std::max(high, alone);
    }
    auto const cost = [&](double psi) {
        double sum = 0;
        for (std::size_t k = 0; k < sums.size(); ++k)
            sum += sums[k].rows * std::log(known[k] + psi) + squares[k] / (known[k] + psi);
        return sum;
    };
    auto const slope = [&](double psi) {
        double sum = 0;
        for (std::size_t k = 0; k < sums.size(); ++k)
            sum += (sums[k].rows - squares[k] / (known[k] + psi)) / (known[k] + psi);
        return sum;
    };
    // Bisection keeps the slope below 0 at `low`, and stops at once where the bound is already beyond the minimum.
    low = std::max(low, least);
    for (int step = 0; step < 60 && slope(low) < 0; ++step) {
        double const middle = 0.5 * (low + high);
        (slope(middle) < 0 ? low : high) = middle;
    }
    return cost(low) <= cost(now) ? low : now; // no step lowers the likelihood, whatever other minima there are
}

// The loading of benchmark i: least squares, or as it is.
Vector loading_of(Index i, Matrix const& factors, Vector const& products, SubspaceFit loadings,
                  NoiseParameters const& now)
{
    if (loadings == SubspaceFit::fixed) return now.loadings.row(i).transpose();
    return factors.ldlt().solve(products);
}

// Benchmark i alone where some of its noise is known. Its loading at the present noise, then the noise at this loading
// (expectation and conditional maximisation; X.-L. Meng and D. B. Rubin, Biometrika 80 (1993), 267).
void maximise_with_known(Index i, std::span<DomainSums const> sums, double least, SubspaceFit loadings,
                         NoiseParameters& next, NoiseParameters const& now)
{
    Index const m = now.factors();
    Matrix factors = Matrix::Zero(m, m);
    Vector products = Vector::Zero(m);
    std::vector<CentredSums> domains;
    std::vector<double> known;
    // Weights 1/Psi_ki at the present noise, Psi_ki = known_ki + psi_i; all s_k are 1 in factor analysis.
    double const psi = std::exp(now.log_psi[i]);
    for (std::size_t k = 0; k < sums.size(); ++k) {
        BenchmarkSums const& one = sums[k].benchmarks[static_cast<std::size_t>(i)];
        if (one.rows == 0) continue;
        domains.push_back(centred(one, now.mixing[k]));
        known.push_back(now.known_noise[k][i]);
        factors += domains.back().factors / (known.back() + psi);
        products += domains.back().products / (known.back() + psi);
    }
    Vector const loading = loading_of(i, factors, products, loadings, now);
    next.loadings.row(i) = loading.transpose();
    next.log_psi[i] = std::log(free_noise(domains, known, loading, std::max(psi, least), least));
    for (std::size_t k = 0; k < sums.size(); ++k) {
        BenchmarkSums const& one = sums[k].benchmarks[static_cast<std::size_t>(i)];
        if (one.rows > 0) next.means[k][i] += (one.residuals - loading.dot(now.mixing[k] * one.sources)) / one.rows;
    }
}

// Benchmark i alone: least squares of its scores on the factors f = R_k e, with an intercept in each domain.
// Expectations stand for what is not known, so the means' freedom is taken out by centring within domains.
void maximise_benchmark(Index i, std::span<DomainSums const> sums, Vector const& least_noise, SubspaceFit loadings,
                        NoiseParameters& next, NoiseParameters const& now)
{
    Index const m = now.factors();
    Matrix factors = Matrix::Zero(m, m);
    Vector products = Vector::Zero(m);
    double squares = 0, rows = 0;
    for (std::size_t k = 0; k < sums.size(); ++k) {
        BenchmarkSums const& one = sums[k].benchmarks[static_cast<std::size_t>(i)];
        if (one.rows == 0) continue;
        Matrix const centred = one.source_squares - one.sources * one.sources.transpose() / one.rows;
        factors += now.mixing[k] * centred * now.mixing[k].transpose();
        products += now.mixing[k] * (one.products - one.residuals / one.rows * one.sources);
        squares += one.squares - one.residuals * one.residuals / one.rows;
        rows += one.rows;
    }
    Vector const loading = loading_of(i, factors, products, loadings, now);
    next.loadings.row(i) = loading.transpose();
    // The sum of squared residuals is squares - 2 g'p + g'F g, which at the least squares, F g = p, is squares - g'p.
    double left = squares - loading.dot(products); // at the least squares
    if (loadings == SubspaceFit::fixed) left += loading.dot(factors * loading - products);
    double const noise = left / rows;
    next.log_psi[i] = std::log(std::max(noise, least_noise[i]));
    for (std::size_t k = 0; k < sums.size(); ++k) {
        BenchmarkSums const& one = sums[k].benchmarks[static_cast<std::size_t>(i)];
        // Residuals are about the present mean.
        if (one.rows > 0) next.means[k][i] += (one.residuals - loading.dot(now.mixing[k] * one.sources)) / one.rows;
    }
}

// The M step. Benchmarks do not interact given the factors: each has a regression of its own. Then Phi_k = R_k E2
// R_k'/n_k is the factors' second moment in domain k, and its triangular root the new R_k; so sources stay standard
// normal.
NoiseParameters maximise(std::span<PatternedScores const> domains, std::span<DomainSums const> sums,
                         Vector const& least_noise, SubspaceFit loadings, NoiseParameters const& now)
{
    NoiseParameters next = now;
    Vector const known = mean_known_noise(now);
    for (Index i = 0; i < now.benchmarks(); ++i)
        known[i] > 0 ? maximise_with_known(i, sums, least_noise[i], loadings, next, now)
                     : maximise_benchmark(i, sums, least_noise, loadings, next, now);
    for (std::size_t k = 0; k < domains.size(); ++k) {
        Matrix const squares = sums[k].source_squares / static_cast<double>(domains[k].models());
        next.mixing[k] = upper_factor(now.mixing[k] * squares * now.mixing[k].transpose());
    }
    return next;
}

} // namespace

NoiseParameters principal_component_start(std::span<PatternedScores const> domains, Index factors)
{
    Standardised const all = standardise(domains);
    Index const d = all.rows.cols();
    EXAHCA_EXPECT(factors >= 1 && factors <= d);
    // Pairwise: each covariance from the rows that know both scores. Such a matrix need not be positive semidefinite,
    // hence the bounds on strengths and noise below.
    Matrix const pairs = (all.known.transpose() * all.known).cwiseMax(1);
    Matrix const covariance = (all.rows.transpose() * all.rows).cwiseQuotient(pairs);
    Eigen::SelfAdjointEigenSolver<Matrix> const eigen(covariance);
    // Largest last. What the others have on average is noise (M. E. Tipping and C. M. Bishop, 1999).
    double const noise = factors < d ? std::max(0.0, eigen.eigenvalues().head(d - factors).mean()) : 0.0;
    // Loadings are eigenvectors times sqrt(eigenvalue - noise), the maximum with isotropic noise. Both bounds keep the
    // start away from a zero column and from no noise.
    Vector const strengths = (eigen.eigenvalues().tail(factors).array() - noise).max(0.01).sqrt();
    Matrix const loadings = eigen.eigenvectors().rightCols(factors) * strengths.asDiagonal();
    Vector const left = (1 - loadings.rowwise().squaredNorm().array()).max(0.05);
    return gaussian_parameters(all, loadings, left);
}

NoiseParameters random_start(std::span<PatternedScores const> domains, Index factors, RandomKey const& key)
{
    Standardised const all = standardise(domains);
    RandomStream random(key);
    Matrix loadings(all.rows.cols(), factors);
    // Rows of unit variance on average; half of a benchmark's variance counts as noise.
    for (double& x : loadings.reshaped()) x = random.normal() / std::sqrt(static_cast<double>(factors));
    return gaussian_parameters(all, loadings, Vector::Constant(loadings.rows(), 0.5));
}

FactorAnalysis analyse_factors(std::span<PatternedScores const> domains, NoiseParameters const& start,
                               FactorAnalysisOptions const& options)
{
    EXAHCA_EXPECT(start.components() == 1 && start.domains() == domains.size());
    Standardised const all = standardise(domains);
    Vector least_noise = options.least_noise * all.deviations.cwiseAbs2();
    Vector const known = mean_known_noise(start);
    for (Index i = 0; i < known.size(); ++i) // next to 0; log psi has to be a number
        if (known[i] > 0) least_noise[i] = 0.001 * std::max(known[i], least_noise[i]);
    // No step of EM lowers the likelihood, so the gain of a step says when to stop.
    auto const least_gain = options.tolerance * static_cast<double>(all.rows.rows());
    // They do not change from step to step.
    std::vector<std::vector<PatternMoments>> moments;
    for (auto const& domain : domains) moments.push_back(all_moments(domain));
    FactorAnalysis result;
    result.parameters = start;
    for (int step = 0;; ++step) {
        StopScope::look();
        std::vector<DomainSums> sums;
        double value = 0;
        for (std::size_t k = 0; k < domains.size(); ++k) {
            sums.push_back(expect(domains[k], moments[k], k, result.parameters));
            value += sums.back().log_likelihood;
        }
        if (!std::isfinite(value)) throw NumericalFailure("the likelihood of a factor analysis is not finite");
        result.converged = options.tolerance > 0 && step > 0 && value - result.log_likelihoods.back() < least_gain;
        result.log_likelihoods.push_back(value);
        if (result.converged || step == options.max_steps) break;
        result.parameters = maximise(domains, sums, least_noise, options.loadings, result.parameters);
    }
    for (Index i = 0; i < start.benchmarks(); ++i)
        if (result.parameters.log_psi[i] <= std::log(least_noise[i])) result.at_least_noise.push_back(i);
    return result;
}

} // namespace exahca
