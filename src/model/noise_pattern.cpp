#include "noise_pattern.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/normal.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>

namespace exahca::detail {
namespace {

double log_sum_exp(Eigen::Ref<Vector const> values)
{
    double const top = values.maxCoeff();
    if (!std::isfinite(top)) return top; // all weights are 0, or something is not a number
    return top + std::log((values.array() - top).exp().sum());
}

// The next combination in lexicographic order; false after the last one.
bool advance(std::vector<Index>& components, Index count)
{
    for (auto c = components.rbegin(); c != components.rend(); ++c) {
        if (++*c < count) return true;
        *c = 0;
    }
    return false;
}

} // namespace

SourceMixtures source_mixtures(Matrix const& shapes)
{
    Index const components = (shapes.rows() + 1) / 3, factors = shapes.cols();
    EXAHCA_EXPECT(shapes.rows() == 3 * components - 1);
    SourceMixtures mixtures{Matrix::Zero(factors, components), Matrix(factors, components),
                            Matrix(factors, components)};
    mixtures.log_weights.leftCols(components - 1) = shapes.topRows(components - 1).transpose();
    for (Index j = 0; j < factors; ++j)
        mixtures.log_weights.row(j).array() -= log_sum_exp(mixtures.log_weights.row(j).transpose());
    mixtures.means = shapes.middleRows(components - 1, components).transpose();
    mixtures.variances = (2 * shapes.bottomRows(components).transpose()).array().exp();
    return mixtures;
}

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

PatternModel::PatternModel(NoiseParameters const& parameters, std::size_t k, RowPattern const& pattern,
                           SourceMixtures const& mixtures)
    : pattern_(pattern), factors_(parameters.factors()), components_(mixtures.means.cols()), known_(pattern.observed)
{
    known_.insert(known_.end(), pattern.censored.begin(), pattern.censored.end());
    auto const observed = static_cast<Index>(pattern.observed.size());
    means_ = parameters.means[k](known_);
    noise_ = (parameters.log_psi(known_).array() + parameters.log_scales[static_cast<Index>(k)]).exp();
    mixing_ = parameters.loadings(known_, Eigen::all) * parameters.mixing[k];
    weighted_ = noise_.head(observed).cwiseInverse().asDiagonal() * mixing_.topRows(observed);
    constant_ = -0.5 * (noise_.head(observed).array().log() + std::log(2 * std::numbers::pi)).sum();

    Matrix const precision = weighted_.transpose() * mixing_.topRows(observed); // P
    std::vector<Index> components(static_cast<std::size_t>(factors_), 0);
    do combinations_.push_back(combine(components, precision, mixtures));
    while (advance(components, components_));
}

// Written so that neither very narrow components nor very small noise lose digits: V_c^-1 stands nowhere.
PatternModel::Combination PatternModel::combine(std::vector<Index> components, Matrix const& precision,
                                                SourceMixtures const& mixtures) const
{
    Combination c;
    c.mean.resize(factors_);
    Vector deviations(factors_);
    for (Index j = 0; j < factors_; ++j) {
        Index const component = components[static_cast<std::size_t>(j)];
        c.constant += mixtures.log_weights(j, component);
        c.mean[j] = mixtures.means(j, component);
        deviations[j] = std::sqrt(mixtures.variances(j, component));
    }
    c.components = std::move(components);
    c.shift = precision * c.mean;
    Matrix scaled = deviations.asDiagonal() * precision * deviations.asDiagonal();
    scaled.diagonal().array() += 1;
    Eigen::LLT<Matrix> const cholesky(scaled);
    Matrix const inverse = cholesky.solve(Matrix::Identity(factors_, factors_));
    c.covariance = deviations.asDiagonal() * inverse * deviations.asDiagonal();
    c.constant -= cholesky.matrixLLT().diagonal().array().log().sum() + 0.5 * c.mean.dot(c.shift);

    auto const censored = static_cast<Index>(pattern_.censored.size());
    if (censored == 0) return c;
    Matrix const rows = mixing_.bottomRows(censored), reach = rows * c.covariance;
    c.spread = reach * rows.transpose();
    c.spread.diagonal() += noise_.tail(censored);
    c.gain = Eigen::LLT<Matrix>(c.spread).solve(reach).transpose();
    c.remaining = c.covariance - c.gain * reach;
    return c;
}

RowPosterior PatternModel::make_posterior() const
{
    RowPosterior posterior;
    auto const count = static_cast<Index>(combinations_.size());
    posterior.log_weights.resize(count);
    posterior.probabilities.resize(count);
    for (Combination const& c : combinations_) {
        RowPosterior::Given given;
        given.sources.resize(factors_);
        given.source_covariance = c.covariance; // of rows without scores that are cut off, for good
        posterior.given.push_back(std::move(given));
    }
    return posterior;
}

double PatternModel::evaluate_row(Eigen::Ref<Eigen::RowVectorXd const> scores, RowPosterior& posterior) const
{
    auto const observed = static_cast<Index>(pattern_.observed.size());
    auto const censored = static_cast<Index>(pattern_.censored.size());
    Vector const residuals = scores(known_).transpose() - means_;
    posterior.residuals = residuals.head(observed);
    Vector const t = weighted_.transpose() * posterior.residuals;
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        Combination const& c = combinations_[i];
        RowPosterior::Given& given = posterior.given[i];
        Vector const y = t - c.shift;
        given.sources.noalias() = c.covariance * y;
        double weight = c.constant + c.mean.dot(t) + 0.5 * y.dot(given.sources);
        given.sources += c.mean;
        if (censored > 0) weight += censor(c, residuals.tail(censored), given);
        posterior.log_weights[static_cast<Index>(i)] = weight;
    }
    double const total = log_sum_exp(posterior.log_weights);
    posterior.probabilities = (posterior.log_weights.array() - total).exp();
    double const squares = (posterior.residuals.array().square() / noise_.head(observed).array()).sum();
    return constant_ - 0.5 * squares + total;
}

