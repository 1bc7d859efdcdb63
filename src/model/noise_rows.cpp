#include "noise_rows.hpp"

#include "exahca/numerics/normal.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca::detail {
namespace {

double log_sum_exp(Vector const& values)
{
    double const top = values.maxCoeff();
    if (!std::isfinite(top)) return top; // all weights are 0, or something is not a number
    return top + std::log((values.array() - top).exp().sum());
}

} // namespace

RowModel::RowModel(PatternModel const& model) : model_(model)
{
    SourceMixtures const& mixtures = model.domain.mixtures;
    auto combination = first_combination(mixtures);
    do combinations_.push_back(combine(combination));
    while (advance(combination, mixtures));
    Index const m = model.factors(), censored = model.censored(), count = static_cast<Index>(combinations_.size());
    residuals_.resize(static_cast<Index>(model.known.size()));
    t_.resize(m), y_.resize(m), row_sources_.resize(m);
    log_weights_.resize(count), probabilities_.resize(count);
    for (Combination const& c : combinations_) // this covariance stays where nothing is cut off
        given_.push_back(
            {Vector(m), c.covariance, Pair(censored), PairMatrix(censored, censored), Matrix(censored, m)});
}

// What one combination has of its own, by docs/noise.md, Likelihood of a row: Sig_c and the parts of lw_c that do not
// depend on the row. With V = diag(deviations^2) the matrix that is factored, 1 + V^(1/2) P V^(1/2), has eigenvalues
// of at least 1. So neither very narrow components nor very small noise lose digits: V_c^-1 stands nowhere.
RowModel::Combination RowModel::combine(std::vector<Index> components)
{
    SourceMixtures const& mixtures = model_.domain.mixtures;
    Index const m = model_.factors();
    Combination c;
    c.mean.resize(m);
    Vector deviations(m);
    for (Index j = 0; j < m; ++j) {
        Index const component = components[static_cast<std::size_t>(j)];
        c.constant += mixtures.log_weights(j, component);
        c.mean[j] = mixtures.means(j, component);
        deviations[j] = std::sqrt(mixtures.variances(j, component));
    }
    c.components = std::move(components);
    c.shift = model_.precision * c.mean;
    Matrix scaled = deviations.asDiagonal() * model_.precision * deviations.asDiagonal();
    scaled.diagonal().array() += 1;
    Eigen::LLT<Matrix> const cholesky(scaled);
    Matrix const inverse = cholesky.solve(Matrix::Identity(m, m));
    c.covariance = deviations.asDiagonal() * inverse * deviations.asDiagonal();
    // The sum of logarithms of the diagonal is half the log determinant.
    c.constant -= cholesky.matrixLLT().diagonal().array().log().sum() + 0.5 * c.mean.dot(c.shift);

    if (model_.censored() > 0) censor(c);
    return c;
}

// What the combination says of scores that are cut off, given the observed ones. Mirrored where the bound is a ceiling,
// so that they are at most their bounds.
void RowModel::censor(Combination& c)
{
    Index const censored = model_.censored();
    Matrix const rows = model_.mixing.bottomRows(censored), reach = rows * c.covariance;
    Matrix spread = reach * rows.transpose();
    spread.diagonal() += model_.noise.tail(censored);
    // Standard deviations, negative at a ceiling; dividing by them turns every bound into an upper one, and the
    // correlation gets the sign that belongs to it.
    c.units =
        Eigen::Map<Vector const>(model_.pattern.signs.data(), censored).cwiseProduct(spread.diagonal().cwiseSqrt());
    if (censored == 2) pairs_.emplace_back(spread(0, 1) / (c.units[0] * c.units[1]));
    // K = Sig_c A_q' T^-1, T the covariance of the scores before truncation. Given these scores Sig_c - K A_q Sig_c of
    // e would remain, whatever they are.
    c.gain = Eigen::LLT<Matrix>(spread).solve(reach).transpose();
    c.remaining = c.covariance - c.gain * reach;
}

double RowModel::evaluate_row(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
{
    Index const observed = model_.observed(), censored = model_.censored();
    residuals_ = scores(model_.known).transpose() - model_.means;
    // t = A' Psi^-1 r, of the observed scores; then y_c = t - P a_c, m_c = a_c + Sig_c y_c, and lw_c without bounds.
    t_ = model_.weighted.topRows(observed).transpose().lazyProduct(residuals_.head(observed));
    Pair const bounds = residuals_.tail(censored);
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        Combination const& c = combinations_[i];
        Given& given = given_[i];
        y_ = t_ - c.shift;
        given.sources = c.covariance.lazyProduct(y_);
        double weight = c.constant + c.mean.dot(t_) + 0.5 * y_.dot(given.sources);
        given.sources += c.mean;
        log_weights_[static_cast<Index>(i)] = weight;
    }
    if (censored > 0) condition_all(bounds);
    // log p = constant - r' Psi^-1 r / 2 + log sum_c exp lw_c, over the observed scores.
    double const total = log_sum_exp(log_weights_);
    // std::exp, because Eigen's makes a small number of minus infinity, and add_row asks for 0.
    for (Index i = 0; i < log_weights_.size(); ++i) probabilities_[i] = std::exp(log_weights_[i] - total);
    double const squares = (residuals_.head(observed).array().square() / model_.noise.head(observed).array()).sum();
    return model_.constant - 0.5 * squares + total;
}