// Log probability that the scores lie beyond their bounds (less mu_k), given the observed ones; conditions e on it.
double PatternModel::censor(Combination const& c, Vector const& bounds, RowPosterior::Given& given) const
{
    Index const censored = bounds.size();
    Vector const expected = mixing_.bottomRows(censored) * given.sources;
    // In units of their standard deviations, mirrored where the bound is a ceiling: numbers at most their bounds.
    Vector const units =
        Eigen::Map<Vector const>(pattern_.signs.data(), censored).cwiseProduct(c.spread.diagonal().cwiseSqrt());
    Vector const standardised = (bounds - expected).cwiseQuotient(units);
    double log_probability = 0;
    Vector mean(censored);
    Matrix covariance(censored, censored);
    if (censored == 1) {
        TruncatedNormal const z = truncate_normal(standardised[0]);
        log_probability = z.log_probability;
        mean << z.mean;
        covariance << z.variance;
    } else {
        double const correlation = c.spread(0, 1) / (units[0] * units[1]);
        TruncatedPair const z = truncate_normal_pair(standardised[0], standardised[1], correlation);
        log_probability = z.log_probability;
        mean = z.mean;
        covariance = z.covariance;
    }
    Vector const moved = units.cwiseProduct(mean);
    given.censored = expected + moved;
    given.censored_covariance = units.asDiagonal() * covariance * units.asDiagonal();
    given.cross = given.censored_covariance * c.gain.transpose();
    given.sources += c.gain * moved;
    given.source_covariance = c.remaining + c.gain * given.cross;
    return log_probability;
}

PatternSums PatternModel::make_sums() const
{
    auto const known = static_cast<Index>(known_.size());
    PatternSums sums{0,
                     Vector::Zero(known),
                     Vector::Zero(known),
                     Matrix::Zero(known, factors_),
                     Vector::Zero(factors_),
                     Matrix::Zero(factors_, factors_),
                     Matrix::Zero(factors_, components_),
                     {},
                     {}};
    sums.firsts = sums.seconds = sums.counts;
    return sums;
}

void PatternModel::add_row(RowPosterior const& posterior, PatternSums& sums) const
{
    auto const observed = static_cast<Index>(pattern_.observed.size());
    auto const censored = static_cast<Index>(pattern_.censored.size());
    Vector row_sources = Vector::Zero(factors_);
    ++sums.rows;
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        double const p = posterior.probabilities[static_cast<Index>(i)];
        if (p == 0) continue; // moments of what is impossible may not be finite
        RowPosterior::Given const& given = posterior.given[i];
        row_sources += p * given.sources;
        sums.source_squares += p * (given.source_covariance + given.sources * given.sources.transpose());
        for (Index j = 0; j < factors_; ++j) {
            Index const component = combinations_[i].components[static_cast<std::size_t>(j)];
            double const e = given.sources[j];
            sums.counts(j, component) += p;
            sums.firsts(j, component) += p * e;
            sums.seconds(j, component) += p * (given.source_covariance(j, j) + e * e);
        }
        if (censored == 0) continue;
        sums.residuals.tail(censored) += p * given.censored;
        sums.squares.tail(censored) += p * (given.censored_covariance.diagonal() + given.censored.cwiseAbs2());
        sums.products.bottomRows(censored) += p * (given.cross + given.censored * given.sources.transpose());
    }
    sums.sources += row_sources;
    sums.residuals.head(observed) += posterior.residuals;
    sums.squares.head(observed) += posterior.residuals.cwiseAbs2();
    sums.products.topRows(observed) += posterior.residuals * row_sources.transpose();
}

void PatternModel::add_gradient(PatternSums const& sums, Matrix& mixing, Vector& means, Vector& log_psi,
                                double& log_scale) const
{
    Matrix const explained = mixing_ * sums.source_squares; // A E2
    Vector const squares = sums.squares - 2 * sums.products.cwiseProduct(mixing_).rowwise().sum() +
                           explained.cwiseProduct(mixing_).rowwise().sum();
    Vector const by_psi = 0.5 * (squares.cwiseQuotient(noise_).array() - sums.rows);
    Matrix const by_mixing = noise_.cwiseInverse().asDiagonal() * (sums.products - explained);
    Vector const by_means = (sums.residuals - mixing_ * sums.sources).cwiseQuotient(noise_);
    for (std::size_t i = 0; i < known_.size(); ++i) {
        auto const row = static_cast<Index>(i);
        mixing.row(known_[i]) += by_mixing.row(row);
        means[known_[i]] += by_means[row];
        log_psi[known_[i]] += by_psi[row];
    }
    log_scale += by_psi.sum();
}

} // namespace exahca::detail