// Adds the log probabilities of the bounds (less mu_k). They are below 0, so a combination that has fallen behind
// another one's sum by more than counts in a double cannot catch up; it gets no weight, and its probability is not
// needed.
void RowModel::condition_all(Pair const& bounds)
{
    double const negligible = 45;
    Index likeliest = 0;
    log_weights_.maxCoeff(&likeliest);
    double& first = log_weights_[likeliest];
    first += condition(static_cast<std::size_t>(likeliest), bounds);
    double top = first;
    for (Index i = 0; i < log_weights_.size(); ++i) {
        if (i == likeliest) continue;
        double& weight = log_weights_[i];
        if (weight < top - negligible) {
            weight = -std::numeric_limits<double>::infinity();
            continue;
        }
        weight += condition(static_cast<std::size_t>(i), bounds);
        top = std::max(top, weight);
    }
}

// Log probability that the scores lie beyond their bounds, given the observed ones; conditions e on it.
double RowModel::condition(std::size_t combination, Pair const& bounds)
{
    Combination const& c = combinations_[combination];
    Given& given = given_[combination];
    Index const censored = bounds.size();
    // The scores less mu_k before truncation, and their bounds in standard deviations.
    Pair const expected = model_.mixing.bottomRows(censored).lazyProduct(given.sources);
    Pair const standardised = (bounds - expected).cwiseQuotient(c.units);
    double log_probability = 0;
    Pair mean(censored);
    PairMatrix covariance(censored, censored);
    if (censored == 1) {
        TruncatedNormal const z = truncate_normal(standardised[0]);
        log_probability = z.log_probability;
        mean[0] = z.mean;
        covariance(0, 0) = z.variance;
    } else {
        TruncatedPair const z = pairs_[combination].truncate(standardised[0], standardised[1]);
        log_probability = z.log_probability;
        mean = z.mean;
        covariance = z.covariance;
    }
    // By how much truncation moves the scores' means. e follows by K, and its covariance is what remains given the
    // scores plus K Xi K', Xi their truncated covariance (docs/noise.md, Gradient).
    Pair const moved = c.units.cwiseProduct(mean);
    given.censored = expected + moved;
    given.censored_covariance = c.units.asDiagonal() * covariance * c.units.asDiagonal();
    given.cross = given.censored_covariance.lazyProduct(c.gain.transpose());
    given.sources += c.gain.lazyProduct(moved);
    given.source_covariance = c.remaining + c.gain.lazyProduct(given.cross);
    return log_probability;
}

void RowModel::add_row(PatternSums& sums)
{
    Index const observed = model_.observed(), censored = model_.censored(), m = model_.factors();
    row_sources_.setZero();
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        double const p = probabilities_[static_cast<Index>(i)];
        if (p == 0) continue; // moments of what is impossible may not be finite
        Given const& given = given_[i];
        // Expectations over combinations: of e and e e' in all, and by the component of each source for N, M1 and M2.
        row_sources_ += p * given.sources;
        sums.source_squares += p * (given.source_covariance + given.sources.lazyProduct(given.sources.transpose()));
        for (Index j = 0; j < m; ++j) {
            Index const component = combinations_[i].components[static_cast<std::size_t>(j)];
            double const e = given.sources[j];
            sums.counts(j, component) += p;
            sums.firsts(j, component) += p * e;
            sums.seconds(j, component) += p * (given.source_covariance(j, j) + e * e);
        }
        if (censored == 0) continue;
        sums.residuals.segment(observed, censored) += p * given.censored;
        sums.squares.segment(observed, censored) +=
            p * (given.censored_covariance.diagonal() + given.censored.cwiseAbs2());
        sums.products.middleRows(observed, censored) +=
            p * (given.cross + given.censored.lazyProduct(given.sources.transpose()));
    }
    sums.sources += row_sources_;
    // Observed scores are what they are in every combination, so E[r e'] = r E[e'].
    sums.residuals.head(observed) += residuals_.head(observed);
    sums.squares.head(observed) += residuals_.head(observed).cwiseAbs2();
    sums.products.topRows(observed) += residuals_.head(observed).lazyProduct(row_sources_.transpose());
}

void visit_rows(PatternModel const& model, BlockModel& blocks, Matrix const& scores, Vector& values, PatternSums* sums)
{
    if (BlockModel::covers(model)) return blocks.visit(model, scores, values, sums);
    RowModel rows(model);
    for (Index const row : model.pattern.rows) {
        values[row] = rows.evaluate_row(scores.row(row));
        if (sums) rows.add_row(*sums);
    }
}

} // namespace exahca::detail
